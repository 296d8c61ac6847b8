/** Scalar functions of logits that stay finite and accurate at the extremes. Every exponential has an argument <= 0. */

export { logSumExp, meanOf as mean, sigmoid } from "../base/numerics.ts";

/** log(1 + exp(x)). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** log(p / (1 - p)); infinite at 0 and 1. */
export function logit(p: number): number {
  return Math.log(p) - Math.log1p(-p);
}

/** Indices 0..n-1 ordered by `x`, ties in their original order. */
export function orderBy(x: ArrayLike<number>): number[] {
  return Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]! || a - b);
}
