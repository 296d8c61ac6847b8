/** Scalar functions that stay finite and accurate at the extremes. Every exponential here has a non-positive argument. */

/** 1 / (1 + exp(-x)), from the branch that exponentiates a negative number. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** The largest entry; -Infinity for an empty array. */
export function maxOf(x: ArrayLike<number>): number {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i]! > max) max = x[i]!;
  return max;
}

export function sumOf(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  return sum;
}

export function meanOf(x: ArrayLike<number>): number {
  return sumOf(x) / x.length;
}

/** log of the sum of exponentials; -Infinity entries count as zero mass. */
export function logSumExp(x: ArrayLike<number>): number {
  const max = maxOf(x);
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.exp(x[i]! - max);
  return max + Math.log(sum);
}
