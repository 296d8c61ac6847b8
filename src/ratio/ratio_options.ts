/** What ratios are estimated from, and what can be chosen about it. */
import type { CalibrationMethod } from "./calibration.ts";
import type { ClassifierOptions } from "./classifier_options.ts";
import type { Mixture, RatioForm } from "./estimators.ts";
import type { ClassifierTask } from "./task.ts";

export interface RatioTask extends ClassifierTask {
  /** Length per sample, for the baseline. */
  readonly lengths: ArrayLike<number>;
  /** Names, target first. */
  readonly names: readonly string[];
}

export interface RatioOptions {
  readonly form: RatioForm;
  readonly calibration: CalibrationMethod;
  /** Shares of the training mixture; from the counts when absent. */
  readonly mixture?: Mixture;
  /** By synthetic source: Q0/Qi = gamma times the odds. From how the classifier was trained when absent. */
  readonly gamma?: readonly number[];
  /** Probabilities are clipped to [eps, 1 - eps]. */
  readonly eps: number;
  readonly clip: { readonly low: number; readonly high: number };
  /** Divide h by its mean. */
  readonly normalise: boolean;
  readonly classifier: Partial<ClassifierOptions>;
}

export const RATIO_DEFAULTS: RatioOptions = {
  form: "mixture",
  calibration: "platt",
  eps: 1e-6,
  clip: { low: 0, high: 10 },
  normalise: true,
  classifier: {},
};
