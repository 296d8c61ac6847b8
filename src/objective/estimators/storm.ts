import { logMeanExp, maxOf } from "../numerics.ts";

/**
 * Variance-reduced estimate of the gradient of lambda log E exp(a): the same batch is evaluated at the current and at
 * the previous parameters, and both the normaliser u and the direction v carry a recursive correction.
 * Source: Qi et al. 2021, arXiv 2006.10138 (RECOVER), after STORM.
 *
 * u and v are stored divided by exp(logScale), so that exponents of hundreds do not overflow.
 */
export interface StormState {
  readonly logScale: number;
  readonly u: number;
  readonly v: Float64Array;
}

/** What one evaluation of a batch contributes. */
export interface StormBatch {
  /** a_i, one per group. */
  readonly exponents: readonly number[];
  /** Given p_i = exp(a_i - shift) / B, returns sum of p_i times the gradient of a_i in the parameters. */
  pullback(weights: readonly number[]): Float64Array;
}

export interface StormResult {
  readonly state: StormState;
  /** v/u: the estimated gradient of log E exp(a). Multiply by lambda. */
  readonly direction: Float64Array;
  /** True when u had to be restarted from this batch because the correction drove it towards 0. */
  readonly restarted: boolean;
}

/** u below this share of the batch's own mean is taken for a failed correction. */
const FLOOR = 1e-3;

/**
 * One step.
 * @param now the batch at the current parameters
 * @param before the same batch at the previous parameters; undefined on the first step
 * @param a in (0, 1]: how fast the past is forgotten; 1 is the plain mini-batch estimator
 */
export function stormStep(
  now: StormBatch,
  before: StormBatch | undefined,
  state: StormState | undefined,
  a: number,
): StormResult {
  const own = maxOf(now.exponents);
  if (!state || !before) return finish(own, meanAt(now, own), gradientAt(now, own), false);
  const logScale = Math.max(own, maxOf(before.exponents), state.logScale);
  const fresh = meanAt(now, logScale);
  const rescale = Math.exp(state.logScale - logScale);
  const u = fresh + (1 - a) * (state.u * rescale - meanAt(before, logScale));
  // Not (u > floor) also catches a batch so far below the others that its own mean underflows.
  if (!(u > FLOOR * fresh)) return finish(own, meanAt(now, own), gradientAt(now, own), true);
  const v = gradientAt(now, logScale);
  const old = gradientAt(before, logScale);
  for (let i = 0; i < v.length; i++) v[i]! += (1 - a) * (state.v[i]! * rescale - old[i]!);
  return finish(logScale, u, v, false);
}

/** Mean of exp(a_i - logScale). */
function meanAt(batch: StormBatch, logScale: number): number {
  return Math.exp(logMeanExp(batch.exponents) - logScale);
}

/** Mean of exp(a_i - logScale) times the gradient of a_i. */
function gradientAt(batch: StormBatch, logScale: number): Float64Array {
  return batch.pullback(batch.exponents.map((x) => Math.exp(x - logScale) / batch.exponents.length));
}

function finish(logScale: number, u: number, v: Float64Array, restarted: boolean): StormResult {
  return { state: { logScale, u, v }, direction: v.map((value) => value / u), restarted };
}
