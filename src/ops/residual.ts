/** The residual sum together with the norm that follows it. */
import shader from "../../shaders/residual_rmsnorm_forward.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/**
 * total = x + branch, y = RMSNorm(total) * weight; keeps rstd. The gradient is `rmsnormBackward` on `total`, added to the
 * gradient of total; both summands share it.
 */
export const residualRmsnormForward = defineOp({
  name: "residual_rmsnorm_forward",
  shader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", dim: "u32", eps: "f32" },
  buffers: {
    x: { type: "f32", access: "read", shape: ["rows", "dim"] },
    branch: { type: "f32", access: "read", shape: ["rows", "dim"] },
    weight: { type: "f32", access: "read", shape: ["dim"] },
    total: { type: "f32", access: "read_write", shape: ["rows", "dim"] },
    y: { type: "f32", access: "read_write", shape: ["rows", "dim"] },
    rstd: { type: "f32", access: "read_write", shape: ["rows"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 64),
  cpu({ x, branch, weight, total, y, rstd }, { rows, dim, eps }) {
    for (let r = 0; r < rows; r++) {
      let squares = 0;
      for (let i = r * dim; i < (r + 1) * dim; i++) {
        total[i] = x[i]! + branch[i]!;
        squares += total[i]! ** 2;
      }
      rstd[r] = 1 / Math.sqrt(squares / dim + eps);
      for (let i = 0; i < dim; i++) y[r * dim + i] = total[r * dim + i]! * rstd[r]! * weight[i]!;
    }
  },
});
