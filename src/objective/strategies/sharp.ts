import { softmax, sumOf } from "../numerics.ts";
import { DORA_PAPER } from "./dora_inside.ts";
import { LAMBDA } from "./kl_dro.ts";
import { normalised } from "./reweight.ts";
import { defineStrategy } from "./strategy.ts";

export const sharp = defineStrategy({
  id: "sharp",
  name: "Sharp (control)",
  explanation: "DoRA inside with every loss frozen at log 2: the same sharpening of h, blind to the losses.",
  formula: "Σ w·ℓ, w = h·softmax(h·log 2/λ), a constant",
  paper: DORA_PAPER,
  params: { lam: LAMBDA },
  flags: { usesRatio: true, stance: "neutral", needsNonNegativeLoss: false, couplesBatch: true },
  evaluate({ losses, h }, { lam }) {
    const q = softmax(Array.from(h, (ratio) => (ratio * Math.LN2) / lam));
    const gradient = q.map((share, i) => share * h[i]!);
    const value = sumOf(gradient.map((weight, i) => weight * losses[i]!));
    return { value, gradient, q: normalised(gradient), lambda: lam };
  },
});
