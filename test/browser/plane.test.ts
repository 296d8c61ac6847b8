/** A Plane session on the GPU against the CPU, and against itself. */
import { expect, test } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { PLANE_STRATEGIES, planeSpec } from "../../src/experiment/plane/preset.ts";
import { createPlaneSession } from "../../src/experiment/plane/session.ts";
import { webgpuBackend } from "./backend.ts";

const spec = planeSpec({ "data.groups": 200, "train.steps": 30, seed: 3 });

test("the GPU trains to what the CPU trains to, and repeats itself bit for bit", async () => {
  const gpu = await createPlaneSession(await webgpuBackend(), spec, PLANE_STRATEGIES);
  const cpu = await createPlaneSession(createCpuBackend(), spec, PLANE_STRATEGIES);
  gpu.step(30);
  cpu.step(30);
  const [got, want] = [await gpu.frame(), await cpu.frame()];
  want.metrics.forEach((metrics, s) => {
    expect(got.metrics[s]!.rew).toBeCloseTo(metrics.rew, 3);
    expect(got.metrics[s]!.rewK).toBeCloseTo(metrics.rewK, 2);
    expect(got.metrics[s]!.ess).toBeCloseTo(metrics.ess, 3);
  });
  want.density.forEach((value, i) => {
    expect(Math.abs(got.density[i]! - value)).toBeLessThan(1e-5);
  });
  want.batch.weights.forEach((value, i) => {
    expect(Math.abs(got.batch.weights[i]! - value)).toBeLessThan(2e-3);
  });
  gpu.reset();
  gpu.step(30);
  expect(await gpu.frame()).toEqual(got);
  gpu.close();
  cpu.close();
});

test("a policy of five quadratic features trains on the GPU as well", async () => {
  const small = planeSpec({ "data.groups": 100, "train.steps": 20, "model.planeHidden": 0, seed: 5 });
  const backend = await webgpuBackend();
  const before = backend.bytesInUse;
  const gpu = await createPlaneSession(backend, small, ["dora_inside", "drdpo"]);
  const cpu = await createPlaneSession(createCpuBackend(), small, ["dora_inside", "drdpo"]);
  gpu.step(20);
  cpu.step(20);
  const [got, want] = [await gpu.metrics(), await cpu.metrics()];
  want.forEach(({ rew }, s) => {
    expect(got[s]!.rew).toBeCloseTo(rew, 3);
  });
  gpu.close();
  expect(backend.bytesInUse).toBe(before);
});
