import type { GroupLogps, RewardForm } from "./losses/loss.ts";
import { klDivergence, maxOf, meanOf, sumOf } from "./numerics.ts";
import { effectiveShare } from "./reduction.ts";
import type { StrategyResult } from "./strategies/strategy.ts";

export type Metrics = Readonly<Record<string, number>>;

/** Implicit rewards of one group, for logging only. */
export function implicitRewards(group: GroupLogps, form: RewardForm): number[] {
  return Array.from(group.logps, (a, k) => {
    const gain = form.reference ? a - group.refLogps[k]! : a;
    return (form.scale * gain) / (form.perToken ? group.lengths[k]! : 1);
  });
}

/**
 * TRL's metrics of a batch of pairs (entry 0 chosen, entry 1 rejected). `rewards/accuracies` counts strict wins.
 * Lists: the best-scored response against the worst-scored one; see `extremePair`.
 */
export function preferenceMetrics(pairs: readonly GroupLogps[], form: RewardForm): Metrics {
  const rewards = pairs.map((pair) => implicitRewards(pair, form));
  const share = (test: (reward: readonly number[]) => boolean): number =>
    rewards.filter(test).length / rewards.length;
  const mean = (read: (pair: GroupLogps, i: number) => number): number => meanOf(pairs.map(read));
  return {
    "rewards/chosen": mean((_, i) => rewards[i]![0]!),
    "rewards/rejected": mean((_, i) => rewards[i]![1]!),
    "rewards/accuracies": share(([chosen, rejected]) => chosen! > rejected!),
    "rewards/margins": mean((_, i) => rewards[i]![0]! - rewards[i]![1]!),
    "logps/chosen": mean((pair) => pair.logps[0]!),
    "logps/rejected": mean((pair) => pair.logps[1]!),
  };
}

/**
 * Likelihood displacement (Razin et al. 2024, arXiv 2410.08847): margins can grow while the chosen response itself
 * becomes less likely. Deltas are nats against the reference, summed over the response and per token.
 */
export function displacementMetrics(pairs: readonly GroupLogps[]): Metrics {
  const delta = (pair: GroupLogps, k: number): number => pair.logps[k]! - pair.refLogps[k]!;
  const mean = (read: (pair: GroupLogps) => number): number => meanOf(pairs.map(read));
  return {
    "displacement/chosen_delta": mean((pair) => delta(pair, 0)),
    "displacement/rejected_delta": mean((pair) => delta(pair, 1)),
    "displacement/chosen_delta_per_token": mean((pair) => delta(pair, 0) / pair.lengths[0]!),
    "displacement/rejected_delta_per_token": mean((pair) => delta(pair, 1) / pair.lengths[1]!),
    "displacement/chosen_down": mean((pair) => (delta(pair, 0) < 0 ? 1 : 0)),
    "displacement/both_down": mean((pair) => (delta(pair, 0) < 0 && delta(pair, 1) < 0 ? 1 : 0)),
  };
}

/** True when, from the first to the last record, accuracy rose while the chosen responses lost likelihood. */
export function displacementAlarm(history: readonly Metrics[]): boolean {
  const change = (name: string): number => (history.at(-1)?.[name] ?? 0) - (history[0]?.[name] ?? 0);
  return change("rewards/accuracies") > 0 && change("displacement/chosen_delta") < 0;
}

/** A list as a pair: best-scored first, worst-scored second (first on ties). */
export function extremePair(group: GroupLogps): GroupLogps {
  let best = 0;
  let worst = 0;
  for (let k = 1; k < group.scores.length; k++) {
    if (group.scores[k]! > group.scores[best]!) best = k;
    if (group.scores[k]! < group.scores[worst]!) worst = k;
  }
  const pick = (x: ArrayLike<number>): number[] => [x[best]!, x[worst]!];
  const { logps, refLogps, lengths, scores } = group;
  return { logps: pick(logps), refLogps: pick(refLogps), lengths: pick(lengths), scores: pick(scores) };
}

/**
 * How concentrated the training weights are. ESS and largest share are of the tilt weights dV/dl (normalised), which
 * are what the policy feels; KL is of the strategy's own q, which is what a budget is spent on.
 */
export function robustMetrics(result: StrategyResult, logU?: number): Metrics {
  const total = sumOf(result.gradient);
  return {
    "robust/value": result.value,
    ...(result.lambda !== undefined && { "robust/lambda": result.lambda }),
    "robust/ess": effectiveShare(result.gradient) * result.gradient.length,
    "robust/kl": klDivergence(result.q),
    "robust/max_weight": total > 0 ? maxOf(result.gradient) / total : 0,
    ...(logU !== undefined && { "robust/log_u": logU }),
  };
}

/** Mean, extremes and effective share of a batch's h. */
export function ratioMetrics(h: ArrayLike<number>): Metrics {
  return {
    "h/mean": meanOf(h),
    "h/min": -maxOf(Array.from(h, (value) => -value)),
    "h/max": maxOf(h),
    "h/ess_fraction": effectiveShare(h),
  };
}

/** `[B][S]`: the share of each group's responses that each source wrote; responses of unknown source count for none. */
export function sourceShares(sources: readonly ArrayLike<number>[], count: number): number[][] {
  return sources.map((group) => {
    const shares = new Array<number>(count).fill(0);
    for (let k = 0; k < group.length; k++) if (group[k]! >= 0 && group[k]! < count) shares[group[k]!]! += 1;
    return shares.map((value) => value / group.length);
  });
}

/**
 * Mean h and mean loss per source, and each source's share of the training weight. A mixed group counts for each of
 * its sources by the share of its responses. Sources absent from the batch are left out.
 */
export function sourceMetrics(
  names: readonly string[],
  shares: readonly ArrayLike<number>[],
  batch: {
    readonly h: ArrayLike<number>;
    readonly losses: ArrayLike<number>;
    readonly weights: ArrayLike<number>;
  },
): Metrics {
  const metrics: Record<string, number> = {};
  const allWeight = sumOf(batch.weights);
  names.forEach((name, s) => {
    const mass = sumOf(shares.map((row) => row[s]!));
    if (mass === 0) return;
    const total = (values: ArrayLike<number>): number => sumOf(shares.map((row, i) => row[s]! * values[i]!));
    metrics[`h/by_source/${name}`] = total(batch.h) / mass;
    metrics[`loss/by_source/${name}`] = total(batch.losses) / mass;
    metrics[`weight/by_source/${name}`] = allWeight > 0 ? total(batch.weights) / allWeight : 0;
  });
  return metrics;
}
