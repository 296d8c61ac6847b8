import { klDivergence } from "../numerics.ts";

/** Settings of a lambda that is learned so that the tilt spends a KL budget. */
export interface LambdaOptions {
  /** rho: KL(q || u) to spend, in nats. */
  readonly rho: number;
  readonly learningRate: number;
  readonly min: number;
}

export const DEFAULT_LAMBDA: LambdaOptions = { rho: 0.1, learningRate: 0.1, min: 1e-3 };

/**
 * One descent step on lambda of lambda log E exp(l/lambda) + lambda rho, whose derivative in lambda is
 * rho - KL(q || base). Source: SCDRO, Qi et al., TMLR 2023, arXiv 2210.05740.
 * @param q the tilted distribution at the current lambda
 * @param base what the budget is measured from; uniform when absent
 */
export function lambdaStep(
  lambda: number,
  q: ArrayLike<number>,
  base: ArrayLike<number> | undefined,
  { rho, learningRate, min }: LambdaOptions,
): number {
  return Math.max(min, lambda - learningRate * (rho - klDivergence(q, base)));
}
