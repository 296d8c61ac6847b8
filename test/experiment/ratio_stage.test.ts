/** The ratio stage within a run. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { createControl } from "../../src/experiment/control.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import { labOn, tinySpec } from "./tiny.ts";

it("gives back all memory when it is stopped while the classifier trains", async () => {
  const backend = createCpuBackend();
  const spec = tinySpec();
  const control = createControl();
  const record = await labOn(backend).run({
    spec,
    dataset: builtinDataset(spec)!,
    control,
    emit: (event) => {
      if (event.kind === "stage" && event.note === "Training the source classifier") control.stop();
    },
  });
  expect(record.outcome).toBe("stopped");
  expect(record.sft).toEqual([]);
  expect(backend.bytesInUse).toBe(0);
});
