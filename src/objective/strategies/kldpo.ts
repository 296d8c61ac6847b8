import { meanOf } from "../numerics.ts";
import { real } from "../params.ts";
import { normalised } from "./reweight.ts";
import { defineStrategy } from "./strategy.ts";

export const klDpo = defineStrategy({
  id: "kldpo",
  name: "KLDPO",
  explanation:
    "Weights each loss by the capped exponential of its excess over the batch mean; weights are constants.",
  formula: "mean w·ℓ, w = min(clip, exp((ℓ - mean ℓ)/τ))",
  paper: {
    title: "Robust LLM Alignment via Distributionally Robust Direct Preference Optimization",
    authors: "Xu et al.",
    year: 2025,
    arxiv: "2502.01930",
  },
  params: {
    tau: real(1, 1e-4, 1e6, "τ: temperature of the weights; the release's example uses 0.05."),
    clip: real(10, 1, 1e6, "Largest weight a group may get."),
  },
  flags: { usesRatio: false, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  evaluate({ losses }, { tau, clip }) {
    const mean = meanOf(losses);
    const cap = Math.log(clip);
    const rawWeights = Array.from(losses, (loss) => {
      const excess = (loss - mean) / tau;
      return excess >= cap ? clip : Math.exp(excess);
    });
    const gradient = rawWeights.map((weight) => weight / losses.length);
    const value = gradient.reduce((sum, weight, i) => sum + weight * losses[i]!, 0);
    return { value, gradient, q: normalised(rawWeights), rawWeights };
  },
});
