import { real } from "../params.ts";
import { defineStrategy } from "./strategy.ts";

export const cvar = defineStrategy({
  id: "cvar",
  name: "CVaR",
  explanation: "Mean of the worst share of the batch; the rest is ignored.",
  formula: "mean of the worst fraction v of ℓ",
  paper: { title: "Optimization of Conditional Value-at-Risk", authors: "Rockafellar, Uryasev", year: 2000 },
  params: { level: real(0.3, 1e-4, 1, "v: share of the batch that counts; 1 is the average.") },
  flags: { usesRatio: false, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  evaluate({ losses }, { level }) {
    const mass = level * losses.length;
    const order = Array.from(losses, (_, i) => i).sort((i, j) => losses[j]! - losses[i]! || i - j);
    const q = new Array<number>(losses.length).fill(0);
    let value = 0;
    order.forEach((group, rank) => {
      // Whole groups while they fit, the remainder on the next one.
      const share = Math.min(1, Math.max(0, mass - rank)) / mass;
      q[group] = share;
      value += share * losses[group]!;
    });
    return { value, gradient: q, q };
  },
});
