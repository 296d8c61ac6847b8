import { maxOf } from "../numerics.ts";
import { type Paper, real } from "../params.ts";
import { LAMBDA } from "./kl_dro.ts";
import { defineStrategy } from "./strategy.ts";

const paper: Paper = {
  title: "Large-Scale Methods for Distributionally Robust Optimization",
  authors: "Levy, Carmon, Duchi, Sidford",
  year: 2020,
  arxiv: "2010.05893",
};

export const chi2Penalized = defineStrategy({
  id: "chi2_penalized",
  name: "χ²-DRO, penalised",
  explanation:
    "Worst case with a χ² penalty: groups below a threshold get no weight, above it weight grows linearly.",
  formula: "sup over q of Σ q·ℓ - λ·½ mean((Bq-1)²)",
  paper,
  params: { lam: LAMBDA },
  flags: { usesRatio: false, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  evaluate({ losses }, { lam }) {
    const B = losses.length;
    const eta = threshold(losses, (mean, _, k) => mean - (lam * B) / k);
    const q = Array.from(losses, (loss) => Math.max(0, loss - eta) / (lam * B));
    const value = expectation(q, losses) - (lam / 2) * meanSquaredExcess(q);
    return { value, gradient: q, q, eta, lambda: lam };
  },
});

export const chi2Constrained = defineStrategy({
  id: "chi2_constrained",
  name: "χ²-DRO, budgeted",
  explanation: "Worst case over all distributions within a χ² budget of the mixture.",
  formula: "sup over ½ mean((Bq-1)²) ≤ ρ of Σ q·ℓ",
  paper,
  params: {
    rho: real(0.5, 1e-6, 1e4, "ρ: χ² budget. Near 0: the average; (B-1)/2 or more: the worst group alone."),
  },
  flags: { usesRatio: false, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  evaluate({ losses }, { rho }) {
    const B = losses.length;
    const max = maxOf(losses);
    const ties = Array.from(losses).filter((loss) => loss === max).length;
    if (rho >= (B / ties - 1) / 2) {
      const q = Array.from(losses, (loss) => (loss === max ? 1 / ties : 0));
      return { value: max, gradient: q, q, eta: max };
    }
    const eta = threshold(losses, (mean, variance, k) => {
      const room = ((1 + 2 * rho) * k) / B - 1;
      return room > 0 ? mean - Math.sqrt(variance / room) : -Infinity;
    });
    const excess = Array.from(losses, (loss) => Math.max(0, loss - eta));
    const total = excess.reduce((a, b) => a + b, 0);
    const q = excess.map((value) => value / total);
    return { value: expectation(q, losses), gradient: q, q, eta };
  },
});

/**
 * The threshold eta under which a group gets no weight. With the k largest losses active it is
 * `candidate(mean of those, their population variance, k)`; the right k is the one for which eta falls between the
 * k-th and the (k+1)-th loss.
 */
function threshold(
  losses: ArrayLike<number>,
  candidate: (mean: number, variance: number, k: number) => number,
): number {
  const sorted = Float64Array.from(losses).sort().reverse();
  let mean = 0;
  let squares = 0;
  let closest = Number.NaN;
  let smallestMiss = Infinity;
  for (let k = 1; k <= sorted.length; k++) {
    const loss = sorted[k - 1]!;
    const step = loss - mean;
    mean += step / k;
    squares += step * (loss - mean);
    const eta = candidate(mean, Math.max(0, squares / k), k);
    const next = k < sorted.length ? sorted[k]! : -Infinity;
    const miss = Math.max(next - eta, eta - loss, 0);
    // Rounding can leave every k a hair outside its interval when losses tie: keep the nearest.
    if (miss < smallestMiss) [closest, smallestMiss] = [eta, miss];
  }
  return closest;
}

function expectation(q: readonly number[], losses: ArrayLike<number>): number {
  return q.reduce((sum, share, i) => sum + share * losses[i]!, 0);
}

function meanSquaredExcess(q: readonly number[]): number {
  return q.reduce((sum, share) => sum + (q.length * share - 1) ** 2, 0) / q.length;
}
