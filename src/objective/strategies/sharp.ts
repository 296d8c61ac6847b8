import { DORA_PAPER } from "./dora_inside.ts";
import { LAMBDA } from "./kl_dro.ts";
import { defineTilt } from "./strategy.ts";

export const sharp = defineTilt({
  id: "sharp",
  name: "Sharp (control)",
  explanation: "DoRA inside with every loss frozen at log 2: the same sharpening of h, blind to the losses.",
  formula: "Σ w·ℓ, w = h·softmax(h·log 2/λ), a constant",
  paper: DORA_PAPER,
  params: { lam: LAMBDA },
  flags: { usesRatio: true, stance: "neutral", needsNonNegativeLoss: false, couplesBatch: true },
  logMeanExp: ({ losses, h }, { lam }) => ({
    exponents: Array.from(h, (ratio) => (ratio * Math.LN2) / lam),
    slopes: Array.from(h),
    value: (logMean) => lam * logMean,
    linearIn: losses,
    lambda: lam,
  }),
});
