import type { Loss } from "./losses/loss.ts";
import type { Objective } from "./objective.ts";
import type { ParamValues } from "./params.ts";
import type { Strategy } from "./strategies/strategy.ts";

/** A change to the objective that makes a finding go away. */
export interface Alternative {
  /** Button text. */
  readonly label: string;
  readonly strategy?: { readonly id: string; readonly params?: ParamValues };
  readonly strategyParams?: ParamValues;
  readonly estimator?: "batch" | "running";
  readonly batchSize?: number;
}

/** Something about a combination of settings that a person should know before running it. */
export interface Finding {
  /** refused: the mathematics forbids it, it does not run. warning: it runs, but is not what it seems. */
  readonly severity: "refused" | "warning";
  readonly about: "negative-loss" | "shift" | "batch-size" | "sources" | "data" | "optimistic";
  readonly reason: string;
  readonly alternatives: readonly Alternative[];
}

/** What the checks need to know about the run around the objective. */
export interface Setting {
  /** Groups per logical batch (gradient accumulation done exactly counts whole). */
  readonly batchSize: number;
  readonly data: {
    readonly pairs: boolean;
    readonly lists: boolean;
    readonly unpaired: boolean;
    readonly sourcesKnown: boolean;
  };
  /** Will `ObjectiveTensors.responseWeights` be written? Only released_rrhf reads them. */
  readonly responseWeights?: boolean;
  /** Set by the released-* presets, whose point is to reproduce batch 1: its refusal becomes a warning. */
  readonly asReleased?: boolean;
}

/** Below this many groups a batch log-mean-exp is far from the stated objective. */
const SMALL_BATCH = 16;

/** Every reason to refuse or to warn, most serious first. Empty when all is well. */
export function checkObjective(objective: Objective, setting: Setting): Finding[] {
  const findings = [
    ...negativeLosses(objective),
    ...batchSize(objective, setting),
    ...dataFor(objective, setting),
    ...stance(objective.strategy),
  ];
  return findings.sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
}

function negativeLosses({ loss, lossParams, strategy, strategyParams }: Objective): Finding[] {
  if (!strategy.flags.needsNonNegativeLoss || loss.flags.negative === "never") return [];
  const floor = lowestValue(loss, lossParams);
  const shift = Number(strategyParams.shift ?? 0);
  if (shift > 0 && floor !== undefined && shift + floor >= 0) {
    const reason =
      `${loss.name} is shifted by ${shift} to be non-negative. A shift is not neutral inside the exponent: it ` +
      "multiplies each group's mass by exp(h·shift/λ), so the tilt follows h more sharply.";
    return [{ severity: "warning", about: "shift", reason, alternatives: UNSHIFTED }];
  }
  const reason =
    `${loss.name} ${loss.flags.negative === "always" ? "is" : "can be"} negative. Inside the exponent a larger ratio ` +
    "then makes h·ℓ/λ smaller, so the groups most like the target would lose weight.";
  const canShift = "shift" in strategy.params && floor !== undefined;
  const shifted: Alternative[] = canShift
    ? [{ label: `Shift the loss by ${ceilTo(-floor)}`, strategyParams: { shift: ceilTo(-floor) } }]
    : [];
  return [{ severity: "refused", about: "negative-loss", reason, alternatives: [...UNSHIFTED, ...shifted] }];
}

const UNSHIFTED: readonly Alternative[] = [
  { label: "Use importance-weighted KL-DRO", strategy: { id: "iw_kl_dro" } },
  { label: "Use DoRA outside", strategy: { id: "dora_outside" } },
];

/** Greatest lower bound of a loss, where it has one. */
function lowestValue(loss: Loss, params: ParamValues): number | undefined {
  if (loss.flags.negative === "never") return 0;
  if (loss.id === "lire" && params.reward === "softmax") return -1;
  if (loss.id === "exo_unnormalised") return -Math.log1p(Math.exp(Number(params.log_epsilon)));
  return undefined;
}

