/** Adam on the weights of all folds, from segment sums of the gradient. Kingma and Ba, arXiv 1412.6980. */
import shader from "../../shaders/classifier_adam.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/**
 * One Adam step; feature 0 is the constant and is not penalised. The caller folds bias correction into
 * rate = lr sqrt(1 - 0.999^t) / (1 - 0.9^t) and bound = 1e-8 sqrt(1 - 0.999^t).
 */
export const classifierAdam = defineOp({
  name: "classifier_adam",
  shader,
  workgroupSize: [64, 1, 1],
  params: { features: "u32", columns: "u32", segments: "u32", l2: "f32", rate: "f32", bound: "f32" },
  buffers: {
    featureSegment: { type: "u32", access: "read", shape: [({ features }) => features + 1] },
    sums: { type: "f32", access: "read", shape: ["segments", "columns"] },
    weight: { type: "f32", access: "read_write", shape: ["features", "columns"] },
    first: { type: "f32", access: "read_write", shape: ["features", "columns"] },
    second: { type: "f32", access: "read_write", shape: ["features", "columns"] },
  },
  workgroups: ({ features, columns }) => grid1d((features * columns) / 4, 64),
  cpu({ featureSegment, sums, weight, first, second }, { features, columns, l2, rate, bound }) {
    for (let f = 0; f < features; f++) {
      for (let c = 0; c < columns; c++) {
        const i = f * columns + c;
        let gradient = f > 0 ? l2 * weight[i]! : 0;
        for (let s = featureSegment[f]!; s < featureSegment[f + 1]!; s++) gradient += sums[s * columns + c]!;
        const m = 0.9 * first[i]! + 0.1 * gradient;
        const v = 0.999 * second[i]! + 0.001 * gradient * gradient;
        first[i] = m;
        second[i] = v;
        weight[i]! -= (rate * m) / (Math.sqrt(v) + bound);
      }
    }
  },
});
