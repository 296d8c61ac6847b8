/** Gradients of the source classifier's losses in its logits. */
import logisticShader from "../../shaders/classifier_logistic.wgsl";
import softmaxShader from "../../shaders/classifier_softmax.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/**
 * One binary head per synthetic source: residual = weight (sigmoid(logit) - label). Column c is head c mod heads of
 * some fold; weight is 0 where a sample is held out or not of that head.
 */
export const classifierLogistic = defineOp({
  name: "classifier_logistic",
  shader: logisticShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", columns: "u32", heads: "u32" },
  buffers: {
    logits: { type: "f32", access: "read", shape: ["rows", "columns"] },
    weight: { type: "f32", access: "read", shape: ["rows", "columns"] },
    label: { type: "f32", access: "read", shape: ["rows", "heads"] },
    residual: { type: "f32", access: "read_write", shape: ["rows", "columns"] },
  },
  workgroups: ({ rows, columns }) => grid1d(rows * columns, 64),
  cpu({ logits, weight, label, residual }, { rows, columns, heads }) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const z = logits[r * columns + c]!;
        const e = Math.exp(-Math.abs(z));
        const p = (z >= 0 ? 1 : e) / (1 + e);
        residual[r * columns + c] = weight[r * columns + c]! * (p - label[r * heads + (c % heads)]!);
      }
    }
  },
});

/** One n-way model per group of `heads` columns: residual = weight (softmax(logits) - one-hot category). */
export const classifierSoftmax = defineOp({
  name: "classifier_softmax",
  shader: softmaxShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", columns: "u32", heads: "u32", groups: "u32" },
  buffers: {
    logits: { type: "f32", access: "read", shape: ["rows", "columns"] },
    weight: { type: "f32", access: "read", shape: ["rows", "columns"] },
    category: { type: "u32", access: "read", shape: ["rows"] },
    residual: { type: "f32", access: "read_write", shape: ["rows", "columns"] },
  },
  workgroups: ({ rows, groups }) => grid1d(rows * groups, 64),
  cpu({ logits, weight, category, residual }, { rows, columns, heads, groups }) {
    for (let r = 0; r < rows; r++) {
      for (let g = 0; g < groups; g++) {
        const start = r * columns + g * heads;
        let highest = -Infinity;
        for (let k = 0; k < heads; k++) highest = Math.max(highest, logits[start + k]!);
        let total = 0;
        for (let k = 0; k < heads; k++) total += Math.exp(logits[start + k]! - highest);
        for (let k = 0; k < heads; k++) {
          const p = Math.exp(logits[start + k]! - highest) / total;
          residual[start + k] = weight[start]! * (p - (k === category[r] ? 1 : 0));
        }
      }
    }
  },
});
