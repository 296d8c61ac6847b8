/** From the classifier's logits to log-ratios of the target and each source: calibrated, under equal shares. */
import { TiltError } from "../base/errors.ts";
import { type Calibrator, fitCalibrator } from "./calibrator.ts";
import type { TrainedClassifier } from "./classifier.ts";
import {
  clipLogit,
  imbalance,
  logPooledRatio,
  logSourceRatio,
  type Mixture,
  mixtureFromCounts,
  type RatioForm,
} from "./estimators.ts";
import type { RatioOptions } from "./ratio_options.ts";
import {
  type ClassifierTask,
  countBySource,
  headWeights,
  NO_FOLD,
  samplesInHead,
  targetLabels,
} from "./task.ts";

/** Calibrated log-ratios of all sources, and of their mixture. */
export interface SourceRatios {
  readonly mixture: Mixture;
  /** log Q0/Qi, [source][sample] */
  readonly logW: readonly Float64Array[];
  /** log Q0 / (mixture of the synthetic sources), by sample: target against all others under equal shares. */
  readonly pooled: Float64Array;
  /** By source. */
  readonly calibrators: readonly Calibrator[];
}

/**
 * Fits the calibration that `settings` ask for, and applies it: clipped logits times gamma.
 * @throws TiltError when alpha is 1 and the form divides by the other shares
 */
export function sourceRatios(
  task: ClassifierTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): SourceRatios {
  const counts = countBySource(task);
  const mixture = settings.mixture ?? mixtureFromCounts(counts);
  checkForm(settings.form, mixture);
  // Without a balancing calibration the logits are under the shares they were trained under.
  const trainedBalanced = settings.classifier.balanced ?? true;
  const balanced = trainedBalanced || settings.calibration !== "none";
  const gamma = settings.gamma ?? imbalance(counts[0]!, counts.slice(1)).map((own) => (balanced ? 1 : own));
  const calibrators: Calibrator[] = [];
  const logW = counts.slice(1).map((_, head) => {
    const own = logitsOf(classifier, head);
    const judged = samplesInHead(task, head);
    const weights = balanced ? headWeights(task, NO_FOLD, head, true) : undefined;
    const calibrator = fitCalibrator(
      settings.calibration,
      targetLabels(task, judged),
      judged.map((i) => own[i]!),
      weights && judged.map((i) => weights[i]! * judged.length),
    );
    calibrators.push(calibrator);
    return own.map((z) => logSourceRatio(clipLogit(calibrator.apply(z), settings.eps), gamma[head]!));
  });
  return { mixture, logW, pooled: pooledLogits(logW, othersShares(mixture, counts)), calibrators };
}

/** Target against synthetic source `head`, by sample. */
function logitsOf({ kind, logits }: TrainedClassifier, head: number): Float64Array {
  if (kind === "binary") return logits[head]!;
  return logits[0]!.map((z, i) => z - logits[head + 1]![i]!);
}

function pooledLogits(logW: readonly Float64Array[], others: readonly number[]): Float64Array {
  return logW[0]!.map((_, i) =>
    logPooledRatio(
      logW.map((column) => column[i]!),
      others,
    ),
  );
}

/** Shares of the synthetic sources among themselves: as they were counted where the mixture holds none of them. */
function othersShares({ alpha, beta }: Mixture, counts: readonly number[]): readonly number[] {
  if (alpha < 1) return beta.map((share) => share / (1 - alpha));
  const others = counts.slice(1);
  const total = others.reduce((sum, count) => sum + count, 0);
  return others.map((count) => count / total);
}

/** @throws TiltError when the form divides by shares that are 0 */
function checkForm(form: RatioForm, { alpha }: Mixture): void {
  if (alpha < 1 || (form !== "averaged" && form !== "released")) return;
  throw new TiltError(
    `With α = 1 nothing is left for the synthetic sources, and the form "${form}" needs their shares.`,
    {
      where: "ratio.alpha",
      remedy: "Set α below 1, or use the mixture form, whose h is then 1 everywhere.",
    },
  );
}
