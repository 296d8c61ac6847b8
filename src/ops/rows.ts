/** Picking rows of a table by index, and the gradient of doing so, without atomics. */
import gatherShader from "../../shaders/gather_rows.wgsl";
import scatterShader from "../../shaders/scatter_rows.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** y[i] = table[index[i]]: the embedding of tokens. */
export const gatherRows = defineOp({
  name: "gather_rows",
  shader: gatherShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", dim: "u32", tableRows: "u32" },
  buffers: {
    index: { type: "u32", access: "read", shape: ["rows"] },
    table: { type: "f32", access: "read", shape: ["tableRows", "dim"] },
    y: { type: "f32", access: "read_write", shape: ["rows", "dim"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 1),
  cpu({ index, table, y }, { rows, dim, tableRows }) {
    for (let i = 0; i < rows; i++) {
      const source = Math.min(index[i]!, tableRows - 1);
      for (let j = 0; j < dim; j++) y[i * dim + j] = table[source * dim + j]!;
    }
  },
});

/**
 * dtable[ids[l]] (+)= the sum of dy[i] over the list l: i = order[start[l]] ... order[start[l + 1] - 1]. The gradient of
 * `gatherRows`, when list l holds the rows whose index is ids[l]. Rows of dtable that no list names are left alone.
 */
export const scatterRows = defineOp({
  name: "scatter_rows",
  shader: scatterShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", dim: "u32", tableRows: "u32", lists: "u32", accumulate: "u32" },
  buffers: {
    dy: { type: "f32", access: "read", shape: ["rows", "dim"] },
    order: { type: "u32", access: "read", shape: ["rows"] },
    ids: { type: "u32", access: "read", shape: ["lists"] },
    start: { type: "u32", access: "read", shape: [({ lists }) => lists + 1] },
    dtable: { type: "f32", access: "read_write", shape: ["tableRows", "dim"] },
  },
  workgroups: ({ lists }) => grid1d(lists, 1),
  cpu({ dy, order, ids, start, dtable }, { dim, tableRows, lists, accumulate }) {
    for (let list = 0; list < lists; list++) {
      if (ids[list]! >= tableRows) continue;
      const to = ids[list]! * dim;
      if (!accumulate) dtable.fill(0, to, to + dim);
      for (let i = start[list]!; i < start[list + 1]!; i++) {
        for (let j = 0; j < dim; j++) dtable[to + j]! += dy[order[i]! * dim + j]!;
      }
    }
  },
});
