/** What is worth showing about a list of calibrated logits against labels: of all sources together, or of one. */
import { thinned } from "../base/thinned.ts";
import { auc, balancedWeights, brier, logLoss, type RocPoint, rocCurve } from "./metrics.ts";
import { sigmoid } from "./numerics.ts";
import {
  calibrationErrorNoise,
  debiasedCalibrationError,
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityBins,
} from "./reliability.ts";

/** Bins of the reported calibration error: equal mass, classes balanced. */
const REPORT_BINS = 15;
const ROC_POINTS = 200;

/** How right the probabilities are; both classes weigh the same. */
export interface CalibrationScores {
  readonly logLoss: number;
  readonly brier: number;
  /** Expected calibration error over 15 bins of equal mass. */
  readonly ece: number;
  /** The ECE that right probabilities would show on this many samples. */
  readonly eceNoise: number;
  /** Root mean squared calibration error without the noise. */
  readonly eceDebiased: number;
  readonly reliability: readonly ReliabilityBin[];
}

export interface ScoreReport extends CalibrationScores {
  readonly targets: number;
  readonly synthetic: number;
  readonly auc: number;
  /** Half-width of the 95 % interval of the AUC (Hanley and McNeil 1982). */
  readonly aucHalfWidth: number;
  /** At most 200 points. */
  readonly roc: readonly RocPoint[];
  /** AUC of a classifier that sees nothing but the response's length. */
  readonly lengthOnlyAuc: number;
  /** The rest of what that classifier is worth: the baseline beside every number. */
  readonly byLength: Pick<CalibrationScores, "logLoss" | "brier"> & { readonly roc: readonly RocPoint[] };
}

/**
 * @param labels 1 for the target @param logits calibrated, under equal shares of target and synthetic
 * @param byLength out-of-fold logits of the length-only baseline
 */
export function scoreReport(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  byLength: ArrayLike<number>,
): ScoreReport {
  let targets = 0;
  for (let i = 0; i < labels.length; i++) targets += labels[i]!;
  const synthetic = labels.length - targets;
  const area = auc(labels, logits);
  return {
    targets,
    synthetic,
    auc: area,
    aucHalfWidth: 1.96 * aucStandardError(area, targets, synthetic),
    ...calibrationOf(labels, logits),
    roc: thinned(rocCurve(labels, logits), ROC_POINTS),
    lengthOnlyAuc: auc(labels, byLength),
    byLength: lengthScores(labels, byLength),
  };
}

function lengthScores(labels: ArrayLike<number>, logits: ArrayLike<number>): ScoreReport["byLength"] {
  const weights = balancedWeights(labels);
  return {
    logLoss: logLoss(labels, logits, weights),
    brier: brier(labels, Float64Array.from(logits, sigmoid), weights),
    roc: thinned(rocCurve(labels, logits), ROC_POINTS),
  };
}

/** @param labels 1 for the target @param logits calibrated, under equal shares of target and synthetic */
export function calibrationOf(labels: ArrayLike<number>, logits: ArrayLike<number>): CalibrationScores {
  const weights = balancedWeights(labels);
  const probs = Float64Array.from(logits, sigmoid);
  const reliability = reliabilityBins(labels, probs, REPORT_BINS, "mass", weights);
  return {
    logLoss: logLoss(labels, logits, weights),
    brier: brier(labels, probs, weights),
    ece: expectedCalibrationError(reliability),
    eceNoise: calibrationErrorNoise(reliability),
    eceDebiased: debiasedCalibrationError(reliability),
    reliability,
  };
}

/** Standard error of an AUC from the two class sizes. */
function aucStandardError(area: number, positives: number, negatives: number): number {
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance =
    area * (1 - area) + (positives - 1) * (q1 - area ** 2) + (negatives - 1) * (q2 - area ** 2);
  return Math.sqrt(Math.max(0, variance) / (positives * negatives));
}
