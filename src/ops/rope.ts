/** Rotary positions. Su et al., arXiv 2104.09864. */
import shader from "../../shaders/rope.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/**
 * Turns the first `heads` heads of every row of x [rows, width] in place by its position; `inverse` 1 turns back, which is
 * the gradient. `interleaved` 1 pairs neighbours (llama2.c), 0 pairs halves (Hugging Face). `table` is `ropeTable`'s.
 */
export const rope = defineOp({
  name: "rope",
  shader,
  workgroupSize: [64, 1, 1],
  params: {
    rows: "u32",
    width: "u32",
    heads: "u32",
    headDim: "u32",
    tableRows: "u32",
    interleaved: "u32",
    inverse: "u32",
  },
  buffers: {
    positions: { type: "u32", access: "read", shape: ["rows"] },
    table: { type: "f32", access: "read", shape: ["tableRows", "headDim"] },
    x: { type: "f32", access: "read_write", shape: ["rows", "width"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 1),
  cpu({ positions, table, x }, { rows, width, heads, headDim, tableRows, interleaved, inverse }) {
    const half = headDim / 2;
    for (let row = 0; row < rows; row++) {
      const position = Math.min(positions[row]!, tableRows - 1);
      for (let head = 0; head < heads; head++) {
        for (let pair = 0; pair < half; pair++) {
          const at = (position * half + pair) * 2;
          const cosine = table[at]!;
          const sine = inverse ? -table[at + 1]! : table[at + 1]!;
          const first = row * width + head * headDim + (interleaved ? 2 * pair : pair);
          const second = interleaved ? first + 1 : first + half;
          const u = x[first]!;
          const v = x[second]!;
          x[first] = u * cosine - v * sine;
          x[second] = u * sine + v * cosine;
        }
      }
    }
  },
});

/** cos and sin of position * theta^(-2 i / headDim), as [positions, headDim / 2, 2]. */
export function ropeTable(positions: number, headDim: number, theta: number): Float64Array {
  const half = headDim / 2;
  const table = new Float64Array(positions * headDim);
  for (let position = 0; position < positions; position++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position * theta ** ((-2 * pair) / headDim);
      table[(position * half + pair) * 2] = Math.cos(angle);
      table[(position * half + pair) * 2 + 1] = Math.sin(angle);
    }
  }
  return table;
}
