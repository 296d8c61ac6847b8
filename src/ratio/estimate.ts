/** From features and sources to h: train, calibrate, form the ratio, check it. */
import type { Backend } from "../backend/backend.ts";
import type { Calibrator } from "./calibrator.ts";
import { type TrainedClassifier, trainSourceClassifier } from "./classifier.ts";
import { estimateReport, type RatioReport } from "./estimate_report.ts";
import type { Mixture } from "./estimators.ts";
import type { ClassifierProgress } from "./penalty_search.ts";
import { RATIO_DEFAULTS, type RatioOptions, type RatioTask } from "./ratio_options.ts";
import { type RatioValues, ratiosByKernel, ratiosInLoops } from "./ratio_values.ts";
import { type SourceRatios, sourceRatios } from "./source_ratios.ts";

/** The ratio estimate of every sample and what to think of it. */
export interface RatioEstimate {
  readonly mixture: Mixture;
  /** Calibrated logit of target against synthetic source i under equal shares = log Q0/Qi, [source][sample]. */
  readonly logSourceRatios: readonly Float64Array[];
  /** Posterior probability of target text under the mixture. */
  readonly probs: Float64Array;
  /** log h by the chosen form, before clipping and normalising. */
  readonly logRatio: Float64Array;
  /** After clipping and normalising. */
  readonly h: Float64Array;
  readonly report: RatioReport;
  readonly classifier: TrainedClassifier;
  readonly calibrators: readonly Calibrator[];
}

/**
 * Estimates every sample's ratio. Yields the classifier's progress; stop iterating to cancel.
 * @throws TiltError when a source has too few samples for the folds
 */
export async function* estimateRatios(
  backend: Backend,
  task: RatioTask,
  options: Partial<RatioOptions> = {},
): AsyncGenerator<ClassifierProgress, RatioEstimate> {
  const settings = { ...RATIO_DEFAULTS, ...options };
  const classifier = yield* trainSourceClassifier(backend, task, {
    ...(settings.form === "posterior" && { kind: "nway" as const }),
    ...settings.classifier,
  });
  if (backend.info.kind === "cpu") return finishEstimate(task, settings, classifier);
  const found = sourceRatios(task, settings, classifier);
  return assemble(task, settings, classifier, found, await ratiosByKernel(backend, task, settings, found));
}

/** Everything after training, in float64: pure and quick, so that a changed form or clip needs no new training. */
export function finishEstimate(
  task: RatioTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): RatioEstimate {
  const found = sourceRatios(task, settings, classifier);
  return assemble(task, settings, classifier, found, ratiosInLoops(task, settings, found));
}

function assemble(
  task: RatioTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
  found: SourceRatios,
  values: RatioValues,
): RatioEstimate {
  const { mixture, logW, calibrators } = found;
  return {
    mixture,
    logSourceRatios: logW,
    probs: values.logMixture.map((value) => mixture.alpha * Math.exp(value)),
    logRatio: values.logRatio,
    h: values.h,
    report: estimateReport(task, classifier, found, values, settings.clip),
    classifier,
    calibrators,
  };
}
