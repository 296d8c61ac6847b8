/** How a policy ranks held-out preferences, from log-probs of whole groups; float64 on the CPU, once in a while. */
import { type GroupLogps, NO_CONTEXT, type RewardForm } from "../objective/losses/loss.ts";
import {
  displacementMetrics,
  extremePair,
  implicitRewards,
  preferenceMetrics,
} from "../objective/metrics.ts";
import type { Objective } from "../objective/objective.ts";
import type { Prepared } from "./prepare.ts";
import type { GroupLogps as Scores } from "./scoring.ts";
import type { Unit } from "./units.ts";

/** A unit as the loss sees it. */
function unitLogps(unit: Unit, { encoded }: Prepared, policy: Scores, reference: Scores): GroupLogps {
  const group = encoded[unit.group]!;
  const pick = (values: ArrayLike<number>): number[] => unit.responses.map((k) => values[k]!);
  return {
    logps: pick(policy.get(unit.group)!),
    refLogps: pick(reference.get(unit.group)!),
    lengths: unit.responses.map((k) => group.responses[k]!.length),
    scores: pick(group.scores),
  };
}

/** Mean implicit rewards of desirable and undesirable responses; without pairs there is no accuracy to speak of. */
function judgeSingles(
  prefix: string,
  singles: readonly GroupLogps[],
  form: RewardForm,
): Record<string, number> {
  const means = [1, -1].map((sign) => {
    const own = singles.filter(({ scores }) => Math.sign(scores[0]!) === sign);
    return own.reduce((sum, single) => sum + implicitRewards(single, form)[0]!, 0) / own.length;
  });
  const [chosen, rejected] = means as [number, number];
  const all = {
    "rewards/chosen": chosen,
    "rewards/rejected": rejected,
    "rewards/margins": chosen - rejected,
  };
  const named = Object.entries(all).filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(named.map(([name, value]) => [prefix + name, value]));
}

/**
 * Mean loss and TRL's metrics over units, each name led by `prefix`. Lists count as best against worst.
 * Empty when there are no units.
 */
export function judge(
  prefix: string,
  units: readonly Unit[],
  prepared: Prepared,
  { loss, lossParams }: Objective,
  policy: Scores,
  reference: Scores,
): Record<string, number> {
  if (units.length === 0) return {};
  if (units.every((unit) => unit.kind === "single")) {
    return judgeSingles(
      prefix,
      units.map((unit) => unitLogps(unit, prepared, policy, reference)),
      loss.reward(lossParams),
    );
  }
  const groups = units.map((unit) => unitLogps(unit, prepared, policy, reference));
  const losses = groups.map((group) => loss.evaluate(group, lossParams, NO_CONTEXT).loss);
  const pairs = units.map((unit, i) => (unit.kind === "pair" ? groups[i]! : extremePair(groups[i]!)));
  const all = {
    loss: losses.reduce((sum, value) => sum + value, 0) / losses.length,
    ...preferenceMetrics(pairs, loss.reward(lossParams)),
    ...displacementMetrics(pairs),
  };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [prefix + name, value]));
}
