/** `tilt ratio`: how well target and synthetic text can be told apart, and what the ratios are worth, as plain JSON. */
import type { Backend } from "../backend/backend.ts";
import { finished } from "../base/finished.ts";
import type { CalibrationMethod } from "../ratio/calibration.ts";
import { calibrationScores } from "../ratio/calibration_scores.ts";
import type { ClassifierOptions } from "../ratio/classifier_options.ts";
import { pearson, slope } from "../ratio/correlation.ts";
import type { RatioEstimate } from "../ratio/estimate.ts";
import { lengthOnlyLogits } from "../ratio/length_baseline.ts";
import type { ClassifierProgress } from "../ratio/penalty_search.ts";
import { RATIO_DEFAULTS, type RatioOptions, type RatioTask } from "../ratio/ratio_options.ts";
import { type ScoreReport, scoreReport } from "../ratio/score_report.ts";
import { inHead } from "../ratio/task.ts";
import type { RatioWarning } from "../ratio/warnings.ts";
import type { NgramOptions } from "../text/ngrams.ts";
import { estimateOnBest } from "./best_features.ts";
import type { Pretrained } from "./pretrained.ts";
import type { RatioSamples } from "./ratio_samples.ts";
import { ratioTask } from "./ratio_task.ts";
import { responseFeatures } from "./response_features.ts";
import { stateFeatures } from "./state_features.ts";

/** Metrics of one source, or of all. Log loss, Brier and ECE weigh both classes equally; ECE has 15 bins of equal mass. */
export interface RatioScores {
  readonly targets: number;
  readonly synthetic: number;
  readonly auc: number;
  readonly auc_half_width: number;
  readonly log_loss: number;
  readonly brier: number;
  readonly ece: number;
  /** The ECE that right probabilities would show on this many samples, and the error with that noise taken out. */
  readonly ece_noise: number;
  readonly ece_debiased: number;
  readonly length_only_auc: number;
}

export interface RatioReportJson extends RatioScores {
  readonly name: string;
  readonly backend: string;
  readonly samples: number;
  readonly features: number;
  /** Shortest and longest run of characters that is a feature; null where none is. */
  readonly characters: readonly [shortest: number, longest: number] | null;
  /** Characters read per text; null when no text was cut. */
  readonly read_up_to: number | null;
  /** Clock time of the stage alone: making features, training the classifier, and all of it. */
  readonly seconds: { readonly features: number; readonly training: number; readonly total: number };
  /** By source, or by field of the file. */
  readonly sources: Readonly<Record<string, RatioScores>>;
  /** Over all sources, by calibration method. Isotonic fits its own samples so closely that its error says little. */
  readonly calibrations: Readonly<Record<string, Pick<RatioScores, "log_loss" | "ece" | "ece_debiased">>>;
  readonly calibration: readonly { readonly slope: number | null; readonly offset: number | null }[];
  readonly chosen: readonly { readonly l2: number; readonly step: number; readonly log_loss: number }[];
  readonly mean_h: number;
  readonly mean_inverse_h: number;
  /** Effective sample size over the number of samples, after clipping and before. */
  readonly ess_fraction: number;
  readonly ess_fraction_unclipped: number;
  /** Share of samples whose h was clipped. */
  readonly clipped: number;
  readonly reliability: ScoreReport["reliability"];
  readonly roc: ScoreReport["roc"];
  readonly warnings: readonly RatioWarning[];
  /** On worlds: estimated against true log Q0/P. */
  readonly truth?: Agreement & {
    /** Log Q0/Qi, each on the target's and the source's own responses; empty where only Q0/P is known. */
    readonly sources: Readonly<Record<string, Agreement>>;
  };
}

/** Estimated against exact log-ratios: their correlation, and the slope of the exact on the estimated one. */
export interface Agreement {
  readonly pearson: number;
  readonly slope: number;
}

type RatioSettings = (task: RatioTask, training: Partial<ClassifierOptions>) => Partial<RatioOptions>;

export interface RatioReportOptions {
  /** Settings of the estimate, or how they follow from the task and from what suits its features. */
  readonly ratio?: Partial<RatioOptions> | RatioSettings;
  readonly ngrams?: Partial<NgramOptions>;
  /** Read this model's hidden states instead of n-grams. */
  readonly reader?: Pretrained;
  readonly onProgress?: (progress: ClassifierProgress) => void;
  readonly signal?: AbortSignal;
}

const METHODS: readonly CalibrationMethod[] = ["none", "temperature", "platt", "isotonic"];

/**
 * Estimates the ratios of `samples` and sums them up.
 * @throws TiltError when a source has too few samples for the folds; the signal's reason when aborted
 */
