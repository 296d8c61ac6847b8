/** Label noise: the same kind for every dataset, applied to training groups only. */
import type { Stream } from "../base/random.ts";
import type { Group } from "./dataset.ts";

/**
 * With probability `rate` permutes who got which score (and the explicit judgements alike) at random. A permutation
 * may keep an order, so about half of the touched pairs stay as they were.
 * @param random a stream of its own per dataset; a group's draws are keyed by its index, not by order
 */
export function corruptGroup(group: Group, index: number, rate: number, random: Stream): Group {
  if (rate === 0) return group;
  const draws = random.fork(String(index));
  if (draws.uniform() >= rate) return group;
  const order = draws.shuffle(group.responses.map((_, k) => k));
  return {
    ...group,
    responses: group.responses.map((response, k) => ({
      ...response,
      score: group.responses[order[k]!]!.score,
    })),
    ...(group.preferences && {
      preferences: group.preferences.map(
        ([winner, loser]) => [order.indexOf(winner), order.indexOf(loser)] as const,
      ),
    }),
  };
}
