/**
 * Scalar functions that stay finite and accurate at the extremes (log-ratios of thousands of nats).
 * Every exponential here has a non-positive argument.
 */

import { maxOf, sumOf } from "../base/numerics.ts";

export { logSumExp, maxOf, meanOf, sigmoid, sumOf } from "../base/numerics.ts";

/** log(1 / (1 + exp(-x))). */
export function logSigmoid(x: number): number {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}

/** log(1 - exp(x)) for x < 0 (Mächler 2012: the two branches meet at -log 2). */
export function log1mexp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** Shares in proportion to exp(x), summing to 1. */
export function softmax(x: ArrayLike<number>): number[] {
  const max = maxOf(x);
  const e = Array.from(x, (value) => Math.exp(value - max));
  const sum = sumOf(e);
  return e.map((value) => value / sum);
}

/** log(exp(x) + exp(y)). */
export function logAddExp(x: number, y: number): number {
  const max = Math.max(x, y);
  return max === -Infinity ? max : max + Math.log1p(Math.exp(-Math.abs(x - y)));
}

/**
 * log(mean(exp(x))), accurate also when all entries are tiny or nearly equal: the shift by the maximum comes out
 * exactly, and expm1/log1p keep the digits that log(exp(1e-6)) would lose (a large lambda asks for this).
 */
export function logMeanExp(x: ArrayLike<number>): number {
  const max = maxOf(x);
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.expm1(x[i]! - max);
  return max + Math.log1p(sum / x.length);
}

/** KL(q || u) in nats for two distributions of equal length; 0 log 0 is 0. `u` defaults to uniform. */
export function klDivergence(q: ArrayLike<number>, u?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < q.length; i++) {
    if (q[i]! > 0) sum += q[i]! * Math.log(q[i]! / (u ? u[i]! : 1 / q.length));
  }
  return Math.max(0, sum);
}
