/** RMSNorm, y = x / rms(x) * weight per row. Zhang and Sennrich, arXiv 1910.07467. */
import backwardShader from "../../shaders/rmsnorm_backward.wgsl";
import forwardShader from "../../shaders/rmsnorm_forward.wgsl";
import weightShader from "../../shaders/rmsnorm_weight_backward.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** y[r, i] = x[r, i] rstd[r] weight[i]; keeps rstd[r] = 1 / sqrt(mean x[r]^2 + eps). */
export const rmsnormForward = defineOp({
  name: "rmsnorm_forward",
  shader: forwardShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", dim: "u32", eps: "f32" },
  buffers: {
    x: { type: "f32", access: "read", shape: ["rows", "dim"] },
    weight: { type: "f32", access: "read", shape: ["dim"] },
    y: { type: "f32", access: "read_write", shape: ["rows", "dim"] },
    rstd: { type: "f32", access: "read_write", shape: ["rows"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 64),
  cpu({ x, weight, y, rstd }, { rows, dim, eps }) {
    for (let r = 0; r < rows; r++) {
      let squares = 0;
      for (let i = 0; i < dim; i++) squares += x[r * dim + i]! ** 2;
      rstd[r] = 1 / Math.sqrt(squares / dim + eps);
      for (let i = 0; i < dim; i++) y[r * dim + i] = x[r * dim + i]! * rstd[r]! * weight[i]!;
    }
  },
});

/** dx += the gradient of `rmsnormForward` in x, given dy. */
export const rmsnormBackward = defineOp({
  name: "rmsnorm_backward",
  shader: backwardShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", dim: "u32" },
  buffers: {
    x: { type: "f32", access: "read", shape: ["rows", "dim"] },
    weight: { type: "f32", access: "read", shape: ["dim"] },
    rstd: { type: "f32", access: "read", shape: ["rows"] },
    dy: { type: "f32", access: "read", shape: ["rows", "dim"] },
    dx: { type: "f32", access: "read_write", shape: ["rows", "dim"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 64),
  cpu({ x, weight, rstd, dy, dx }, { rows, dim }) {
    for (let r = 0; r < rows; r++) {
      let projection = 0;
      for (let i = 0; i < dim; i++) projection += dy[r * dim + i]! * weight[i]! * x[r * dim + i]!;
      const shared = (projection * rstd[r]! ** 2) / dim;
      for (let i = 0; i < dim; i++) {
        dx[r * dim + i]! += rstd[r]! * (dy[r * dim + i]! * weight[i]! - x[r * dim + i]! * shared);
      }
    }
  },
});

/** dweight += the gradient of `rmsnormForward` in weight, given dy. */
export const rmsnormWeightBackward = defineOp({
  name: "rmsnorm_weight_backward",
  shader: weightShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", dim: "u32" },
  buffers: {
    x: { type: "f32", access: "read", shape: ["rows", "dim"] },
    rstd: { type: "f32", access: "read", shape: ["rows"] },
    dy: { type: "f32", access: "read", shape: ["rows", "dim"] },
    dweight: { type: "f32", access: "read_write", shape: ["dim"] },
  },
  workgroups: ({ dim }) => grid1d(dim, 64),
  cpu({ x, rstd, dy, dweight }, { rows, dim }) {
    for (let i = 0; i < dim; i++) {
      for (let r = 0; r < rows; r++) dweight[i]! += dy[r * dim + i]! * x[r * dim + i]! * rstd[r]!;
    }
  },
});
