/** A run that is stopped, in whatever stage, leaves nothing on the backend. */
import { expect, it } from "vitest";
import type { Backend } from "../../src/backend/backend.ts";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { createControl } from "../../src/experiment/control.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import { labOn, tinySpec } from "./tiny.ts";

/** Counts the plans that are recorded and not destroyed. */
function counting(backend: Backend) {
  const open = new Set<string>();
  let made = 0;
  const counted: Backend = Object.create(backend, {
    plan: {
      value: async (...given: Parameters<Backend["plan"]>) => {
        const plan = await backend.plan(...given);
        const name = `${given[0]}, ${made++}`;
        open.add(name);
        const destroy = (): void => {
          open.delete(name);
          plan.destroy();
        };
        return { ...plan, run: plan.run.bind(plan), destroy };
      },
    },
  });
  return { counted, open };
}

it.each([
  ["ratio", "Training the source classifier"],
  ["sft", "Fine-tuning the reference"],
  ["reference", "Scoring with the reference"],
  ["train", "Training the policy"],
  ["evaluate", "Judging on held-out rows"],
])("stopped at %s, a run leaves no memory and no plan behind", async (stage, note) => {
  const backend = createCpuBackend();
  const { counted, open } = counting(backend);
  const spec = tinySpec();
  const control = createControl();
  const record = await labOn(counted).run({
    spec,
    dataset: builtinDataset(spec)!,
    control,
    emit: (event) => {
      if (event.kind === "stage" && event.stage === stage && event.note === note) control.stop();
    },
  });
  expect(record.problem).toBeUndefined();
  expect([...open]).toEqual([]);
  expect(backend.bytesInUse).toBe(0);
  if (stage === "ratio") expect(record.sft).toEqual([]);
});
