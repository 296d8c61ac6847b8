/** The gradient's global norm and clipping factor, added in a fixed order in two passes. */
import finishShader from "../../shaders/grad_norm_finish.wgsl";
import partialsShader from "../../shaders/grad_norm_partials.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** partial[p] = sum of gradient[i]^2 over i = p, p + partials, ... */
export const gradNormPartials = defineOp({
  name: "grad_norm_partials",
  shader: partialsShader,
  workgroupSize: [64, 1, 1],
  params: { count: "u32", partials: "u32" },
  buffers: {
    gradient: { type: "f32", access: "read", shape: ["count"] },
    partial: { type: "f32", access: "read_write", shape: ["partials"] },
  },
  workgroups: ({ partials }) => grid1d(partials, 64),
  cpu({ gradient, partial }, { count, partials }) {
    for (let p = 0; p < partials; p++) {
      let sum = 0;
      for (let i = p; i < count; i += partials) sum += gradient[i]! ** 2;
      partial[p] = sum;
    }
  },
});

/** clip = (norm before clipping, min(1, maxNorm / (norm + 1e-6))); maxNorm 0 clips nothing. */
export const gradNormFinish = defineOp({
  name: "grad_norm_finish",
  shader: finishShader,
  workgroupSize: [1, 1, 1],
  params: { partials: "u32", maxNorm: "f32" },
  buffers: {
    partial: { type: "f32", access: "read", shape: ["partials"] },
    clip: { type: "f32", access: "read_write", shape: [2] },
  },
  workgroups: () => [1, 1, 1],
  cpu({ partial, clip }, { partials, maxNorm }) {
    let sum = 0;
    for (let p = 0; p < partials; p++) sum += partial[p]!;
    clip[0] = Math.sqrt(sum);
    clip[1] = maxNorm > 0 ? Math.min(1, maxNorm / (clip[0]! + 1e-6)) : 1;
  },
});

/** How many partial sums suit a pool of this size. */
export function partialCount(count: number): number {
  return Math.min(8192, Math.max(64, Math.ceil(count / 256)));
}
