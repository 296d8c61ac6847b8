/** One vector for a run of rows: their mean, and the last of them. */
import shader from "../../shaders/pool_rows.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** y[r] = [mean of rows start[r] ... start[r + 1] - 1 of x, the last of these rows]; zeros where there is none. */
export const poolRows = defineOp({
  name: "pool_rows",
  shader,
  workgroupSize: [64, 1, 1],
  params: { pools: "u32", rows: "u32", dim: "u32" },
  buffers: {
    start: { type: "u32", access: "read", shape: [({ pools }) => pools + 1] },
    x: { type: "f32", access: "read", shape: ["rows", "dim"] },
    y: { type: "f32", access: "read_write", shape: ["pools", ({ dim }) => 2 * dim] },
  },
  workgroups: ({ pools }) => grid1d(pools, 1),
  cpu({ start, x, y }, { pools, rows, dim }) {
    for (let r = 0; r < pools; r++) {
      const first = start[r]!;
      const end = Math.min(start[r + 1]!, rows);
      for (let j = 0; j < dim; j++) {
        let sum = 0;
        for (let i = first; i < end; i++) sum += x[i * dim + j]!;
        y[2 * r * dim + j] = sum / Math.max(1, end - first);
        y[(2 * r + 1) * dim + j] = end > first ? x[(end - 1) * dim + j]! : 0;
      }
    }
  },
});
