import { TiltError } from "../base/errors.ts";
import { logSumExp, maxOf, meanOf, sumOf } from "./numerics.ts";
import { choice } from "./params.ts";

/**
 * How one h is made for a group out of what is known about its responses. In simulation this mattered more than the
 * choice of strategy, so it is a setting of its own.
 */
export const REDUCTION = choice(
  "joint",
  ["joint", "product", "mean", "min", "slot"],
  "joint: exact when all responses of a group share a source. product: of the responses' ratios. mean: their average, " +
    "for lists with one response per source. min: the smallest. slot: one response's ratio.",
);

export type Reduction = (typeof REDUCTION.choices)[number];

/** What the ratio model says about one group of K responses. */
export interface GroupRatios {
  /** `[K]` calibrated ratio Q0/P of each response. */
  readonly h: ArrayLike<number>;
  /** `[K][S-1]` log Q0/Q_s of each response for each synthetic source s; joint needs it. */
  readonly logRatios?: readonly ArrayLike<number>[];
}

export interface ReductionOptions {
  /** `[S]` shares of the sources in the training mixture, the target first; they sum to 1. joint needs it. */
  readonly shares?: ArrayLike<number>;
  /** Response whose ratio counts, for slot; negative counts from the end. */
  readonly slot?: number;
}

/**
 * One ratio for the group.
 *
 * joint is Q0(y1)...Q0(yK) / sum_s m_s Qs(y1)...Qs(yK): the log-ratios of the responses are summed per source *before*
 * the mixture formula, because the group as a whole came from one source. product, by contrast, multiplies K separate
 * ratios against the mixture, as if every response had drawn its own source.
 * @throws TiltError when the group lacks what the reduction needs
 */
export function reduceRatios(kind: Reduction, ratios: GroupRatios, options: ReductionOptions = {}): number {
  const { h } = ratios;
  if (kind === "mean") return meanOf(h);
  if (kind === "min") return -maxOf(Array.from(h, (value) => -value));
  if (kind === "product") return Math.exp(sumOf(Array.from(h, (value) => Math.log(value))));
  if (kind === "slot") return atSlot(h, options.slot ?? -1);
  return joint(ratios.logRatios, options.shares);
}

function atSlot(h: ArrayLike<number>, slot: number): number {
  const index = slot < 0 ? h.length + slot : slot;
  if (Number.isInteger(index) && index >= 0 && index < h.length) return h[index]!;
  throw new TiltError(`A group of ${h.length} responses has no response number ${slot}.`, {
    where: "ratio reduction, slot",
    remedy: `Use a number from ${-h.length} to ${h.length - 1}.`,
  });
}

function joint(
  logRatios: readonly ArrayLike<number>[] | undefined,
  shares: ArrayLike<number> | undefined,
): number {
  if (!logRatios || !shares) {
    throw new TiltError("The joint ratio needs one log-ratio per response and source.", {
      where: "ratio reduction, joint",
      remedy: "Train a classifier per source, or use product, which needs one ratio per response.",
    });
  }
  const terms = [Math.log(shares[0]!)];
  for (let s = 1; s < shares.length; s++) {
    let sum = 0;
    for (const response of logRatios) sum += response[s - 1]!;
    terms.push(Math.log(shares[s]!) - sum);
  }
  return Math.exp(-logSumExp(terms));
}

/** The reduction to start from, and why. */
export function recommendReduction(data: {
  readonly oneSourcePerGroup: boolean;
  readonly perSourceRatios: boolean;
}): { readonly reduction: Reduction; readonly why: string } {
  if (!data.oneSourcePerGroup) {
    return {
      reduction: "mean",
      why: "Groups mix responses of several sources, so no joint ratio of one source exists.",
    };
  }
  if (!data.perSourceRatios) {
    return {
      reduction: "product",
      why: "Each group comes from one source, but only one ratio per response is known.",
    };
  }
  return {
    reduction: "joint",
    why: "Each group comes from one source, so the exact ratio of the whole group is known.",
  };
}

export interface CalibrationOptions {
  readonly min: number;
  readonly max: number;
  /** Divide by the mean, so that lambda keeps its meaning whatever the scale of h. */
  readonly meanOne: boolean;
}

const DEFAULT_CALIBRATION: CalibrationOptions = { min: 0, max: 10, meanOne: true };

export interface Calibrated {
  readonly h: number[];
  /** Mean before division: h and lambda are confounded inside, so report both. */
  readonly mean: number;
  readonly clipped: number;
  /** Effective sample size as a share of the groups, before and after clipping. */
  readonly essBefore: number;
  readonly essAfter: number;
}

/** Clips the group ratios, then divides by their mean over the training set. */
export function calibrateRatios(ratios: ArrayLike<number>, options = DEFAULT_CALIBRATION): Calibrated {
  const raw = Array.from(ratios);
  const clippedH = raw.map((ratio) => Math.min(options.max, Math.max(options.min, ratio)));
  const mean = meanOf(clippedH);
  return {
    h: options.meanOne && mean > 0 ? clippedH.map((ratio) => ratio / mean) : clippedH,
    mean,
    clipped: raw.filter((ratio, i) => ratio !== clippedH[i]).length,
    essBefore: effectiveShare(raw),
    essAfter: effectiveShare(clippedH),
  };
}

/** (sum h)^2 / (n sum h^2): 1 for equal weights, 1/n when one counts; 0 when none does. */
export function effectiveShare(weights: ArrayLike<number>): number {
  const max = maxOf(weights);
  if (!(max > 0)) return 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) {
    const scaled = weights[i]! / max;
    sum += scaled;
    squares += scaled * scaled;
  }
  return (sum * sum) / (weights.length * squares);
}
