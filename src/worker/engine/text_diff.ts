/** Which words two texts do not share. Pure. */

import type { Span } from "../api.ts";

export interface Difference {
  /** What only the first text has, in order; adjacent words are one span. */
  readonly first: readonly Span[];
  readonly second: readonly Span[];
  /** Words in common, as a share of the longer text; 1 for equal texts. */
  readonly shared: number;
  /** Whether the texts were too different or too long to align, and only words that the other lacks are marked. */
  readonly rough: boolean;
}

/** Characters compared of each text. */
export const COMPARED = 6_000;
/** Insertions and deletions looked for before words are compared without their order. */
const MOST_EDITS = 600;

export interface Word extends Span {
  readonly key: string;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** Words and punctuation, without white space; scripts that write none between words are cut as well. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const { index, segment } of segmenter.segment(text.slice(0, COMPARED))) {
    if (segment.trim() !== "") words.push({ key: segment, from: index, to: index + segment.length });
  }
  return words;
}

/**
 * Compares word by word: the fewest insertions and deletions (Myers 1986, An O(ND) difference algorithm).
 * @param cut `wordsOf`, or one that remembers what it cut
 */
export function differenceOf(
  first: string,
  second: string,
  cut: (text: string) => readonly Word[] = wordsOf,
): Difference {
  const a = cut(first);
  const b = cut(second);
  let head = 0;
  while (head < a.length && head < b.length && a[head]!.key === b[head]!.key) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail]!.key === b[b.length - 1 - tail]!.key
  )
    tail++;
  const insideA = a.slice(head, a.length - tail);
  const insideB = b.slice(head, b.length - tail);
  const aligned = align(insideA, insideB);
  const [onlyA, onlyB] = aligned ?? unmatched(insideA, insideB);
  const longer = Math.max(a.length, b.length);
  return {
    first: spansOf(first, onlyA),
    second: spansOf(second, onlyB),
    shared: longer === 0 ? 1 : (longer - Math.max(onlyA.length, onlyB.length)) / longer,
    rough: aligned === null,
  };
}

/** Words on the shortest path of edits; null when it is longer than is worth looking for. */
function align(a: readonly Word[], b: readonly Word[]): [Word[], Word[]] | null {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return [[...a], [...b]];
  const most = Math.min(n + m, MOST_EDITS);
  // Furthest x on each diagonal k = x - y, for every number of edits so far.
  const trace: Int32Array[] = [];
  let reach = new Int32Array(2 * most + 3);
  const at = (k: number): number => k + most + 1;
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach.slice(at(-edits - 1), at(edits + 1) + 1));
    const next = reach.slice();
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && reach[at(k - 1)]! < reach[at(k + 1)]!);
      let x = down ? reach[at(k + 1)]! : reach[at(k - 1)]! + 1;
      let y = x - k;
      while (x < n && y < m && a[x]!.key === b[y]!.key) {
        x++;
        y++;
      }
      next[at(k)] = x;
      if (x >= n && y >= m) return walkBack(a, b, trace);
    }
    reach = next;
  }
  return null;
}

/** From the end back to the start: which words were left out on the way. */
function walkBack(a: readonly Word[], b: readonly Word[], trace: readonly Int32Array[]): [Word[], Word[]] {
  const onlyA: Word[] = [];
  const onlyB: Word[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const reach = trace[edits]!;
    const at = (k: number): number => reach[k + edits + 1]!;
    const k = x - y;
    const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const before = down ? k + 1 : k - 1;
    x = at(before);
    y = x - before;
    if (down) onlyB.push(b[y]!);
    else onlyA.push(a[x]!);
  }
  return [onlyA.reverse(), onlyB.reverse()];
}

/** Words without a partner of the same spelling, whatever their places. */
function unmatched(a: readonly Word[], b: readonly Word[]): [Word[], Word[]] {
  const only = (own: readonly Word[], others: readonly Word[]): Word[] => {
    const left = new Map<string, number>();
    for (const { key } of others) left.set(key, (left.get(key) ?? 0) + 1);
    return own.filter(({ key }) => {
      const n = left.get(key) ?? 0;
      if (n > 0) left.set(key, n - 1);
      return n === 0;
    });
  };
  return [only(a, b), only(b, a)];
}

/** Joins words with nothing but white space between them. */
function spansOf(text: string, words: readonly Word[]): Span[] {
  const spans: { from: number; to: number }[] = [];
  for (const { from, to } of words) {
    const last = spans.at(-1);
    if (last && text.slice(last.to, from).trim() === "") last.to = to;
    else spans.push({ from, to });
  }
  return spans;
}
