import { type Paper, real } from "../params.ts";
import { LAMBDA } from "./kl_dro.ts";
import { defineTilt } from "./strategy.ts";

export const DORA_PAPER: Paper = {
  title: "Leveraging Robust Optimization for LLM Alignment under Distribution Shifts",
  authors: "Zhu et al.",
  year: 2025,
  arxiv: "2504.05831",
};

export const doraInside = defineTilt({
  id: "dora_inside",
  name: "DoRA, inside",
  explanation:
    "KL-DRO on the calibrated losses h·ℓ: the ratio sits inside the exponent and sharpens the tilt.",
  formula: "λ log mean exp(h·(ℓ+shift)/λ)",
  paper: DORA_PAPER,
  params: {
    lam: LAMBDA,
    shift: real(
      0,
      0,
      1000,
      "Added to every loss first: 1 makes LIRE with softmax rewards non-negative. Also sharpens h.",
    ),
  },
  flags: { usesRatio: true, stance: "pessimistic", needsNonNegativeLoss: true, couplesBatch: true },
  logMeanExp: ({ losses, h }, { lam, shift }) => ({
    exponents: Array.from(losses, (loss, i) => (h[i]! * (loss + shift)) / lam),
    slopes: Array.from(h),
    value: (logMean) => lam * logMean,
    lambda: lam,
  }),
});
