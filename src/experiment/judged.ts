/** Any preference data as single judged responses, which is what unpaired losses learn from. */
import { type Dataset, type Group, pairsOf } from "../data/dataset.ts";

/**
 * The dataset with one response per group, scored 1 (desirable) or -1. Responses that came judged are taken as they are;
 * without any, a response is desirable when it wins more of its group's pairs than it loses, and left out when even.
 * Groups keep their ids, so several may share one.
 */
export function asJudged(dataset: Dataset): Dataset {
  const given = dataset.unpaired.map(({ id, prompt, response, desirable, row }): Group => {
    return { id, prompt, row, responses: [{ ...response, score: desirable ? 1 : -1 }] };
  });
  const groups = given.length > 0 ? given : dataset.groups.flatMap(judgedResponses);
  return { ...dataset, groups, unpaired: [] };
}

function judgedResponses(group: Group): Group[] {
  const balance = group.responses.map(() => 0);
  for (const [winner, loser] of pairsOf(group)) {
    balance[winner]!++;
    balance[loser]!--;
  }
  const { id, prompt, row, trueLogRatio } = group;
  return group.responses.flatMap((response, k): Group[] =>
    balance[k] === 0
      ? []
      : [
          {
            id,
            prompt,
            row,
            responses: [{ ...response, score: Math.sign(balance[k]!) }],
            ...(trueLogRatio && { trueLogRatio: [trueLogRatio[k]!] }),
          },
        ],
  );
}
