/**
 * The vocabulary head without full logits: rows that predict a response's token meet the vocabulary tile by tile. Forward
 * keeps a running maximum and sum per row; backward recomputes a tile's logits and turns them into their gradient in
 * place. The products themselves are matmul.ts.
 */
import sumsShader from "../../shaders/head_sums.wgsl";
import forwardShader from "../../shaders/head_tile_forward.wgsl";
import gradientShader from "../../shaders/head_tile_gradient.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** Takes the tile of tokens first .. first + columns - 1 into each row's running softmax; first = 0 starts afresh. */
export const headTileForward = defineOp({
  name: "head_tile_forward",
  shader: forwardShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", columns: "u32", first: "u32" },
  buffers: {
    logits: { type: "f32", access: "read", shape: ["rows", "columns"] },
    wanted: { type: "u32", access: "read", shape: ["rows"] },
    most: { type: "f32", access: "read_write", shape: ["rows"] },
    sum: { type: "f32", access: "read_write", shape: ["rows"] },
    picked: { type: "f32", access: "read_write", shape: ["rows"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 64),
  cpu({ logits, wanted, most, sum, picked }, { rows, columns, first }) {
    for (let r = 0; r < rows; r++) {
      const before = first > 0 ? most[r]! : Number.NEGATIVE_INFINITY;
      let high = before;
      for (let v = 0; v < columns; v++) high = Math.max(high, logits[r * columns + v]!);
      let mass = first > 0 ? sum[r]! * Math.exp(before - high) : 0;
      for (let v = 0; v < columns; v++) mass += Math.exp(logits[r * columns + v]! - high);
      most[r] = high;
      sum[r] = mass;
      const at = wanted[r]! - first;
      if (at >= 0 && at < columns) picked[r] = logits[r * columns + at]!;
    }
  },
});

/** Log-probability of each row's token, and logps[offset + r] = their sum over response r. */
export const headSums = defineOp({
  name: "head_sums",
  shader: sumsShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", responses: "u32", offset: "u32", total: "u32" },
  buffers: {
    most: { type: "f32", access: "read", shape: ["rows"] },
    sum: { type: "f32", access: "read", shape: ["rows"] },
    picked: { type: "f32", access: "read", shape: ["rows"] },
    responseRowStart: { type: "u32", access: "read", shape: [({ responses }) => responses + 1] },
    lse: { type: "f32", access: "read_write", shape: ["rows"] },
    rowLogp: { type: "f32", access: "read_write", shape: ["rows"] },
    logps: { type: "f32", access: "read_write", shape: ["total"] },
  },
  workgroups: ({ responses }) => grid1d(responses, 64),
  cpu({ most, sum, picked, responseRowStart, lse, rowLogp, logps }, { rows, responses, offset, total }) {
    for (let response = 0; response < responses; response++) {
      let whole = 0;
      for (let r = responseRowStart[response]!; r < Math.min(responseRowStart[response + 1]!, rows); r++) {
        lse[r] = most[r]! + Math.log(sum[r]!);
        rowLogp[r] = picked[r]! - most[r]! - Math.log(sum[r]!);
        whole += rowLogp[r]!;
      }
      if (offset + response < total) logps[offset + response] = whole;
    }
  },
});

/** logits <- coef[offset + rowResponse] (1[token is wanted] - softmax): the objective's gradient in the logits. */
export const headTileGradient = defineOp({
  name: "head_tile_gradient",
  shader: gradientShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", columns: "u32", first: "u32", offset: "u32", total: "u32" },
  buffers: {
    wanted: { type: "u32", access: "read", shape: ["rows"] },
    rowResponse: { type: "u32", access: "read", shape: ["rows"] },
    most: { type: "f32", access: "read", shape: ["rows"] },
    sum: { type: "f32", access: "read", shape: ["rows"] },
    coef: { type: "f32", access: "read", shape: ["total"] },
    logits: { type: "f32", access: "read_write", shape: ["rows", "columns"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 1),
  cpu({ wanted, rowResponse, most, sum, coef, logits }, { rows, columns, first, offset, total }) {
    for (let r = 0; r < rows; r++) {
      const factor = coef[Math.min(offset + rowResponse[r]!, total - 1)]!;
      for (let v = 0; v < columns; v++) {
        const hit = first + v === wanted[r]! ? 1 : 0;
        const at = r * columns + v;
        logits[at] = factor * (hit - Math.exp(Math.min(logits[at]! - most[r]!, 0)) / sum[r]!);
      }
    }
  },
});
