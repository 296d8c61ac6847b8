/** Likelihood ratios of all samples from their per-source log-ratios, and their normalisation. arXiv 2504.05831. */
import logShader from "../../shaders/ratio_log.wgsl";
import normaliseShader from "../../shaders/ratio_normalise.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";

/** Values of the parameter `form`. */
export const RATIO_FORMS = ["mixture", "averaged", "stabilised", "released"] as const;

/**
 * logH = log of the ratio in one of `RATIO_FORMS`, h = the ratio clipped to [low, high]. `logShares` has the target
 * first; `category` is the sample's own source (0 target), read by "released" alone.
 */
export const ratioLog = defineOp({
  name: "ratio_log",
  shader: logShader,
  workgroupSize: [64, 1, 1],
  params: { rows: "u32", sources: "u32", form: "u32", low: "f32", high: "f32" },
  buffers: {
    logW: { type: "f32", access: "read", shape: ["rows", "sources"] },
    logShares: { type: "f32", access: "read", shape: [({ sources }) => sources + 1] },
    category: { type: "u32", access: "read", shape: ["rows"] },
    logH: { type: "f32", access: "read_write", shape: ["rows"] },
    h: { type: "f32", access: "read_write", shape: ["rows"] },
  },
  workgroups: ({ rows }) => grid1d(rows, 64),
  cpu({ logW, logShares, category, logH, h }, { rows, sources, form, low, high }) {
    const logN = Math.log(sources + 1);
    for (let r = 0; r < rows; r++) {
      // log b_i / w_i per source, w_0 = 1.
      const inverse = Array.from({ length: sources + 1 }, (_, i) =>
        i === 0 ? logShares[0]! : logShares[i]! - logW[r * sources + i - 1]!,
      );
      let value: number;
      if (form === 0) value = -logSum(inverse);
      else if (form === 1) value = logSum(inverse.map((x) => -x)) - logN;
      else if (form === 2) value = logSum(inverse.map((x) => -logSum([-logN, x]))) - logN;
      else {
        const logit = Math.log1p(-Math.exp(logShares[0]!)) - logSum(inverse.slice(1));
        value = -logSum([-logN, logShares[category[r]!]! - logit]);
      }
      logH[r] = value;
      h[r] = Math.min(high, Math.max(low, Math.exp(value)));
    }
  },
});

function logSum(x: readonly number[]): number {
  const max = Math.max(...x);
  return max + Math.log(x.reduce((sum, value) => sum + Math.exp(value - max), 0));
}

/** h /= mean h; summary = [mean, sum, sum of squares, maximum] before. ESS = sum^2 / sum of squares. */
export const ratioNormalise = defineOp({
  name: "ratio_normalise",
  shader: normaliseShader,
  workgroupSize: [256, 1, 1],
  params: { rows: "u32" },
  buffers: {
    h: { type: "f32", access: "read_write", shape: ["rows"] },
    summary: { type: "f32", access: "read_write", shape: [4] },
  },
  workgroups: () => [1, 1, 1],
  cpu({ h, summary }, { rows }) {
    let sum = 0;
    let squares = 0;
    let max = 0;
    for (let r = 0; r < rows; r++) {
      sum += h[r]!;
      squares += h[r]! ** 2;
      max = Math.max(max, h[r]!);
    }
    const mean = sum / rows;
    if (mean > 0) for (let r = 0; r < rows; r++) h[r]! /= mean;
    summary[0] = mean;
    summary[1] = sum;
    summary[2] = squares;
    summary[3] = max;
  },
});
