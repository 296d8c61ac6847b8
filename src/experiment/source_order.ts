/** Sources as the ratio sees them: the target first, then every other source that wrote something. */
import type { Dataset, Group } from "../data/dataset.ts";
import { promptKey } from "../data/split.ts";

export interface SourceOrder {
  /** Names by category, target first. */
  readonly names: readonly string[];
  /** Category of a source index: 0 target, i synthetic, -1 unknown. */
  of(source: number): number;
}

/** The classifier has a model for every synthetic source up to so many; the smallest of more are taken together. */
const MOST = 12;
/** Prompts that a source must have answered to get a model of its own: fewer may all be in one fold. */
const FEW = 5;
/** Worlds whose log-ratio is known exactly source by source. */
const WORLDS: readonly string[] = ["chatter", "plane"];

/**
 * A source that wrote little, and the smallest where there are very many, share one category: P stays the same mixture,
 * of which they are one part.
 * @param groups those that are looked at: a source absent from all of them has no category
 */
export function sourceOrder(dataset: Dataset, groups: Iterable<Group> = dataset.groups): SourceOrder {
  const { counts, prompts } = tallied(groups);
  const others = [...dataset.sources.keys()].filter((s) => s !== dataset.target && counts.has(s));
  const pooled = WORLDS.includes(dataset.format)
    ? new Set<number>()
    : pooledOf(others, counts, (source) => prompts.get(source)!.size);
  const order = [dataset.target, ...others.filter((source) => !pooled.has(source))];
  const names = order.map((source) => dataset.sources[source]!);
  const together = pooled.size > 0 ? names.push(`${pooled.size} other sources`) - 1 : -1;
  return { names, of: (source) => (pooled.has(source) ? together : order.indexOf(source)) };
}

/** Responses by source, and their prompts up to as many as are enough. */
function tallied(groups: Iterable<Group>) {
  const counts = new Map<number, number>();
  const prompts = new Map<number, Set<string>>();
  let index = 0;
  for (const group of groups) {
    for (const { source } of group.responses) {
      counts.set(source, (counts.get(source) ?? 0) + 1);
      const own = prompts.get(source) ?? new Set<string>();
      prompts.set(source, own);
      if (own.size < FEW) own.add(foldKey(group, index));
    }
    index++;
  }
  return { counts, prompts };
}

/** The sources taken together: none, or two at least. */
function pooledOf(
  others: readonly number[],
  counts: ReadonlyMap<number, number>,
  promptsOf: (source: number) => number,
): ReadonlySet<number> {
  const rising = others.toSorted((a, b) => counts.get(a)! - counts.get(b)!);
  const few = rising.filter((source) => promptsOf(source) < FEW);
  const small = rising.slice(0, others.length > MOST ? others.length - MOST + 1 : 0);
  const pooled = new Set([...few, ...small]);
  // One alone has company in the next larger source.
  const next = rising.find((source) => !pooled.has(source));
  if (pooled.size === 1 && next !== undefined) pooled.add(next);
  return pooled.size > 1 ? pooled : new Set();
}

/** What keeps a group's responses in one fold: its prompt, or the group itself where there is no prompt. */
export function foldKey({ prompt }: Group, index: number): string {
  return promptKey(prompt) || `group ${index}`;
}

/** Equal keys get equal numbers, from 0 in order of appearance. */
export function numbered(keys: readonly string[]): Int32Array {
  const seen = new Map<string, number>();
  return Int32Array.from(keys, (key) => {
    const known = seen.get(key) ?? seen.size;
    seen.set(key, known);
    return known;
  });
}
