/**
 * Kernels for features that the adapters of these tests lack: Dawn's null backend, which computes nothing, offers them all and
 * validates every shader as a GPU's would.
 */
import { expect, it } from "vitest";
import { createPipelineCache } from "../../src/backend/webgpu/pipelines.ts";
import { allOps } from "../ops/all.ts";

const optional = allOps().flatMap((op) =>
  (op.variants ?? []).flatMap((kernel) => (kernel.needs?.length ? [{ op, kernel }] : [])),
);

/** Dawn crashes when its entry point is collected while a device lives. */
let kept: GPU | undefined;

it("kernels that need a feature compile where it is offered", { timeout: 60_000 }, async () => {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  kept = create(["backend=null"]);
  const adapter = await kept.requestAdapter();
  const needed = [...new Set(optional.flatMap(({ kernel }) => kernel.needs ?? []))];
  expect(needed).toContain("shader-f16");
  const device = await adapter!.requestDevice({ requiredFeatures: needed });
  const pipelines = createPipelineCache(device);
  for (const { op, kernel } of optional) {
    expect((await pipelines.compile(op, kernel)).pipeline, `${op.name} ${kernel.id}`).toBeDefined();
  }
  device.destroy();
});
