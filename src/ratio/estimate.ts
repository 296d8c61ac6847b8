/** From features and sources to h: train, calibrate, form the ratio, check it. */
import type { Backend } from "../backend/backend.ts";
import type { CalibrationMethod } from "./calibration.ts";
import { type Calibrator, fitCalibrator } from "./calibrator.ts";
import {
  type ClassifierOptions,
  type ClassifierProgress,
  type TrainedClassifier,
  trainSourceClassifier,
} from "./classifier.ts";
import {
  clipLogit,
  imbalance,
  logMixtureRatio,
  logRatioByForm,
  logReleasedWeight,
  logSourceRatio,
  type Mixture,
  mixtureFromCounts,
  type RatioForm,
} from "./estimators.ts";
import { type RatioValues as KernelValues, kernelRatios } from "./kernel_ratios.ts";
import { lengthOnlyLogits } from "./length_baseline.ts";
import { logSumExp } from "./numerics.ts";
import { type CalibrationScores, calibrationOf, type ScoreReport, scoreReport } from "./score_report.ts";
import { type ClassifierTask, headWeights, inHead, NO_FOLD } from "./task.ts";
import { type RatioWarning, ratioWarnings } from "./warnings.ts";
import { clipRatios, effectiveSampleSize, type SampleSize, selfNormalise } from "./weights.ts";

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
  const calibrated = calibratedRatios(task, settings, classifier);
  return assemble(task, classifier, calibrated, await ratiosByKernel(backend, task, settings, calibrated));
}

/** Everything after training, in float64: pure and quick, so that a changed form or clip needs no new training. */
export function finishEstimate(
  task: RatioTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): RatioEstimate {
  const calibrated = calibratedRatios(task, settings, classifier);
  return assemble(task, classifier, calibrated, ratiosInLoops(task, settings, calibrated));
}

/** Ratios of all samples. */
interface RatioValues extends KernelValues {
  /** log Q0/P in the exact form, whatever the form asked for: what probabilities come from. */
  readonly logMixture: Float64Array;
}

/** Calibrated log-ratios of all sources, and the shares of their mixture. */
interface CalibratedRatios {
  readonly mixture: Mixture;
  /** log Q0/Qi, [source][sample] */
  readonly logW: readonly Float64Array[];
  readonly calibrators: readonly Calibrator[];
}

function calibratedRatios(
  task: RatioTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): CalibratedRatios {
  const counts = countBySource(task);
  const mixture = settings.mixture ?? mixtureFromCounts(counts);
  return { mixture, ...sourceRatios(task, settings, classifier, counts) };
}

/** What `ratio_log` computes, in float64: where there is no GPU, and as the oracle of the kernel. */
function ratiosInLoops(
  task: RatioTask,
  settings: RatioOptions,
  { mixture, logW }: CalibratedRatios,
): RatioValues {
  const samples = task.category.length;
  const ofSample = (i: number) => logW.map((column) => column[i]!);
  const logMixture = Float64Array.from({ length: samples }, (_, i) => logMixtureRatio(ofSample(i), mixture));
  const pooled = pooledLogits(logW, mixture);
  const logRatio = logMixture.map((exact, i) => {
    const { form } = settings;
    if (form === "posterior" || form === "mixture") return exact;
    if (form !== "released") return logRatioByForm(form, ofSample(i), mixture);
    const category = task.category[i]!;
    const share = category > 0 ? mixture.beta[category - 1]! : mixture.alpha;
    return logReleasedWeight(pooled[i]!, 1 / (task.synthetic + 1), share);
  });
  const clipped = clipRatios(logRatio.map(Math.exp), settings.clip);
  return { logMixture, logRatio, clipped, h: settings.normalise ? selfNormalise(clipped) : clipped };
}

/** The same by the kernels. @throws TiltError when every h is 0 */
async function ratiosByKernel(
  backend: Backend,
  { category }: RatioTask,
  { form, clip, normalise }: RatioOptions,
  { mixture, logW }: CalibratedRatios,
): Promise<RatioValues> {
  const run = (wanted: RatioForm) =>
    kernelRatios(backend, { logW, mixture, category, form: wanted, clip, normalise });
  const values = await run(form);
  const exact = form === "posterior" || form === "mixture";
  return { logMixture: exact ? values.logRatio : (await run("mixture")).logRatio, ...values };
}

function assemble(
  task: RatioTask,
  classifier: TrainedClassifier,
  { mixture, logW, calibrators }: CalibratedRatios,
  { logMixture, logRatio, clipped, h }: RatioValues,
): RatioEstimate {
  const pooled = pooledLogits(logW, mixture);
  return {
    mixture,
    logSourceRatios: logW,
    probs: logMixture.map((value) => mixture.alpha * Math.exp(value)),
    logRatio,
    h,
    report: report(task, mixture, logW, pooled, logRatio.map(Math.exp), clipped, classifier, calibrators),
    classifier,
    calibrators,
  };
}