export async function ratioReport(
  backend: Backend,
  samples: RatioSamples,
  options: RatioReportOptions = {},
): Promise<{ readonly json: RatioReportJson; readonly estimate: RatioEstimate }> {
  const start = performance.now();
  const { reader } = options;
  const { texts, prompts } = samples;
  const first = reader
    ? await stateFeatures(
        backend,
        reader,
        texts.map((text, i) => ({ prompt: prompts?.[i] ?? "", text })),
        async () => options.signal?.throwIfAborted(),
      )
    : responseFeatures(samples.format, texts, options.ngrams);
  const featured = performance.now();
  const taskOf = ratioTask(samples);
  const { ratio = {} } = options;
  const wanted: Partial<RatioOptions> =
    typeof ratio === "function"
      ? ratio(taskOf(first.features), first.training)
      : { ...ratio, classifier: { ...first.training, ...ratio.classifier } };
  const run = estimateOnBest(backend, first, taskOf, wanted);
  const { estimate, task, features } = await finished(run, (progress) => {
    options.onProgress?.(progress);
    options.signal?.throwIfAborted();
  });
  const trained = performance.now();
  const { report } = estimate;
  const calibrations = Object.fromEntries(
    METHODS.map((calibration) => {
      const settings = { ...RATIO_DEFAULTS, ...wanted, calibration };
      const { logLoss, ece, eceDebiased } = calibrationScores(task, settings, estimate.classifier);
      return [calibration, { log_loss: logLoss, ece, ece_debiased: eceDebiased }];
    }),
  );
  const sources = bySource(samples, estimate);
  const json: RatioReportJson = {
    name: samples.name,
    backend: backend.info.adapter,
    samples: samples.texts.length,
    features: task.features.columns,
    characters: features.table?.chars ?? null,
    read_up_to: Number.isFinite(features.readUpTo) ? features.readUpTo : null,
    ...scores(report.overall),
    seconds: {
      features: (featured - start) / 1000,
      training: (trained - featured) / 1000,
      total: (performance.now() - start) / 1000,
    },
    sources,
    calibrations,
    calibration: report.sources.map((source) => ({
      slope: source.calibrationSlope,
      offset: source.calibrationOffset,
    })),
    chosen: estimate.classifier.chosen.map(({ l2, step, logLoss }) => ({ l2, step, log_loss: logLoss })),
    mean_h: report.meanH,
    mean_inverse_h: report.meanInverseH,
    ess_fraction: report.size.fraction,
    ess_fraction_unclipped: report.sizeUnclipped.fraction,
    clipped: report.clipped,
    reliability: report.overall.reliability,
    roc: report.overall.roc,
    warnings: report.warnings,
    ...(samples.trueLogRatio && {
      truth: {
        ...agreement(estimate.logRatio, samples.trueLogRatio),
        sources: agreementBySource(samples, estimate),
      },
    }),
  };
  return { json, estimate };
}

function agreement(estimated: ArrayLike<number>, exact: ArrayLike<number>): Agreement {
  return { pearson: pearson(estimated, exact), slope: slope(estimated, exact) };
}

function agreementBySource(
  { trueSourceLogRatios, category, names }: RatioSamples,
  { logSourceRatios }: RatioEstimate,
): Record<string, Agreement> {
  const found = (trueSourceLogRatios ?? []).map((exact, source): [string, Agreement] => {
    const own = Array.from(category.keys()).filter((i) => inHead(category[i]!, source));
    const estimated = logSourceRatios[source]!;
    return [
      names[source + 1]!,
      agreement(
        own.map((i) => estimated[i]!),
        own.map((i) => exact[i]!),
      ),
    ];
  });
  return Object.fromEntries(found);
}

function scores(report: ScoreReport): RatioScores {
  return {
    targets: report.targets,
    synthetic: report.synthetic,
    auc: report.auc,
    auc_half_width: report.aucHalfWidth,
    log_loss: report.logLoss,
    brier: report.brier,
    ece: report.ece,
    ece_noise: report.eceNoise,
    ece_debiased: report.eceDebiased,
    length_only_auc: report.lengthOnlyAuc,
  };
}

/** One entry per synthetic part, each against all target samples, judged by the head that its source has. */
function bySource(samples: RatioSamples, { logSourceRatios }: RatioEstimate): Record<string, RatioScores> {
  const parts = new Map<string, number>();
  samples.part.forEach((part, i) => {
    if (samples.category[i]! > 0 && !parts.has(part)) parts.set(part, samples.category[i]!);
  });
  const result: Record<string, RatioScores> = {};
  for (const [part, category] of parts) {
    const own = samples.texts.flatMap((_, i) =>
      samples.category[i] === 0 || (samples.category[i] === category && samples.part[i] === part) ? [i] : [],
    );
    const labels = own.map((i) => (samples.category[i] === 0 ? 1 : 0));
    const byLength = lengthOnlyLogits(
      own.map((i) => samples.texts[i]!.length),
      labels,
      own.map((i) => samples.fold[i]!),
      samples.folds,
    );
    const logits = own.map((i) => logSourceRatios[category - 1]![i]!);
    result[part] = scores(scoreReport(labels, logits, byLength));
  }
  return result;
}
