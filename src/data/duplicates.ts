/** Texts that occur more than once, and prompts that stand on both sides of a split: both make results look better than they are. */
import type { Dataset } from "./dataset.ts";
import type { Split } from "./split.ts";

export interface RepeatedText {
  /** The text as it first occurs. */
  readonly text: string;
  /** Indices of the groups it occurs in, ascending; a group is named once per occurrence. */
  readonly groups: readonly number[];
}

export interface Duplicates {
  /** Prompts of more than one group. */
  readonly prompts: readonly RepeatedText[];
  /** Responses that occur word for word more than once, anywhere. */
  readonly responses: readonly RepeatedText[];
  /** Those among them that stand under different sources: no classifier can tell these apart. */
  readonly acrossSources: number;
  /**
   * Held-out groups (indices) whose prompt also occurs in training, apart from case, punctuation and spacing. A split by prompt keeps equal
   * prompts together, but not these.
   */
  readonly leaked: readonly number[];
}

/** The text without case, punctuation and spacing. A text of nothing else stays what it is. */
export function looseKey(text: string): string {
  const letters = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
  return letters === "" ? text : letters;
}

/** @param split the split to look for leaks in; without it `leaked` is empty */
export function findDuplicates(dataset: Pick<Dataset, "groups">, split?: Split): Duplicates {
  const prompts = new Map<string, { text: string; groups: number[] }>();
  const responses = new Map<string, { text: string; groups: number[]; sources: Set<number> }>();
  for (const [g, { prompt, responses: all }] of dataset.groups.entries()) {
    const known = prompts.get(prompt);
    if (known) known.groups.push(g);
    else prompts.set(prompt, { text: prompt, groups: [g] });
    for (const { text, source } of all) {
      const seen = responses.get(text);
      if (seen) {
        seen.groups.push(g);
        seen.sources.add(source);
      } else responses.set(text, { text, groups: [g], sources: new Set([source]) });
    }
  }
  const repeated = [...responses.values()].filter(({ groups }) => groups.length > 1);
  const trained = new Set(split?.train.map((g) => looseKey(dataset.groups[g]!.prompt)));
  return {
    prompts: [...prompts.values()].filter(({ groups }) => groups.length > 1),
    responses: repeated.map(({ text, groups }) => ({ text, groups })),
    acrossSources: repeated.filter(({ sources }) => sources.size > 1).length,
    leaked: (split?.heldOut ?? []).filter((g) => trained.has(looseKey(dataset.groups[g]!.prompt))),
  };
}
