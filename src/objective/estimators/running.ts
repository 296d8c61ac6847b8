import { logAddExp, logMeanExp, softmax } from "../numerics.ts";
import { formValue, type LogMeanExpForm } from "../strategies/strategy.ts";

/**
 * A log-mean-exp over one mini-batch is biased down, at batch size 1 all the way to the plain mean. This keeps a
 * running estimate S of log E exp(a) instead, in logs so that nothing overflows, and weights by exp(a - S).
 * Source: ABSGD, Qi et al., TMLR 2023, arXiv 2012.06951.
 */
export interface RunningOptions {
  /** G in (0, 1]: share of the newest batch; 1 is the plain mini-batch estimator. */
  readonly gamma: number;
  /**
   * How S starts: "first" at the first batch's own value; "debias" at nothing, corrected by 1-(1-G)^t; "absgd" at
   * nothing, uncorrected as in the public code, which inflates the first weights by up to 1/G.
   */
  readonly mode: "first" | "debias" | "absgd";
  /** Largest exp(a - S) a group may get. */
  readonly cap: number;
}

export const DEFAULT_RUNNING: RunningOptions = { gamma: 0.1, mode: "first", cap: 10 };

/** Lives in checkpoints. Start afresh (undefined) whenever lambda, h or the loss changes. */
export interface RunningState {
  /** log of the running mean, before any correction. */
  readonly logU: number;
  readonly steps: number;
}

export interface RunningResult {
  readonly state: RunningState;
  readonly value: number;
  readonly gradient: readonly number[];
  /** p_i = exp(a_i - S): constants whose mean need not be 1. */
  readonly weights: readonly number[];
  /** Shares within the batch; sum to 1. */
  readonly q: readonly number[];
  /** This batch's own log mean exp. */
  readonly logBatch: number;
  /** S, the normaliser the weights were divided by. */
  readonly logUsed: number;
  /** How many groups met the cap. */
  readonly capped: number;
}

/** One step of the running normaliser over a mini-batch of any size, 1 included. Pure. */
export function runningStep(
  form: LogMeanExpForm,
  state: RunningState | undefined,
  { gamma, mode, cap }: RunningOptions,
): RunningResult {
  const logBatch = logMeanExp(form.exponents);
  const steps = (state?.steps ?? 0) + 1;
  const previous = state?.logU ?? (mode === "first" ? logBatch : -Infinity);
  const logU = logAddExp(Math.log(1 - gamma) + previous, Math.log(gamma) + logBatch);
  // log(1-(1-G)^t) by expm1, for a G of 1e-3 and below.
  const correction = mode === "debias" ? Math.log(-Math.expm1(steps * Math.log1p(-gamma))) : 0;
  const logUsed = logU - correction;
  const raw = form.exponents.map((exponent) => exponent - logUsed);
  const logCap = Math.log(cap);
  const weights = raw.map((excess) => (excess >= logCap ? cap : Math.exp(excess)));
  const gradient = weights.map((weight, i) => (weight * form.slopes[i]!) / weights.length);
  return {
    state: { logU, steps },
    value: formValue(form, logUsed, gradient),
    gradient,
    weights,
    q: softmax(form.exponents),
    logBatch,
    logUsed,
    capped: raw.filter((excess) => excess >= logCap).length,
  };
}
