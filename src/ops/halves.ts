/** Reading frozen weights that lie packed as two 16-bit floats to a word, the first in the lower half. */
import expandShader from "../../shaders/expand_halves.wgsl";
import gatherShader from "../../shaders/gather_halves.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";
import { brainToFloat, halfToFloat } from "../base/halves.ts";

function valueAt(packed: Uint32Array, i: number, brain: number): number {
  const bits = (packed[i >> 1]! >>> (16 * (i & 1))) & 0xffff;
  return brain ? brainToFloat(bits) : halfToFloat(bits);
}

/** values = packed, as f32: what a product reads. `brain` 1 for bfloat16, 0 for IEEE halves. */
export const expandHalves = defineOp({
  name: "expand_halves",
  shader: expandShader,
  workgroupSize: [64, 1, 1],
  params: { count: "u32", brain: "u32" },
  buffers: {
    packed: { type: "u32", access: "read", shape: [({ count }) => Math.ceil(count / 2)] },
    values: { type: "f32", access: "read_write", shape: [({ count }) => 2 * Math.ceil(count / 2)] },
  },
  workgroups: ({ count }) => grid1d(Math.ceil(count / 2), 64),
  cpu({ packed, values }, { count, brain }) {
    for (let i = 0; i < 2 * Math.ceil(count / 2); i++) values[i] = valueAt(packed, i, brain);
  },
});

/** y[i] = table[index[i]] of a packed table: the embedding of tokens when it is frozen. */
export const gatherHalves = defineOp({
  name: "gather_halves",
  shader: gatherShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", dim: "u32", tableRows: "u32", brain: "u32" },
  buffers: {
    index: { type: "u32", access: "read", shape: ["rows"] },
    table: { type: "u32", access: "read", shape: [({ tableRows, dim }) => Math.ceil((tableRows * dim) / 2)] },
    y: { type: "f32", access: "read_write", shape: ["rows", "dim"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 1),
  cpu({ index, table, y }, { rows, dim, tableRows, brain }) {
    for (let i = 0; i < rows; i++) {
      const start = Math.min(index[i]!, tableRows - 1) * dim;
      for (let j = 0; j < dim; j++) y[i * dim + j] = valueAt(table, start + j, brain);
    }
  },
});
