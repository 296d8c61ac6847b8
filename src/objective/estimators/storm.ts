/**
 * Variance-reduced estimate of the gradient of lambda log E exp(a): the same batch is evaluated at the current and at
 * the previous parameters, and both the normaliser u and the direction v carry a recursive correction:
 *
 *     u_t = e(w_t) + (1-A)(u_{t-1} - e(w_{t-1}))        e(w) = mean exp(a_i(w))
 *     v_t = G(w_t) + (1-A)(v_{t-1} - G(w_{t-1}))        G(w) = mean exp(a_i(w)) grad a_i(w)
 *
 * Source: Qi et al. 2021, arXiv 2006.10138 (RECOVER), after STORM. Kept here as log u and d = v/u, so that exponents of
 * thousands neither overflow nor, later, vanish: d_t = G(w_t)/u_t + (1-A)(d_{t-1} u_{t-1}/u_t - G(w_{t-1})/u_t).
 */
import { logMeanExp } from "../numerics.ts";

export interface StormOptions {
  /** A in (0, 1]: how fast the past is forgotten; 1 is the plain mini-batch estimator. */
  readonly a: number;
}

/** What one step weighs its groups with. */
export interface StormWeights {
  readonly logU: number;
  /** exp(a_i - log u) / B at the current parameters. */
  readonly weights: readonly number[];
  /** The same at the previous parameters; all 0 where nothing is carried. */
  readonly weightsBefore: readonly number[];
  /** d_t = (pullback of weights) + keep d_{t-1} - forget (pullback of weightsBefore). */
  readonly keep: number;
  readonly forget: number;
  /** True when the correction drove u towards 0 and this batch alone had to do. */
  readonly restarted: boolean;
}

/** u below this share of what it is made of is taken for a failed correction. */
const STORM_FLOOR = 1e-3;

/**
 * Weights of one step.
 * @param now exponents a_i at the current parameters
 * @param before those of the same batch at the previous parameters; undefined on the first step
 * @param logU log u after the previous step
 * @param a in (0, 1]: how fast the past is forgotten; 1 is the plain mini-batch estimator
 */
export function stormWeights(
  now: readonly number[],
  before: readonly number[] | undefined,
  logU: number | undefined,
  a: number,
): StormWeights {
  const fresh = logMeanExp(now);
  const alone = (restarted: boolean): StormWeights => ({
    logU: fresh,
    weights: over(now, fresh),
    weightsBefore: now.map(() => 0),
    keep: 0,
    forget: 0,
    restarted,
  });
  if (logU === undefined || !before) return alone(false);
  const old = logMeanExp(before);
  const scale = Math.max(fresh, old, logU);
  const u = Math.exp(fresh - scale) + (1 - a) * (Math.exp(logU - scale) - Math.exp(old - scale));
  if (u <= STORM_FLOOR) return alone(true);
  const next = scale + Math.log(u);
  return {
    logU: next,
    weights: over(now, next),
    weightsBefore: over(before, next),
    keep: (1 - a) * Math.exp(logU - next),
    forget: 1 - a,
    restarted: false,
  };
}

function over(exponents: readonly number[], logU: number): number[] {
  return exponents.map((exponent) => Math.exp(exponent - logU) / exponents.length);
}

export interface StormState {
  readonly logU: number;
  /** d = v/u: the estimated gradient of log E exp(a). Multiply by lambda. */
  readonly direction: Float64Array;
}

/** What one evaluation of a batch contributes. */
export interface StormBatch {
  /** a_i, one per group. */
  readonly exponents: readonly number[];
  /** Sum of weights_i times the gradient of a_i in the parameters. */
  pullback(weights: readonly number[]): Float64Array;
}

/** One whole step over explicit gradients: the reference for the kernels, and for small policies. */
export function stormStep(
  now: StormBatch,
  before: StormBatch | undefined,
  state: StormState | undefined,
  a: number,
): { readonly state: StormState; readonly restarted: boolean } {
  const step = stormWeights(now.exponents, before?.exponents, state?.logU, a);
  const direction = now.pullback(step.weights);
  if (state && before && step.forget > 0) {
    const old = before.pullback(step.weightsBefore);
    for (let i = 0; i < direction.length; i++) {
      direction[i]! += step.keep * state.direction[i]! - step.forget * old[i]!;
    }
  }
  return { state: { logU: step.logU, direction }, restarted: step.restarted };
}
