/** Scalar functions of logits that stay finite and accurate at the extremes. Every exponential has an argument <= 0. */

/** 1 / (1 + exp(-x)). */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** log(1 + exp(x)). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** log(p / (1 - p)); infinite at 0 and 1. */
export function logit(p: number): number {
  return Math.log(p) - Math.log1p(-p);
}

/** log of the sum of exponentials; -Infinity entries count as zero mass. */
export function logSumExp(x: ArrayLike<number>): number {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) max = Math.max(max, x[i]!);
  if (max === -Infinity) return max;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.exp(x[i]! - max);
  return max + Math.log(sum);
}

export function mean(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  return sum / x.length;
}

/** Indices 0..n-1 ordered by `x`, ties in their original order. */
export function orderBy(x: ArrayLike<number>): number[] {
  return Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]! || a - b);
}
