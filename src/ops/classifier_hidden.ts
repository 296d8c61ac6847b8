/** One hidden layer with K heads, all folds' models side by side. The sparse first product is classifier_sparse's. */
import backwardShader from "../../shaders/classifier_hidden_backward.wgsl";
import forwardShader from "../../shaders/classifier_hidden_forward.wgsl";
import outerShader from "../../shaders/classifier_outer_backward.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

const params = { rows: "u32", models: "u32", hidden: "u32", heads: "u32", columns: "u32" } as const;
type Shape = { readonly [name in keyof typeof params]: number };
const units = ({ models, hidden }: Shape) => models * hidden;
const outputs = ({ models, heads }: Shape) => models * heads;
/** Row length of the output weights: hidden units, bias, padding to a multiple of 4. */
const outerWidth = ({ hidden }: Shape) => hidden + 4;

/** a = tanh(pre); logits = outer [a, 1], per model. `columns` >= models * heads is the row length of the logits. */
export const classifierHiddenForward = defineOp({
  name: "classifier_hidden_forward",
  shader: forwardShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    pre: { type: "f32", access: "read", shape: ["rows", units] },
    outer: { type: "f32", access: "read", shape: [outputs, outerWidth] },
    a: { type: "f32", access: "read_write", shape: ["rows", units] },
    logits: { type: "f32", access: "read_write", shape: ["rows", "columns"] },
  },
  workgroups: ({ rows, models }) => grid1d(rows * models, 64),
  cpu({ pre, outer, a, logits }, { rows, models, hidden, heads, columns }) {
    for (let item = 0; item < rows * models; item++) {
      const start = item * hidden;
      for (let j = 0; j < hidden; j++) a[start + j] = Math.tanh(pre[start + j]!);
      for (let k = 0; k < heads; k++) {
        const output = (item % models) * heads + k;
        const weights = output * (hidden + 4);
        let z = outer[weights + hidden]!;
        for (let j = 0; j < hidden; j++) z += outer[weights + j]! * a[start + j]!;
        logits[Math.floor(item / models) * columns + output] = z;
      }
    }
  },
});

/** dpre from the residuals (the gradient in the logits). */
export const classifierHiddenBackward = defineOp({
  name: "classifier_hidden_backward",
  shader: backwardShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    a: { type: "f32", access: "read", shape: ["rows", units] },
    outer: { type: "f32", access: "read", shape: [outputs, outerWidth] },
    residual: { type: "f32", access: "read", shape: ["rows", "columns"] },
    dpre: { type: "f32", access: "read_write", shape: ["rows", units] },
  },
  workgroups: ({ rows, models, hidden }) => grid1d(rows * models * hidden, 64),
  cpu({ a, outer, residual, dpre }, { rows, models, hidden, heads, columns }) {
    const width = models * hidden;
    for (let r = 0; r < rows; r++) {
      for (let unit = 0; unit < width; unit++) {
        const model = Math.floor(unit / hidden);
        let sum = 0;
        for (let k = 0; k < heads; k++) {
          const output = model * heads + k;
          sum += residual[r * columns + output]! * outer[output * (hidden + 4) + (unit % hidden)]!;
        }
        dpre[r * width + unit] = (1 - a[r * width + unit]! ** 2) * sum;
      }
    }
  },
});

/** douter = residual^T [a, 1], per model; the padding gets 0. */
export const classifierOuterBackward = defineOp({
  name: "classifier_outer_backward",
  shader: outerShader,
  workgroupSize: [64, 1, 1],
  params,
  buffers: {
    a: { type: "f32", access: "read", shape: ["rows", units] },
    residual: { type: "f32", access: "read", shape: ["rows", "columns"] },
    douter: { type: "f32", access: "read_write", shape: [outputs, outerWidth] },
  },
  workgroups: (shape) => grid1d(outputs(shape) * outerWidth(shape), 1),
  cpu({ a, residual, douter }, { rows, models, hidden, heads, columns }) {
    for (let output = 0; output < models * heads; output++) {
      const model = Math.floor(output / heads);
      for (let j = 0; j < hidden + 4; j++) {
        let sum = 0;
        for (let r = 0; r < rows && j <= hidden; r++) {
          const value = j < hidden ? a[(r * models + model) * hidden + j]! : 1;
          sum += residual[r * columns + output]! * value;
        }
        douter[output * (hidden + 4) + j] = sum;
      }
    }
  },
});
