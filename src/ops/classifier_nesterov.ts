/** One step of Nesterov's accelerated gradient on the weights of all folds (Nesterov 1983). */
import shader from "../../shaders/classifier_nesterov.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/**
 * weight, ahead <- one accelerated step, from the gradient at `ahead` given as segment sums. Feature 0 is the constant
 * and is not penalised; `rate` and `l2` are per column, so a grid of penalties trains side by side.
 */
export const classifierNesterov = defineOp({
  name: "classifier_nesterov",
  shader,
  workgroupSize: [64, 1, 1],
  params: { features: "u32", columns: "u32", segments: "u32", momentum: "f32" },
  buffers: {
    featureSegment: { type: "u32", access: "read", shape: [({ features }) => features + 1] },
    sums: { type: "f32", access: "read", shape: ["segments", "columns"] },
    rate: { type: "f32", access: "read", shape: ["columns"] },
    l2: { type: "f32", access: "read", shape: ["columns"] },
    ahead: { type: "f32", access: "read_write", shape: ["features", "columns"] },
    weight: { type: "f32", access: "read_write", shape: ["features", "columns"] },
  },
  workgroups: ({ features, columns }) => grid1d((features * columns) / 4, 64),
  cpu({ featureSegment, sums, rate, l2, ahead, weight }, { features, columns, momentum }) {
    for (let f = 0; f < features; f++) {
      for (let c = 0; c < columns; c++) {
        const i = f * columns + c;
        let gradient = f > 0 ? l2[c]! * ahead[i]! : 0;
        for (let s = featureSegment[f]!; s < featureSegment[f + 1]!; s++) gradient += sums[s * columns + c]!;
        const next = ahead[i]! - rate[c]! * gradient;
        ahead[i] = next + momentum * (next - weight[i]!);
        weight[i] = next;
      }
    }
  },
});
