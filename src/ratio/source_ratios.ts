/** From the classifier's logits to log-ratios of the target and each source: calibrated, under equal shares. */
import { type Calibrator, fitCalibrator } from "./calibrator.ts";
import type { TrainedClassifier } from "./classifier.ts";
import { clipLogit, imbalance, logSourceRatio, type Mixture, mixtureFromCounts } from "./estimators.ts";
import { logSumExp } from "./numerics.ts";
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

/** Fits the calibration that `settings` ask for, and applies it: clipped logits times gamma. */
export function sourceRatios(
  task: ClassifierTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): SourceRatios {
  const counts = countBySource(task);
  const mixture = settings.mixture ?? mixtureFromCounts(counts);
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
  return { mixture, logW, pooled: pooledLogits(logW, mixture), calibrators };
}

/** Target against synthetic source `head`, by sample. */
function logitsOf({ kind, logits }: TrainedClassifier, head: number): Float64Array {
  if (kind === "binary") return logits[head]!;
  return logits[0]!.map((z, i) => z - logits[head + 1]![i]!);
}

function pooledLogits(logW: readonly Float64Array[], { alpha, beta }: Mixture): Float64Array {
  return logW[0]!.map(
    (_, i) => -logSumExp(beta.map((share, k) => Math.log(share / (1 - alpha)) - logW[k]![i]!)),
  );
}
