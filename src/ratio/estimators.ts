/**
 * Likelihood ratios h = Q0/P of a training mixture P = alpha Q0 + sum_i beta_i Q_i, from classifier logits.
 *
 * Everything stays in log space: a ratio is never formed from a rounded probability. Zhu et al., arXiv 2504.05831;
 * the forms differ in bias and boundedness, and only `mixture` and `posterior` are exact.
 */
import { TiltError } from "../base/errors.ts";
import { logSumExp } from "./numerics.ts";

export type RatioForm = "mixture" | "posterior" | "averaged" | "stabilised" | "released";

/** Shares of the training mixture: `alpha` of the target, `beta[i]` of synthetic source i; they sum to 1. */
export interface Mixture {
  readonly alpha: number;
  readonly beta: readonly number[];
}

/** Shares as they occur among `counts` (target first). */
export function mixtureFromCounts(counts: readonly number[]): Mixture {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { alpha: counts[0]! / total, beta: counts.slice(1).map((count) => count / total) };
}

/**
 * Shares set by hand.
 * @throws TiltError unless there is a share for the target and for each source, all positive, summing to 1
 */
export function mixtureByHand(alpha: number, beta: readonly number[]): Mixture {
  const total = beta.reduce((sum, share) => sum + share, alpha);
  if (!(alpha > 0) || beta.some((share) => !(share > 0)) || Math.abs(total - 1) > 1e-6) {
    throw new TiltError(`The shares ${[alpha, ...beta].join(", ")} are not a mixture.`, {
      where: "mixture shares",
      remedy: "Give every source a share above 0 such that they sum to 1.",
    });
  }
  return { alpha, beta };
}

/** |logit| beyond which a probability counts as clipped to [eps, 1 - eps]. */
function logitBound(eps: number): number {
  return Math.log1p(-eps) - Math.log(eps);
}

/** The logit of a probability clipped to [eps, 1 - eps]. */
export function clipLogit(z: number, eps: number): number {
  const bound = logitBound(eps);
  return Math.min(bound, Math.max(-bound, z));
}

/**
 * gamma_i = N_i / N_0: turns the odds of a classifier trained on N_0 target and N_i source-i samples into Q0/Q_i.
 * It is 1 where training weighed the two classes equally.
 */
export function imbalance(targetCount: number, sourceCounts: readonly number[]): number[] {
  return sourceCounts.map((count) => count / targetCount);
}

/** log w_i = log gamma_i + logit c_i = log Q0/Q_i. */
export function logSourceRatio(logit: number, gamma: number): number {
  return Math.log(gamma) + logit;
}

/**
 * log of Q0 over the synthetic sources taken together, -log sum_i s_i / w_i: the target against all others.
 * @param others shares of the synthetic sources among themselves, summing to 1
 */
export function logPooledRatio(logW: ArrayLike<number>, others: readonly number[]): number {
  return -logSumExp(others.map((share, i) => Math.log(share) - logW[i]!));
}

/** log h = -log(alpha + sum_i beta_i / w_i): exact, bounded above by -log alpha. @param logW log w_i per source */
export function logMixtureRatio(logW: ArrayLike<number>, { alpha, beta }: Mixture): number {
  const terms = [Math.log(alpha)];
  for (let i = 0; i < beta.length; i++) terms.push(Math.log(beta[i]!) - logW[i]!);
  return -logSumExp(terms);
}

/** log of (1/n)(1/alpha + sum_i w_i / beta_i), n sources in all: never below the exact ratio, unbounded. */
export function logAveragedRatio(logW: ArrayLike<number>, { alpha, beta }: Mixture): number {
  const terms = [-Math.log(alpha)];
  for (let i = 0; i < beta.length; i++) terms.push(logW[i]! - Math.log(beta[i]!));
  return logSumExp(terms) - Math.log(terms.length);
}

/** The averaged form without the target's own constant term: log of the mean of w_i / beta_i. */
export function logAveragedSourcesOnly(logW: ArrayLike<number>, { beta }: Mixture): number {
  return logSumExp(beta.map((share, i) => logW[i]! - Math.log(share))) - Math.log(beta.length);
}

/** log of (1/n) sum_i 1/(1/n + b_i / w_i), b = (alpha, beta...), w_0 = 1: bounded by log n. */
export function logStabilisedRatio(logW: ArrayLike<number>, { alpha, beta }: Mixture): number {
  const n = beta.length + 1;
  const terms = [-Math.log(1 / n + alpha)];
  for (let i = 0; i < beta.length; i++) terms.push(-logSumExp([-Math.log(n), Math.log(beta[i]!) - logW[i]!]));
  return logSumExp(terms) - Math.log(n);
}

/**
 * log of 1/(alpha + m (1-p)/p): the weight of one candidate in the released code, where each slot of a list has its
 * own share m and one classifier says p(target).
 */
export function logReleasedWeight(logit: number, alpha: number, share: number): number {
  return -logSumExp([Math.log(alpha), Math.log(share) - logit]);
}

/**
 * Log-posterior over sources under the mixture's shares, from n-way logits trained under other shares:
 * p_k <- p_k m_k / pi_k, renormalised.
 */
export function logPosterior(
  logits: ArrayLike<number>,
  trainPrior: readonly number[],
  mixture: readonly number[],
): number[] {
  const shifted = mixture.map((share, k) => logits[k]! + Math.log(share) - Math.log(trainPrior[k]!));
  const total = logSumExp(shifted);
  return shifted.map((value) => value - total);
}

/** log h = log p_0 - log alpha: exact, bounded above by -log alpha. */
export function logPosteriorRatio(logPosteriorOfTarget: number, alpha: number): number {
  return logPosteriorOfTarget - Math.log(alpha);
}

/** log h of one response by a per-source form. @param logW log w_i = log Q0/Q_i per synthetic source */
export function logRatioByForm(
  form: Exclude<RatioForm, "posterior" | "released">,
  logW: ArrayLike<number>,
  mixture: Mixture,
): number {
  if (form === "mixture") return logMixtureRatio(logW, mixture);
  return form === "averaged" ? logAveragedRatio(logW, mixture) : logStabilisedRatio(logW, mixture);
}
