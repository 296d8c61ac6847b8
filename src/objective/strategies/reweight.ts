import { sumOf } from "../numerics.ts";
import { defineStrategy } from "./strategy.ts";

const paper = {
  title: "Improving predictive inference under covariate shift by weighting the log-likelihood function",
  authors: "Shimodaira",
  year: 2000,
};

export const reweight = defineStrategy({
  id: "reweight",
  name: "Reweighting",
  explanation: "Importance weighting: each loss times its estimated ratio h, an unbiased view of the target.",
  formula: "mean h·ℓ",
  paper,
  params: {},
  flags: { usesRatio: true, stance: "neutral", needsNonNegativeLoss: false, couplesBatch: false },
  evaluate({ losses, h }) {
    const gradient = Array.from(h, (value) => value / losses.length);
    return { value: weighted(gradient, losses), gradient, q: normalised(h) };
  },
});

export const reweightSelfNormalised = defineStrategy({
  id: "reweight_sn",
  name: "Reweighting, self-normalised",
  explanation:
    "Importance weighting with the weights of each batch summing to one: a little bias for less variance.",
  formula: "Σ h·ℓ / Σ h",
  paper,
  params: {},
  flags: { usesRatio: true, stance: "neutral", needsNonNegativeLoss: false, couplesBatch: true },
  evaluate({ losses, h }) {
    const q = normalised(h);
    return { value: weighted(q, losses), gradient: q, q };
  },
});

function weighted(weights: readonly number[], losses: ArrayLike<number>): number {
  return sumOf(weights.map((weight, i) => weight * losses[i]!));
}

/** Shares that sum to 1; uniform when every weight is 0. */
export function normalised(weights: ArrayLike<number>): number[] {
  const total = sumOf(weights);
  return Array.from(weights, (weight) => (total > 0 ? weight / total : 1 / weights.length));
}

/**
 * log h and log mean h. A ratio of 0 gives -Infinity, i.e. no mass at all; a batch whose ratios are all 0 counts as
 * one without ratios, exactly as `normalised` treats it.
 */
export function logRatios(h: ArrayLike<number>): { readonly logs: number[]; readonly logMean: number } {
  const total = sumOf(h);
  if (!(total > 0)) return { logs: Array.from(h, () => 0), logMean: 0 };
  return { logs: Array.from(h, (ratio) => Math.log(ratio)), logMean: Math.log(total / h.length) };
}
