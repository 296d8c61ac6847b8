/** What to think of an estimate: how well sources are told apart, and whether the ratios keep to what must hold of them. */
import type { TrainedClassifier } from "./classifier.ts";
import { lengthOnlyLogits } from "./length_baseline.ts";
import type { RatioTask } from "./ratio_options.ts";
import type { RatioValues } from "./ratio_values.ts";
import { type ScoreReport, scoreReport } from "./score_report.ts";
import type { SourceRatios } from "./source_ratios.ts";
import { knownSamples, samplesInHead, targetLabels } from "./task.ts";
import { type RatioWarning, ratioWarnings } from "./warnings.ts";
import { type ClipRange, effectiveSampleSize, type SampleSize } from "./weights.ts";

export interface RatioReport {
  /** Target against all synthetic sources. */
  readonly overall: ScoreReport;
  readonly sources: readonly {
    readonly name: string;
    readonly score: ScoreReport;
    readonly calibrationSlope: number | null;
    readonly calibrationOffset: number | null;
    readonly chosen: { readonly l2: number; readonly step: number };
  }[];
  /** Mean h per source, target first; before clipping and normalising. */
  readonly meanHBySource: readonly number[];
  /** E_P h, 1 when right. */
  readonly meanH: number;
  /** E_Q0 1/h, 1 when right and Q0 covers P. */
  readonly meanInverseH: number;
  /** Half-widths of their 95 % intervals; the heavy tail of 1/h may be wider than its samples show. */
  readonly meanHHalfWidth: number;
  readonly meanInverseHHalfWidth: number;
  /** Effective sample size before and after clipping. */
  readonly sizeUnclipped: SampleSize;
  readonly size: SampleSize;
  /** Share of samples whose h was clipped. */
  readonly clipped: number;
  readonly warnings: readonly RatioWarning[];
}

/** How far past a limit, as a share of it, a ratio may be by rounding alone. */
const ROUNDING = 1e-5;

/** Scores by source and overall, checks on the mean of h, sample sizes, and warnings. Ratios are judged before clipping. */
export function estimateReport(
  task: RatioTask,
  classifier: TrainedClassifier,
  { mixture, logW, pooled, calibrators }: SourceRatios,
  { logRatio, clipped }: RatioValues,
  { low, high }: ClipRange,
): RatioReport {
  const known = knownSamples(task);
  const raw = logRatio.map(Math.exp);
  const sources = logW.map((logits, head) => {
    const { l2, step } = classifier.chosen[classifier.kind === "binary" ? head : 0]!;
    return {
      name: task.names[head + 1]!,
      score: scoreOf(task, samplesInHead(task, head), logits),
      calibrationSlope: calibrators[head]!.slope,
      calibrationOffset: calibrators[head]!.offset,
      chosen: { l2, step },
    };
  });
  const ratios: number[][] = Array.from({ length: task.synthetic + 1 }, () => []);
  for (const i of known) ratios[task.category[i]!]!.push(raw[i]!);
  const spreads = ratios.map(meanAndVariance);
  const inverse = meanAndVariance(ratios[0]!.map((value) => 1 / value));
  const meanHBySource = spreads.map(({ mean }) => mean);
  const shares = [mixture.alpha, ...mixture.beta];
  const meanH = shares.reduce((sum, share, k) => sum + share * meanHBySource[k]!, 0);
  const varianceOfMean = shares.reduce((sum, share, k) => sum + share ** 2 * spreads[k]!.variance, 0);
  const size = effectiveSampleSize(clipped);
  // By the limits: kernels round, so that what they left alone is not the same number as here.
  const past = raw.filter((value) => value > high * (1 + ROUNDING) || value < low * (1 - ROUNDING));
  return {
    overall: task.synthetic === 1 ? sources[0]!.score : scoreOf(task, known, pooled),
    sources,
    meanHBySource,
    meanH,
    meanInverseH: inverse.mean,
    meanHHalfWidth: 1.96 * Math.sqrt(varianceOfMean),
    meanInverseHHalfWidth: 1.96 * Math.sqrt(inverse.variance),
    sizeUnclipped: effectiveSampleSize(raw),
    size,
    clipped: past.length / raw.length,
    warnings: ratioWarnings({ target: task.names[0]!, sources, meanH, size }),
  };
}

/** With the length-only baseline, fitted out of fold on the same samples. */
function scoreOf(task: RatioTask, samples: readonly number[], logits: Float64Array): ScoreReport {
  const labels = targetLabels(task, samples);
  const byLength = lengthOnlyLogits(
    samples.map((i) => task.lengths[i]!),
    labels,
    samples.map((i) => task.fold[i]!),
    task.folds,
  );
  return scoreReport(
    labels,
    samples.map((i) => logits[i]!),
    byLength,
  );
}

/** Mean of some values, and the variance of that mean. */
function meanAndVariance(values: readonly number[]): { mean: number; variance: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: n > 1 ? squares / (n - 1) / n : Number.NaN };
}
