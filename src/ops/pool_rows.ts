/** One vector for a run of rows: their sum. */
import shader from "../../shaders/pool_rows.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/**
 * y[r, at ... at + dim - 1] = sum of rows start[r] ... start[r + 1] - 1 of x; zeros where there is none. The other columns
 * of y stay.
 */
export const poolRows = defineOp({
  name: "pool_rows",
  shader,
  workgroupSize: [64, 1, 1],
  params: { pools: "u32", rows: "u32", dim: "u32", width: "u32", at: "u32" },
  buffers: {
    start: { type: "u32", access: "read", shape: [({ pools }) => pools + 1] },
    x: { type: "f32", access: "read", shape: ["rows", "dim"] },
    y: { type: "f32", access: "read_write", shape: ["pools", "width"] },
  },
  workgroups: ({ pools }) => grid1d(pools, 1),
  cpu({ start, x, y }, { pools, rows, dim, width, at }) {
    for (let r = 0; r < pools; r++) {
      const end = Math.min(start[r + 1]!, rows);
      for (let j = 0; j < dim; j++) {
        let sum = 0;
        for (let i = start[r]!; i < end; i++) sum += x[i * dim + j]!;
        y[r * width + at + j] = sum;
      }
    }
  },
});
