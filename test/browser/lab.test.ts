/** A whole run on WebGPU: the CPU's numbers, and the same bits every time. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { openBackend } from "../../src/backend/open.ts";
import { labOn, runTiny, tinySpec } from "../experiment/tiny.ts";
import { webgpuBackend } from "./backend.ts";

const SPECS = {
  "pairs under DoRA": {},
  "single responses under KTO": { "train.loss": "kto", "train.strategy": "kl_dro" },
};

it.each(Object.entries(SPECS))("gives the metrics of the CPU backend: %s", async (_, changes) => {
  const spec = tinySpec(changes);
  const gpu = await runTiny(labOn(await webgpuBackend()), spec);
  const cpu = await runTiny(labOn(createCpuBackend()), spec);
  expect(gpu.problem).toBeUndefined();
  for (const series of ["sft", "train", "evaluation"] as const) {
    expect(gpu[series].length).toBe(cpu[series].length);
    gpu[series].forEach(({ step, values }, i) => {
      for (const [name, want] of Object.entries(cpu[series][i]!.values)) {
        const error = Math.abs(values[name]! - want);
        expect(
          error,
          `${series} ${name} at step ${step}: ${values[name]}, on the CPU ${want}`,
        ).toBeLessThanOrEqual(2e-3 + 2e-3 * Math.abs(want));
      }
    });
  }
});

it("gives the same bits on two devices, and holds no more memory after a run than before the next", async () => {
  const spec = tinySpec();
  const digests: string[] = [];
  for (let i = 0; i < 2; i++) {
    const { backend } = await openBackend(navigator.gpu, "webgpu");
    const lab = labOn(backend);
    const record = await runTiny(lab, spec);
    digests.push(record.digest);
    const held = backend.bytesInUse;
    await runTiny(lab, spec);
    expect(backend.bytesInUse).toBe(held);
    backend.destroy();
  }
  expect(digests[1]).toBe(digests[0]);
});
