/** A column's histogram that filters: bars, and from pointers and ranges to bins and back. Pure. */
import type { ColumnBins, Range } from "../../worker/api.ts";

/** First and last bin chosen, both included. */
export type Chosen = readonly [first: number, last: number];

/** One path of bars in a box of one unit per bin and `tall` units; bars that hold anything are seen. */
export function barsPath(counts: readonly number[], most: number, tall: number): string {
  return counts
    .map((n, bin) => {
      if (n === 0 || most === 0) return "";
      const up = Math.max(0.04 * tall, (tall * n) / most);
      return `M${bin + 0.06} ${tall}v${(-up).toFixed(2)}h0.88V${tall}z`;
    })
    .join("");
}

/** The bin under a place along the histogram, from 0 to 1; places beyond its ends belong to the ends. */
export function binAt(share: number, bins: number): number {
  return Math.max(0, Math.min(bins - 1, Math.floor(share * bins)));
}

/** The range that bins stand for: open to the side where the end bin was chosen, for it holds what lies beyond. */
export function rangeOf([first, last]: Chosen, edges: readonly number[]): Range | null {
  const bins = edges.length - 1;
  if (first <= 0 && last >= bins - 1) return null;
  return [first <= 0 ? -Infinity : edges[first]!, last >= bins - 1 ? Infinity : edges[last + 1]!];
}

/** The bins that a range covers; all of them without a range. Never empty. */
export function chosenOf(range: Range | undefined, edges: readonly number[]): Chosen {
  const bins = edges.length - 1;
  if (!range) return [0, bins - 1];
  const [low, high] = range;
  const first = edges.findLastIndex((edge) => edge <= low);
  const last = edges.findIndex((edge) => edge >= high);
  const from = Math.max(0, Math.min(bins - 1, first));
  return [from, Math.max(from, last < 0 ? bins - 1 : last - 1)];
}

/** Rows in the chosen bins. */
export function countIn(counts: readonly number[], [first, last]: Chosen): number {
  return counts.slice(first, last + 1).reduce((sum, n) => sum + n, 0);
}

/** Whether bins are of whole numbers: then they are cut halfway between them. */
export function isWhole(edges: readonly number[]): boolean {
  return edges.every((edge) => Math.abs(edge % 1) === 0.5);
}

/**
 * A range in words.
 * @param format of the column's values
 * @param whole whether those are whole numbers: [1.5, 4.5) is "2 to 4" then
 */
export function rangeWords([low, high]: Range, format: (value: number) => string, whole: boolean): string {
  const from = format(whole ? Math.ceil(low) : low);
  const to = format(whole ? Math.floor(high) : high);
  if (low === -Infinity) return whole ? `${to} or less` : `below ${to}`;
  if (high === Infinity) return `${from} or more`;
  return whole && from === to ? from : `${from} to ${to}`;
}

/** What the histogram says, in a sentence. */
export function finding({ all, matching, edges }: ColumnBins, format: (value: number) => string): string {
  const total = all.reduce((sum, n) => sum + n, 0);
  const shown = matching.reduce((sum, n) => sum + n, 0);
  const top = all.indexOf(Math.max(...all));
  const mode = rangeWords([edges[top]!, edges[top + 1]!], format, isWhole(edges));
  return `${shown} of ${total} rows; most often ${mode}`;
}