/** Log loss and calibration of the pooled logits under another calibration: to compare methods without a new report. */
export function calibrationScores(
  task: RatioTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): CalibrationScores {
  const counts = countBySource(task);
  const { logW } = sourceRatios(task, settings, classifier, counts);
  const pooled = pooledLogits(logW, settings.mixture ?? mixtureFromCounts(counts));
  const known = Array.from(task.category.keys()).filter((i) => task.category[i]! >= 0);
  return calibrationOf(
    known.map((i) => (task.category[i] === 0 ? 1 : 0)),
    known.map((i) => pooled[i]!),
  );
}

/** The same for every source by itself: the target's responses against its own. */
export function calibrationBySource(
  task: RatioTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
): CalibrationScores[] {
  return sourceRatios(task, settings, classifier, countBySource(task)).logW.map((logits, head) => {
    const own = samplesOf(task, head);
    return calibrationOf(
      own.map((i) => (task.category[i] === 0 ? 1 : 0)),
      own.map((i) => logits[i]!),
    );
  });
}

function countBySource({ category, synthetic }: ClassifierTask): number[] {
  const counts = Array<number>(synthetic + 1).fill(0);
  for (const c of category) if (c >= 0) counts[c]!++;
  return counts;
}

/** log Q0/Qi per source and sample: calibrated logits under equal shares, clipped. */
function sourceRatios(
  task: RatioTask,
  settings: RatioOptions,
  classifier: TrainedClassifier,
  counts: readonly number[],
): { logW: Float64Array[]; calibrators: Calibrator[] } {
  // Without a balancing calibration the logits are under the shares they were trained under.
  const trainedBalanced = settings.classifier.balanced ?? true;
  const balanced = trainedBalanced || settings.calibration !== "none";
  const gamma = settings.gamma ?? imbalance(counts[0]!, counts.slice(1)).map((own) => (balanced ? 1 : own));
  const calibrators: Calibrator[] = [];
  const logW = counts.slice(1).map((_, head) => {
    const own =
      classifier.kind === "binary"
        ? classifier.logits[head]!
        : classifier.logits[0]!.map((z, i) => z - classifier.logits[head + 1]![i]!);
    const judged = samplesOf(task, head);
    const labels = judged.map((i) => (task.category[i] === 0 ? 1 : 0));
    const weights = balanced ? headWeights(task, NO_FOLD, head, true) : undefined;
    const calibrator = fitCalibrator(
      settings.calibration,
      labels,
      judged.map((i) => own[i]!),
      weights && judged.map((i) => weights[i]! * judged.length),
    );
    calibrators.push(calibrator);
    return own.map((z) => logSourceRatio(clipLogit(calibrator.apply(z), settings.eps), gamma[head]!));
  });
  return { logW, calibrators };
}

function samplesOf(task: ClassifierTask, head: number): number[] {
  return Array.from(task.category.keys()).filter((i) => inHead(task.category[i]!, head));
}

/** log Q0 / (mixture of the synthetic sources): target against all others under equal shares. */
function pooledLogits(logW: readonly Float64Array[], { alpha, beta }: Mixture): Float64Array {
  return logW[0]!.map(
    (_, i) => -logSumExp(beta.map((share, k) => Math.log(share / (1 - alpha)) - logW[k]![i]!)),
  );
}

function report(
  task: RatioTask,
  mixture: Mixture,
  logW: readonly Float64Array[],
  pooled: Float64Array,
  raw: Float64Array,
  clipped: Float64Array,
  classifier: TrainedClassifier,
  calibrators: readonly Calibrator[],
): RatioReport {
  const scoreOf = (samples: readonly number[], logits: Float64Array): ScoreReport => {
    const labels = samples.map((i) => (task.category[i] === 0 ? 1 : 0));
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
  };
  const known = Array.from(task.category.keys()).filter((i) => task.category[i]! >= 0);
  const sources = logW.map((logits, head) => {
    const { l2, step } = classifier.chosen[classifier.kind === "binary" ? head : 0]!;
    return {
      name: task.names[head + 1]!,
      score: scoreOf(samplesOf(task, head), logits),
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
  let changed = 0;
  for (let i = 0; i < raw.length; i++) if (raw[i] !== clipped[i]) changed++;
  return {
    overall: task.synthetic === 1 ? sources[0]!.score : scoreOf(known, pooled),
    sources,
    meanHBySource,
    meanH,
    meanInverseH: inverse.mean,
    meanHHalfWidth: 1.96 * Math.sqrt(varianceOfMean),
    meanInverseHHalfWidth: 1.96 * Math.sqrt(inverse.variance),
    sizeUnclipped: effectiveSampleSize(raw),
    size,
    clipped: changed / raw.length,
    warnings: ratioWarnings({ target: task.names[0]!, sources, meanH, size }),
  };
}

/** Mean of some values, and the variance of that mean. */
function meanAndVariance(values: readonly number[]): { mean: number; variance: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: n > 1 ? squares / (n - 1) / n : Number.NaN };
}
