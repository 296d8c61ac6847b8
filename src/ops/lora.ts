/**
 * Low-rank adapters: y += (alpha / rank) (x down^T) up^T. Hu et al., arXiv 2106.09685. The product x down^T is
 * matmul.ts; these ops add the second factor to a slice of a wider output, such as the value part of qkv.
 */
import hiddenShader from "../../shaders/lora_hidden_backward.wgsl";
import upShader from "../../shaders/lora_up_backward.wgsl";
import forwardShader from "../../shaders/lora_up_forward.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

const params = {
  rows: "u32",
  rank: "u32",
  columns: "u32",
  width: "u32",
  offset: "u32",
  scale: "f32",
} as const;

/** y[r, offset + c] += scale sum_k hidden[r, k] up[c, k] */
export const loraUpForward = defineOp({
  name: "lora_up_forward",
  shader: forwardShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    hidden: { type: "f32", access: "read", shape: ["rows", "rank"] },
    up: { type: "f32", access: "read", shape: ["columns", "rank"] },
    y: { type: "f32", access: "read_write", shape: ["rows", "width"] },
  },
  workgroups: ({ rows, columns }) => grid1d(rows * columns, 64),
  cpu({ hidden, up, y }, { rows, rank, columns, width, offset, scale }) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let k = 0; k < rank; k++) sum += hidden[r * rank + k]! * up[c * rank + k]!;
        y[r * width + offset + c]! += scale * sum;
      }
    }
  },
});

/** dhidden = the gradient of `loraUpForward` in hidden. */
export const loraHiddenBackward = defineOp({
  name: "lora_hidden_backward",
  shader: hiddenShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    dy: { type: "f32", access: "read", shape: ["rows", "width"] },
    up: { type: "f32", access: "read", shape: ["columns", "rank"] },
    dhidden: { type: "f32", access: "read_write", shape: ["rows", "rank"] },
  },
  workgroups: ({ rows, rank }) => grid1d(rows * rank, 64),
  cpu({ dy, up, dhidden }, { rows, rank, columns, width, offset, scale }) {
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < rank; k++) {
        let sum = 0;
        for (let c = 0; c < columns; c++) sum += dy[r * width + offset + c]! * up[c * rank + k]!;
        dhidden[r * rank + k] = scale * sum;
      }
    }
  },
});

/** dup += the gradient of `loraUpForward` in up. */
export const loraUpBackward = defineOp({
  name: "lora_up_backward",
  shader: upShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    dy: { type: "f32", access: "read", shape: ["rows", "width"] },
    hidden: { type: "f32", access: "read", shape: ["rows", "rank"] },
    dup: { type: "f32", access: "read_write", shape: ["columns", "rank"] },
  },
  workgroups: ({ columns, rank }) => grid1d(columns * rank, 64),
  cpu({ dy, hidden, dup }, { rows, rank, columns, width, offset, scale }) {
    for (let c = 0; c < columns; c++) {
      for (let k = 0; k < rank; k++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += dy[r * width + offset + c]! * hidden[r * rank + k]!;
        dup[c * rank + k]! += scale * sum;
      }
    }
  },
});
