import { klDivergence, logMeanExp, maxOf, softmax } from "../numerics.ts";
import { real } from "../params.ts";
import { klDro } from "./kl_dro.ts";
import { defineStrategy } from "./strategy.ts";

export const klDroConstrained = defineStrategy({
  id: "kl_dro_constrained",
  name: "KL-DRO, budgeted",
  explanation:
    "Worst case over all distributions within a KL budget of the mixture; λ follows from the budget.",
  formula: "sup over KL(q‖u) ≤ ρ of Σ q·ℓ",
  paper: klDro.paper,
  params: {
    rho: real(0.1, 1e-6, 100, "ρ: KL budget in nats. Near 0: the average; large: the worst group alone."),
  },
  flags: { usesRatio: false, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  evaluate({ losses }, { rho }) {
    const max = maxOf(losses);
    const atMax = Array.from(losses, (loss) => (loss === max ? 1 : 0) as number);
    const ties = atMax.reduce((a, b) => a + b, 0);
    if (rho >= Math.log(losses.length / ties)) {
      const q = atMax.map((hit) => hit / ties);
      return { value: max, gradient: q, q, lambda: 0 };
    }
    const lambda = solveLambda(losses, rho);
    const scaled = Array.from(losses, (loss) => (loss - max) / lambda);
    const q = softmax(scaled);
    return { value: max + lambda * (logMeanExp(scaled) + rho), gradient: q, q, lambda };
  },
});

/**
 * The lambda at which KL(softmax(l/lambda) || u) = rho, by bisection on log lambda: the KL falls as lambda grows.
 * Needs losses that are not all equal and 0 < rho < log(B / number of maxima), so that a root exists.
 */
function solveLambda(losses: ArrayLike<number>, rho: number): number {
  const kl = (logLambda: number): number =>
    klDivergence(softmax(Array.from(losses, (loss) => loss / Math.exp(logLambda))));
  let spread = 0;
  const max = maxOf(losses);
  for (let i = 0; i < losses.length; i++) spread = Math.max(spread, max - losses[i]!);
  let low = Math.log(spread);
  let high = low;
  while (kl(low) < rho) low -= 2;
  while (kl(high) > rho) high += 2;
  for (let step = 0; step < 200 && high - low > 1e-15 * Math.abs(high); step++) {
    const middle = (low + high) / 2;
    if (kl(middle) > rho) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
