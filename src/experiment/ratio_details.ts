/** The source classifier's evidence, as charts and tables show it. */

import { thinned } from "../base/thinned.ts";
import { calibrationBySource, calibrationScores } from "../ratio/calibration_scores.ts";
import { pearson, slope } from "../ratio/correlation.ts";
import type { RatioEstimate } from "../ratio/estimate.ts";
import type { RocPoint } from "../ratio/metrics.ts";
import { RATIO_DEFAULTS, type RatioOptions, type RatioTask } from "../ratio/ratio_options.ts";
import type { CalibrationScores, ScoreReport } from "../ratio/score_report.ts";
import type { RatioDetails, Reliability, SourceScore } from "./events.ts";
import type { Spec } from "./spec.ts";

/** Points of a curve, and of the picture of estimate against truth: enough to see, few enough to store with every run. */
const ROC_POINTS = 80;
const SCATTER_POINTS = 400;

/**
 * @param truth true log Q0/P by sample; undefined entries mean that nobody knows it
 * @param characters longest run of characters among the features; null where none is
 */
export function ratioDetails(
  spec: Spec,
  task: RatioTask,
  settings: Partial<RatioOptions>,
  estimate: RatioEstimate,
  truth: readonly (number | undefined)[],
  characters: number | null,
): RatioDetails {
  const { report, classifier } = estimate;
  const { model, kind } = { model: spec.ratio.classifier, kind: classifier.kind };
  const plain = { ...RATIO_DEFAULTS, ...settings, calibration: "none" } as const;
  const before = calibrationBySource(task, plain, classifier);
  const sources = report.sources.map(({ name, score }, k) => ({
    ...scoreOf(name, score),
    reliability: { uncalibrated: reliabilityOf(before[k]!), calibrated: reliabilityOf(score) },
  }));
  const uncalibrated = calibrationScores(task, plain, classifier);
  return {
    classifier: {
      model,
      kind,
      features: task.features.columns,
      characters,
      folds: task.folds,
      hidden: model === "hidden" ? spec.ratio.hidden : null,
      calibration: spec.ratio.calibration,
      form: spec.ratio.form,
      chosen: report.sources.map(({ name, chosen }) => ({ source: name, ...chosen })),
    },
    scores: sources.length > 1 ? [...sources, scoreOf("all", report.overall)] : sources,
    uncalibrated: reliabilityOf(uncalibrated),
    calibrated: reliabilityOf(report.overall),
    meanH: report.meanH,
    meanHHalfWidth: report.meanHHalfWidth,
    meanInverseH: report.meanInverseH,
    meanInverseHHalfWidth: report.meanInverseHHalfWidth,
    truth: againstTruth(task, estimate, truth),
  };
}

function scoreOf(source: string, score: ScoreReport): SourceScore {
  const { targets, synthetic, auc, aucHalfWidth, logLoss, brier, ece, eceNoise } = score;
  return {
    source,
    targets,
    synthetic,
    auc,
    aucHalfWidth,
    logLoss,
    brier,
    ece,
    eceNoise,
    roc: curveOf(score.roc),
    byLength: {
      auc: score.lengthOnlyAuc,
      logLoss: score.byLength.logLoss,
      brier: score.byLength.brier,
      roc: curveOf(score.byLength.roc),
    },
  };
}

const short = (value: number): number => Number(value.toPrecision(4));

function curveOf(points: readonly RocPoint[]): [number, number][] {
  return thinned(points, ROC_POINTS).map(({ falsePositiveRate, truePositiveRate }) => [
    short(falsePositiveRate),
    short(truePositiveRate),
  ]);
}

function reliabilityOf({ ece, eceNoise, logLoss, brier, reliability }: CalibrationScores): Reliability {
  return {
    ece,
    eceNoise,
    logLoss,
    brier,
    bins: reliability.flatMap(({ meanP, meanY, count, mass, squares }) =>
      meanP === null || meanY === null
        ? []
        : [{ predicted: meanP, observed: meanY, count, effective: mass ** 2 / squares }],
    ),
  };
}

function againstTruth(
  { category }: RatioTask,
  { logRatio }: RatioEstimate,
  truth: readonly (number | undefined)[],
): RatioDetails["truth"] {
  if (truth.length < 2 || truth.includes(undefined)) return null;
  const known = truth as readonly number[];
  const shown = thinned([...known.keys()], SCATTER_POINTS);
  return {
    correlation: pearson(known, logRatio),
    slope: slope(known, logRatio),
    of: known.length,
    points: shown.map((i) => [short(known[i]!), short(logRatio[i]!), category[i]!]),
  };
}
