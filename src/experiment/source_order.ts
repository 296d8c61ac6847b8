/** Sources as the ratio sees them: the target first, then every other source that wrote something. */
import type { Dataset, Group } from "../data/dataset.ts";
import { promptKey } from "../data/split.ts";

export interface SourceOrder {
  /** Names by category, target first. */
  readonly names: readonly string[];
  /** Category of a source index: 0 target, i synthetic, -1 unknown. */
  of(source: number): number;
}

/** @param groups those that are looked at: a source absent from all of them has no category */
export function sourceOrder(dataset: Dataset, groups: Iterable<Group> = dataset.groups): SourceOrder {
  const present = new Set<number>();
  for (const { responses } of groups) for (const { source } of responses) present.add(source);
  const others = [...dataset.sources.keys()].filter((s) => s !== dataset.target && present.has(s));
  const order = [dataset.target, ...others];
  return { names: order.map((s) => dataset.sources[s]!), of: (source) => order.indexOf(source) };
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
