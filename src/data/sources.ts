/** Who is the target, and who wrote what when the file does not say. */
import { type Dataset, type Group, pairsOf, type Response } from "./dataset.ts";
import type { SourceRule } from "./options.ts";
import { relabelled } from "./packed/groups.ts";
import { resourced } from "./packed/singles.ts";
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
    const groups = relabelled(dataset.groups, ({ responses }) => ({
      sources: responses.map((_, i) => (responses.length === rule.names.length ? i : -1)),
    }));
    return { ...dataset, groups, sources: [...rule.names], target: guessTarget(rule.names) };
  }
  const sources = [rule.target ?? "human", rule.other ?? "synthetic"];
  if (rule.kind === "preferred-is-target") {
    const groups = relabelled(dataset.groups, (group) => {
      const best = preferredOf(group);
      return { sources: group.responses.map((_, i) => (best < 0 ? -1 : i === best ? 0 : 1)) };
    });
    const unpaired = resourced(dataset.unpaired, ({ desirable }) => (desirable ? 0 : 1));
    return { ...dataset, groups, unpaired, sources, target: 0 };
  }
  const sourceOf = perResponse(rule);
  return {
    ...dataset,
    groups: relabelled(dataset.groups, ({ responses }) => ({ sources: responses.map(sourceOf) })),
    unpaired: resourced(dataset.unpaired, ({ response }) => sourceOf(response)),
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
 * Counts the target's responses as preferred over all others of their group, where the file does not judge them: it holds no
 * preferences, and no score of theirs. What scores say of the others stays.
 */
export function preferTarget(groups: readonly Group[], target: number): readonly Group[] {
  return relabelled(groups, (group) => {
    const { responses } = group;
    const judged = responses.some(({ source, score }) => source === target && score !== null);
    if (target < 0 || group.preferences || judged) return {};
    const wins = responses.flatMap(({ source }, winner) =>
      source === target
        ? responses.flatMap((other, loser): [number, number][] =>
            other.source === target ? [] : [[winner, loser]],
          )
        : [],
    );
    return wins.length > 0 ? { preferences: [...wins, ...pairsOf(group)] } : {};
  });
}
