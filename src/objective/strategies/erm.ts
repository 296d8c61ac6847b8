import { meanOf } from "../numerics.ts";
import { defineStrategy } from "./strategy.ts";

export const erm = defineStrategy({
  id: "erm",
  name: "ERM",
  explanation: "Plain average of the losses: every group counts the same.",
  formula: "mean ℓ",
  paper: { title: "Principles of Risk Minimization for Learning Theory", authors: "Vapnik", year: 1991 },
  params: {},
  flags: { usesRatio: false, stance: "neutral", needsNonNegativeLoss: false, couplesBatch: false },
  evaluate({ losses }) {
    const weights = Array.from(losses, () => 1 / losses.length);
    return { value: meanOf(losses), gradient: weights, q: weights };
  },
});
