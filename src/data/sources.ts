/** Who is the target, and who wrote what when the file does not say. */
import { type Dataset, type Group, pairsOf, type Response } from "./dataset.ts";
import type { SourceRule } from "./options.ts";
import { matcher } from "./pattern.ts";

const humanName =
  /^(?:(?:the )?(?:human|person|people|gold|golden|expert|reference|crowd)(?:[ _-].*)?|user|best answer)$/i;

/** Index of the source whose name says that people wrote it; -1 when none or several do. */
export function guessTarget(sources: readonly string[]): number {
  const found = sources.flatMap((name, i) => (humanName.test(name) ? [i] : []));
  return found.length === 1 ? found[0]! : -1;
}

/** The response of a group that the file prefers: most wins over losses; -1 when none stands out. */
export function preferredOf(group: Group): number {
  const balance = new Array<number>(group.responses.length).fill(0);
  for (const [winner, loser] of pairsOf(group)) {
    balance[winner]!++;
    balance[loser]!--;
  }
  const best = Math.max(...balance);
  return best > 0 && balance.indexOf(best) === balance.lastIndexOf(best) ? balance.indexOf(best) : -1;
}

/**
 * Names the authors by a rule, for files without a source column. Returns a new dataset; responses to which the rule does not
 * apply (nobody is preferred, another number of responses, no score) are nobody's.
 * @throws TiltError when the rule's pattern cannot be used
 */
export function applySourceRule(dataset: Dataset, rule: SourceRule): Dataset {
  if (rule.kind === "file") return dataset;
  if (rule.kind === "by-position") {
    const groups = dataset.groups.map((group) =>
      group.responses.length === rule.names.length
        ? { ...group, responses: group.responses.map((response, i) => ({ ...response, source: i })) }
        : { ...group, responses: group.responses.map((response) => ({ ...response, source: -1 })) },
    );
    return { ...dataset, groups, sources: [...rule.names], target: guessTarget(rule.names) };
  }
  const sources = [rule.target ?? "human", rule.other ?? "synthetic"];
  if (rule.kind === "preferred-is-target") {
    const groups = dataset.groups.map((group) => {
      const best = preferredOf(group);
      return {
        ...group,
        responses: group.responses.map((response, i) => ({
          ...response,
          source: best < 0 ? -1 : i === best ? 0 : 1,
        })),
      };
    });
    const unpaired = dataset.unpaired.map((item) => ({
      ...item,
      response: { ...item.response, source: item.desirable ? 0 : 1 },
    }));
    return { ...dataset, groups, unpaired, sources, target: 0 };
  }
  const sourceOf = perResponse(rule);
  const told = (response: Response): Response => ({ ...response, source: sourceOf(response) });
  return {
    ...dataset,
    groups: dataset.groups.map((group) => ({ ...group, responses: group.responses.map(told) })),
    unpaired: dataset.unpaired.map((item) => ({ ...item, response: told(item.response) })),
    sources,
    target: 0,
  };
}

/** Rules that look at one response alone: 0 for the target, 1 for the others, -1 where nothing can be said. */
function perResponse(rule: Extract<SourceRule, { kind: "text" | "score" }>): (response: Response) => number {
  if (rule.kind === "score") return ({ score }) => (score === null ? -1 : score >= rule.atLeast ? 0 : 1);
  const matches = matcher(rule.pattern, rule.regex ?? false);
  return ({ text }) => (matches(text) !== (rule.not ?? false) ? 0 : 1);
}

/** The same dataset with another target. An unknown or empty name takes the target away. */
export function withTarget(dataset: Dataset, name: string): Dataset {
  return { ...dataset, target: dataset.sources.indexOf(name) };
}

/**
 * Counts the target's responses as preferred over all others of their group, where the file holds no judgement of its own
 * (no scores, no explicit preferences).
 */
export function preferTarget(groups: readonly Group[], target: number): Group[] {
  return groups.map((group) => {
    if (target < 0 || group.preferences || group.responses.some((response) => response.score !== null))
      return group;
    const preferences: [number, number][] = [];
    for (const [i, response] of group.responses.entries()) {
      if (response.source !== target) continue;
      for (const [j, other] of group.responses.entries())
        if (other.source !== target) preferences.push([i, j]);
    }
    return preferences.length > 0 ? { ...group, preferences } : group;
  });
}