/** Rounded up to four digits, so that a bound stays a bound. */
function ceilTo(value: number): number {
  return Math.ceil(value * 1e4) / 1e4;
}

function batchSize(
  { loss, strategy, running, storm }: Objective,
  { batchSize: B, asReleased }: Setting,
): Finding[] {
  if (loss.family === "unpaired" && B < 2) {
    const reason = "KTO's baseline compares mismatched examples within a batch; a batch of one has none.";
    const alternatives: Alternative[] = [{ label: "Use a batch of 2", batchSize: 2 }];
    return [{ severity: "refused", about: "batch-size", reason, alternatives }];
  }
  if (!strategy.flags.couplesBatch || COUPLED_AT_ONE.includes(strategy.id) || running || storm) return [];
  const estimator: Alternative[] = strategy.logMeanExp
    ? [{ label: "Use the running normaliser", estimator: "running" }]
    : [];
  const larger: Alternative = { label: `Use a batch of ${SMALL_BATCH} or more`, batchSize: SMALL_BATCH };
  if (B === 1) {
    const same = atBatchOne(strategy);
    const reason =
      `With one group per batch ${strategy.name} is ${same}, exactly: over a single group there is nothing to tilt. ` +
      "Gradient accumulation in micro-batches of one does not change that.";
    const severity = asReleased ? "warning" : "refused";
    return [{ severity, about: "batch-size", reason, alternatives: [...estimator, larger] }];
  }
  if (B < SMALL_BATCH && strategy.logMeanExp) {
    const reason = `A log-mean-exp over ${B} groups is biased towards ${atBatchOne(strategy)}; the bias shrinks like 1/${B}.`;
    return [{ severity: "warning", about: "batch-size", reason, alternatives: [...estimator, larger] }];
  }
  return [];
}

/** Strategies that stay themselves over one group: one keeps a state, the other averages over responses. */
const COUPLED_AT_ONE: readonly string[] = ["group_dro", "released_rrhf"];

/** What a strategy turns into over a single group. */
function atBatchOne(strategy: Strategy): "plain ERM" | "plain reweighting" {
  const selfNormalised = strategy.id === "reweight_sn" || strategy.id.startsWith("iw_");
  return strategy.flags.usesRatio && !selfNormalised ? "plain reweighting" : "plain ERM";
}

function dataFor({ loss, strategy }: Objective, { data, responseWeights }: Setting): Finding[] {
  const findings: Finding[] = [];
  const missing =
    loss.family === "unpaired"
      ? !data.unpaired && "single judged responses"
      : loss.family === "pairwise"
        ? !data.pairs && !data.lists && "pairs or lists with scores"
        : !data.pairs && !data.lists && "lists with scores";
  if (missing) {
    const reason = `${loss.name} learns from ${missing}, and the dataset has none.`;
    findings.push({ severity: "refused", about: "data", reason, alternatives: [] });
  }
  if (strategy.id === "group_dro" && !data.sourcesKnown) {
    const reason =
      "Group DRO weighs sources against each other, and the dataset does not say who wrote what.";
    const alternatives: Alternative[] = [{ label: "Use KL-DRO", strategy: { id: "kl_dro" } }];
    findings.push({ severity: "refused", about: "sources", reason, alternatives });
  }
  if (strategy.id === "released_rrhf" && !responseWeights) {
    const reason = `${strategy.name} weighs single responses, and this run has ratios of whole groups only.`;
    const alternatives: Alternative[] = [
      { label: "Use ERM, which it equals but for the step size", strategy: { id: "erm" } },
    ];
    findings.push({ severity: "refused", about: "data", reason, alternatives });
  }
  return findings;
}

function stance(strategy: Strategy): Finding[] {
  if (strategy.flags.stance !== "optimistic") return [];
  const reason =
    `${strategy.name} trusts groups with small losses. It resists flipped labels when most labels are right, and ` +
    "follows the majority when they are not; it is not a worst-case method.";
  return [{ severity: "warning", about: "optimistic", reason, alternatives: [] }];
}
