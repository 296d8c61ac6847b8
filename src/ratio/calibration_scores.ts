/** How right the classifier's probabilities are under any calibration: to compare methods without a whole report. */
import type { TrainedClassifier } from "./classifier.ts";
import type { RatioOptions } from "./ratio_options.ts";
import { type CalibrationScores, calibrationOf } from "./score_report.ts";
import { sourceRatios } from "./source_ratios.ts";
import { type ClassifierTask, knownSamples, samplesInHead, targetLabels } from "./task.ts";

/** Of the target against all sources together. */
export function calibrationScores(
  task: ClassifierTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): CalibrationScores {
  return scoresOf(task, knownSamples(task), sourceRatios(task, settings, classifier).pooled);
}

/** Of every source by itself: the target's responses against its own. */
export function calibrationBySource(
  task: ClassifierTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): CalibrationScores[] {
  const { logW } = sourceRatios(task, settings, classifier);
  return logW.map((logits, head) => scoresOf(task, samplesInHead(task, head), logits));
}

function scoresOf(task: ClassifierTask, samples: readonly number[], logits: Float64Array): CalibrationScores {
  return calibrationOf(
    targetLabels(task, samples),
    samples.map((i) => logits[i]!),
  );
}
