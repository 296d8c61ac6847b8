/** How a policy orders held-out answers: every pair of a group whose scores differ counts. */
import type { Loss } from "../../objective/losses/loss.ts";
import { implicitRewards } from "../../objective/metrics.ts";
import type { ParamValues } from "../../objective/params.ts";
import type { EncodedGroup } from "../../text/encoding.ts";
import type { GroupLogps } from "../scoring.ts";

/** Share of pairs in which the better-scored answer has the strictly higher implicit reward. NaN without a pair. */
export function pairAccuracy(
  groups: readonly number[],
  encoded: readonly EncodedGroup[],
  policy: GroupLogps,
  reference: GroupLogps,
  loss: Loss,
  params: ParamValues,
): number {
  const form = loss.reward(params);
  let right = 0;
  let pairs = 0;
  for (const index of groups) {
    const { responses, scores } = encoded[index]!;
    const rewards = implicitRewards(
      {
        logps: policy.get(index)!,
        refLogps: reference.get(index)!,
        lengths: responses.map((ids) => ids.length),
        scores,
      },
      form,
    );
    for (let a = 0; a < scores.length; a++) {
      for (let b = 0; b < a; b++) {
        if (scores[a] === scores[b]) continue;
        pairs++;
        const gap = rewards[a]! - rewards[b]!;
        if (scores[a]! > scores[b]! ? gap > 0 : gap < 0) right++;
      }
    }
  }
  return right / pairs;
}
