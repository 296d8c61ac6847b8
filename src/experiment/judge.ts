/** How a policy ranks held-out preferences, from log-probs of whole groups; float64 on the CPU, once in a while. */
import { type GroupLogps, NO_CONTEXT } from "../objective/losses/loss.ts";
import { displacementMetrics, extremePair, preferenceMetrics } from "../objective/metrics.ts";
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
