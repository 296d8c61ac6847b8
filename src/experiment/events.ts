/** What a run reports while it goes on, and what it leaves behind. Plain data: it crosses the worker boundary. */
import type { Problem } from "../base/errors.ts";
import type { Check } from "./check.ts";
import type { OnlineRound } from "./online/round.ts";
import type { PreparedSummary } from "./prepared_summary.ts";
import type { Spec } from "./spec.ts";

export type { Problem } from "../base/errors.ts";
export type { PreparedSummary } from "./prepared_summary.ts";

/** The stages of a run, in order. */
export const STAGES = ["data", "ratio", "sft", "reference", "train", "evaluate"] as const;
export type Stage = (typeof STAGES)[number];

/** Values of one training step, by metric name (objectives' section on logging: TRL's names where TRL has one). */
export interface StepRecord {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** One pair (or list) of a batch at one step. */
export interface GroupWeight {
  /** Index of the training unit in `RunRecord.units`. */
  readonly unit: number;
  /** 1-based row of its group, and the source of its preferred response (-1 when unknown): what the strip shows. */
  readonly row: number;
  readonly source: number;
  /** Factor on the loss. */
  readonly h: number;
  readonly loss: number;
  /** Tilt weight as a multiple of the equal share 1/B. */
  readonly weight: number;
}

/** Histogram with equal bins over [low, high]. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** How well target and one part of the synthetic text are told apart; both classes weigh the same. */
export interface SourceScore {
  /** A synthetic source; "all" for all of them together. */
  readonly source: string;
  readonly targets: number;
  readonly synthetic: number;
  readonly auc: number;
  /** Half-width of the 95 % interval of the AUC. */
  readonly aucHalfWidth: number;
  readonly logLoss: number;
  readonly brier: number;
  /** Expected calibration error over 15 bins of equal mass, and what right probabilities would show on as many samples. */
  readonly ece: number;
  readonly eceNoise: number;
  /** Before and after calibration; absent in runs of an older Tilt. */
  readonly reliability?: { readonly uncalibrated: Reliability; readonly calibrated: Reliability };
  /** (false positive rate, true positive rate), from (0, 0) to (1, 1). */
  readonly roc: readonly (readonly [number, number])[];
  /** A classifier that sees nothing but the length. */
  readonly byLength: {
    readonly auc: number;
    readonly logLoss: number;
    readonly brier: number;
    readonly roc: readonly (readonly [number, number])[];
  };
}

/** Predicted against observed share of target responses, in bins of equal mass. */
export interface Reliability {
  readonly ece: number;
  readonly eceNoise: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly bins: readonly {
    readonly predicted: number;
    readonly observed: number;
    readonly count: number;
    /** Samples of equal weight that are worth as much: behind the bin's interval. */
    readonly effective: number;
  }[];
}

/** What the page shows of a ratio beyond its summary. */
export interface RatioDetails {
  readonly classifier: {
    readonly model: "linear" | "hidden" | "states";
    readonly kind: "binary" | "nway";
    readonly features: number;
    /** Longest run of characters among the features; null or absent where none is. */
    readonly characters?: number | null;
    readonly folds: number;
    /** Width of the hidden layer; null without one. */
    readonly hidden: number | null;
    readonly calibration: string;
    readonly form: string;
    /** By synthetic source: penalty and step with the lowest out-of-fold loss. */
    readonly chosen: readonly { readonly source: string; readonly l2: number; readonly step: number }[];
  };
  /** One per synthetic source, and one for all together where there are several. */
  readonly scores: readonly SourceScore[];
  /** Of all sources together. */
  readonly uncalibrated: Reliability;
  readonly calibrated: Reliability;
  /** E_P h and E_Q0 1/h, both 1 when the ratio is right, with half-widths of their 95 % intervals. */
  readonly meanH: number;
  readonly meanHHalfWidth: number;
  readonly meanInverseH: number;
  readonly meanInverseHHalfWidth: number;
  /** On worlds: estimated against true log Q0/P, some of the responses; sources as indices into `bySource`. */
  readonly truth: {
    readonly correlation: number;
    /** Of the regression of the estimate on the truth; below 1 the estimate is shrunk. */
    readonly slope: number;
    readonly of: number;
    readonly points: readonly (readonly [truth: number, estimate: number, source: number])[];
  } | null;
}

/** What the limits on h do to the training units. */
export interface Clipping {
  readonly hMin: number;
  readonly hMax: number;
  readonly units: number;
  /** At other upper limits, rising; the one in force is among them. */
  readonly curve: readonly ClippingAt[];
}

export interface ClippingAt {
  readonly hMax: number;
  /** Units whose h the limits change. */
  readonly clipped: number;
  /** Effective sample size as a share of the units. */
  readonly ess: number;
  /** Share of the weight on units whose preferred response is the target's; null where no source is known. */
  readonly onTarget: number | null;
}

/** What the source classifier found, per synthetic source and over all. */
export interface RatioSummary {
  readonly auc: number;
  readonly lengthOnlyAuc: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly ece: number;
  /** Effective sample size of h over the training responses, as a share in (0, 1]. */
  readonly essFraction: number;
  /** Mean of h over the training mixture; 1 when the ratio is right. */
  readonly meanH: number;
  /** By source name: mean h, responses, histogram of the log-ratio. */
  readonly bySource: readonly {
    readonly source: string;
    readonly responses: number;
    readonly meanH: number;
    readonly auc: number | null;
    readonly logRatio: Histogram;
  }[];
  readonly reliability: readonly {
    readonly predicted: number;
    readonly observed: number;
    readonly count: number;
  }[];
  /** Pearson correlation with the true log-ratio, on worlds. */
  readonly correlation: number | null;
  /** In words, each with what to do. */
  readonly warnings: readonly { readonly what: string; readonly remedy: string }[];
  /** Absent in runs of older versions. */
  readonly details?: RatioDetails;
  /** Absent in runs of older versions, and in self-training. */
  readonly clipping?: Clipping;
}

/** What is estimated of one response: out-of-fold. */
export interface ResponseEstimate {
  /** Calibrated probability of being target text; null where there are only weights, and nobody is the target. */
  readonly probability: number | null;
  readonly logRatio: number;
  readonly h: number;
  /** Fold of the source classifier that did not see it; absent when nothing was fitted. */
  readonly fold?: number;
}

/** An n-gram's part in a logit. */
export interface NgramEvidence {
  /** As it stands in the text; several where their hashes collide, and share one weight. */
  readonly forms: readonly string[];
  readonly kind: "words" | "chars";
  readonly times: number;
  /** Contribution to the logit; positive speaks for the target. */
  readonly nats: number;
}

/** What the n-grams over one word contribute, each n-gram's part spread evenly over its characters. */
export interface WordEvidence {
  readonly from: number;
  readonly to: number;
  readonly nats: number;
}

/** The logit of target against one synthetic source, before calibration: bias + all contributions. */
export interface HeadEvidence {
  readonly against: string;
  readonly bias: number;
  readonly logit: number;
  /** n-grams of the text that have a weight. */
  readonly ngrams: number;
  /** Those that speak most for the target, and most against it, strongest first. */
  readonly towards: readonly NgramEvidence[];
  readonly away: readonly NgramEvidence[];
  /** All words of the text, in order: the contributions sum to logit - bias. */
  readonly words: readonly WordEvidence[];
}

/** What moved the classifier on one response, by the model of the fold that left it out. */
export type ResponseEvidence =
  | {
      readonly ok: true;
      readonly heads: readonly HeadEvidence[];
      /** The head to look at first: the response's own source, or what the target's text is nearest to. */
      readonly head: number;
      /** Characters that were read of a longer text; null when all were. */
      readonly readUpTo: number | null;
    }
  | { readonly ok: false; readonly why: string };

/**
 * Every draw of a training unit, in the order of the steps: parallel arrays, oldest first. Kept beside the record, not
 * in it: a long run has many.
 */
export interface Draws {
  readonly step: Uint32Array;
  readonly unit: Uint32Array;
  /** Tilt weight as a multiple of the equal share, and loss, at that step. */
  readonly weight: Float32Array;
  readonly loss: Float32Array;
  /** Draws before the first one kept. */
  readonly forgotten: number;
}

/** Everything a run used that its spec does not say. */
export interface Environment {
  readonly backend: "webgpu" | "cpu";
  readonly adapter: string;
  readonly features: readonly string[];
  /** Kernel taken for each op and class of shapes, where there were several. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Why the CPU was taken, when WebGPU was wanted. */
  readonly fallback?: string;
  readonly engine: string;
  readonly agent: string;
}

export type RunEvent =
  | {
      readonly kind: "stage";
      readonly stage: Stage;
      readonly done: number;
      readonly of: number;
      readonly note: string;
    }
  | { readonly kind: "prepared"; readonly summary: PreparedSummary }
  | { readonly kind: "ratio"; readonly summary: RatioSummary }
  | { readonly kind: "sft"; readonly record: StepRecord }
  | { readonly kind: "train"; readonly record: StepRecord; readonly batch: readonly GroupWeight[] }
  | { readonly kind: "eval"; readonly record: StepRecord }
  /** What a person should know of the objective on these data; said once before training, or once a round. */
  | { readonly kind: "warning"; readonly what: string }
  | { readonly kind: "paused"; readonly stage: Stage; readonly step: number }
  | { readonly kind: "resumed" };

/** One preference that is trained on: a group, or a pair of one. */
export interface UnitInfo {
  /** Id and 1-based row of the group it comes from. */
  readonly group: string;
  readonly row: number;
  /** Indices of its responses in the group; for a pair: chosen, rejected. */
  readonly responses: readonly number[];
  /** Source of the preferred response, as an index into the dataset's sources; -1 when unknown. */
  readonly source: number;
  readonly h: number;
  /** One ratio per response; only where the strategy weighs responses instead of groups. */
  readonly responseH?: readonly number[];
}

/** A finished (or stopped) run. */
export interface RunRecord {
  readonly id: string;
  readonly name: string;
  readonly spec: Spec;
  readonly specHash: string;
  readonly datasetHash: string;
  readonly datasetName: string;
  readonly environment: Environment;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: Readonly<Partial<Record<Stage, number>>>;
  readonly outcome: "done" | "stopped" | "failed";
  readonly problem?: Problem;
  readonly ratio: RatioSummary | null;
  /** What a person should know of the objective on these data; absent where there is nothing, and in older records. */
  readonly warnings?: readonly string[];
  readonly sft: readonly StepRecord[];
  readonly train: readonly StepRecord[];
  readonly evaluation: readonly StepRecord[];
  /** Self-training rounds, where the spec asks for any; steps count on over them. */
  readonly rounds?: readonly OnlineRound[];
  readonly units: readonly UnitInfo[];
  /** Last tilt weight of each unit as a multiple of equal share; NaN-free: null where a unit was never drawn. */
  readonly lastWeights: readonly (number | null)[];
  /** SHA-256 over the bits of all metrics. */
  readonly digest: string;
  /** How the run compares with what the link it came from had promised. */
  readonly check?: Check;
}
