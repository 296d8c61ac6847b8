/**
 * Products with centred features, X - 1 mean^T, from products with sparse ones: the mean rides along as one more row.
 * Centring takes the one huge direction that all n-gram counts share out of the problem, and with it most of the steps.
 */

import shader from "../../shaders/classifier_centre.wgsl";
import sumsShader from "../../shaders/classifier_minus_sums.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** y[r] -= y[rows] for every row but the last. `columns` is a multiple of 4. */
export const classifierCentre = defineOp({
  name: "classifier_centre",
  shader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", columns: "u32" },
  buffers: { y: { type: "f32", access: "read_write", shape: [({ rows }) => rows + 1, "columns"] } },
  workgroups: ({ rows, columns }) => grid1d((rows * columns) / 4, 64),
  cpu({ y }, { rows, columns }) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) y[r * columns + c]! -= y[rows * columns + c]!;
    }
  },
});

/** The last row of dy receives minus the sum of the others: `classifierCentre` run backward. */
export const classifierMinusSums = defineOp({
  name: "classifier_minus_sums",
  shader: sumsShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", columns: "u32" },
  buffers: { dy: { type: "f32", access: "read_write", shape: [({ rows }) => rows + 1, "columns"] } },
  workgroups: ({ columns }) => [columns / 4, 1, 1],
  cpu({ dy }, { rows, columns }) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += dy[r * columns + c]!;
      dy[rows * columns + c] = -sum;
    }
  },
});
