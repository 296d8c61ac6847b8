/** The WebGPU backend itself: replay, scalars, taps, errors with file and line, memory accounting. */
import { expect, it } from "vitest";
import { scalar } from "../../src/backend/backend.ts";
import { defineOp, grid1d } from "../../src/backend/contract.ts";
import { findAdapter, openDevice } from "../../src/backend/webgpu/device.ts";
import { createWebGpuBackend } from "../../src/backend/webgpu/webgpu_backend.ts";
import { rmsnormForward } from "../../src/ops/rmsnorm.ts";
import { webgpuBackend } from "./backend.ts";

it("replays a plan with changed scalars and reads every run through a tap", async () => {
  const backend = await webgpuBackend();
  const x = backend.tensor("x", "f32", 2);
  const weight = backend.tensor("weight", "f32", 2);
  const y = backend.tensor("y", "f32", 2);
  const rstd = backend.tensor("rstd", "f32", 1);
  backend.write(x, [3, 4]);
  backend.write(weight, [1, 1]);
  const eps = scalar("eps", 0);
  const plan = await backend.plan("norm", (recorder) =>
    recorder.dispatch(rmsnormForward, { x, weight, y, rstd }, { rows: 1, dim: 2, eps }),
  );
  const tap = backend.tap(y, 3);
  for (const value of [0, 12.5, 37.5]) {
    eps.value = value;
    plan.run([tap]);
  }
  expect(tap.inFlight).toBe(3);
  for (const value of [0, 12.5, 37.5]) {
    const [a, b] = await tap.take();
    expect(a).toBeCloseTo(3 / Math.sqrt(12.5 + value), 6);
    expect(b).toBeCloseTo(4 / Math.sqrt(12.5 + value), 6);
  }
  tap.destroy();
  plan.destroy();
  for (const tensor of [x, weight, y, rstd]) backend.free(tensor);
});

it("counts the bytes it holds", async () => {
  const backend = await webgpuBackend();
  const before = backend.bytesInUse;
  const tensor = backend.tensor("ten", "f32", 10);
  expect(backend.bytesInUse - before).toBe(40);
  backend.free(tensor);
  expect(backend.bytesInUse).toBe(before);
});

it("reports a shader error with the source file, its line and the text", async () => {
  const backend = await webgpuBackend();
  const broken = defineOp({
    ...rmsnormForward,
    name: "broken",
    shader: {
      ...rmsnormForward.shader,
      code: rmsnormForward.shader.code.replace("let start = row", "let start = missing"),
    },
    workgroups: ({ rows }) => grid1d(rows, 64),
  });
  const tensors = [4, 2, 4, 2].map((length, i) => backend.tensor(`t${i}`, "f32", length));
  const [x, weight, y, rstd] = tensors as [
    (typeof tensors)[0],
    (typeof tensors)[0],
    (typeof tensors)[0],
    (typeof tensors)[0],
  ];
  const plan = backend.plan("broken", (recorder) =>
    recorder.dispatch(broken, { x, weight, y, rstd }, { rows: 2, dim: 2, eps: 0 }),
  );
  await expect(plan).rejects.toThrow(
    /shaders\/rmsnorm_forward\.wgsl:\d+: .*missing[\s\S]*let start = missing/,
  );
});

it("refuses buffers that are too small, by name", async () => {
  const backend = await webgpuBackend();
  const small = backend.tensor("small", "f32", 3);
  const plan = backend.plan("short", (recorder) =>
    recorder.dispatch(
      rmsnormForward,
      { x: small, weight: small, y: small, rstd: small },
      { rows: 2, dim: 2, eps: 0 },
    ),
  );
  await expect(plan).rejects.toThrow(/"x" needs 4 elements, but "small" has 3/);
});

it("says so when the device is lost", async () => {
  const adapter = await findAdapter(navigator.gpu);
  const open = await openDevice(adapter!);
  const backend = createWebGpuBackend(open);
  const tensor = backend.tensor("t", "f32", 1);
  open.device.destroy();
  await backend.lost;
  await expect(backend.read(tensor)).rejects.toThrow(/GPU stopped answering/);
});
