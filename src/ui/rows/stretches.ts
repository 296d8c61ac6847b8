/** A text cut into stretches that are marked and stretches that are not. Pure. */
import type { WordEvidence } from "../../experiment/events.ts";
import type { Span } from "../../worker/api.ts";

export interface Stretch {
  readonly text: string;
  /** Class of the mark; "" for none. */
  readonly mark: string;
  /** Said when pointed at. */
  readonly title: string;
}

export interface Mark extends Span {
  readonly mark: string;
  readonly title?: string;
}

/** @param marks in order, without overlaps @param end characters shown */
export function stretchesOf(text: string, marks: readonly Mark[], end = text.length): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  const push = (to: number, mark = "", title = ""): void => {
    if (to > at) stretches.push({ text: text.slice(at, to), mark, title });
    at = Math.max(at, to);
  };
  for (const { from, to, mark, title } of marks) {
    if (from >= end) break;
    push(Math.min(from, end));
    // Blanks at the end of a word are no part of its mark.
    push(Math.min(from + text.slice(from, to).trimEnd().length, end), mark, title);
  }
  push(end);
  return stretches;
}

/**
 * Words that moved the classifier most, as marks: the strongest in both directions until they hold `share` of all that
 * was moved. Three strengths, of the strongest word's.
 * @param titleOf said of a word, by its nats
 */
export function evidenceMarks(
  words: readonly WordEvidence[],
  titleOf: (nats: number) => string,
  share = 0.7,
): readonly Mark[] {
  const strength = (word: WordEvidence): number => Math.abs(word.nats);
  const order = words.toSorted((a, b) => strength(b) - strength(a));
  const strongest = order[0] ? strength(order[0]) : 0;
  if (strongest === 0) return [];
  const all = words.reduce((sum, word) => sum + strength(word), 0);
  const chosen = new Set<WordEvidence>();
  let held = 0;
  for (const word of order) {
    if (held >= share * all || strength(word) < 0.1 * strongest) break;
    chosen.add(word);
    held += strength(word);
  }
  return words.flatMap((word) => {
    if (!chosen.has(word)) return [];
    const level = 1 + Math.min(2, Math.floor((3 * strength(word)) / (strongest * 1.0001)));
    return [
      {
        from: word.from,
        to: word.to,
        mark: `${word.nats > 0 ? "toward" : "away"} s${level}`,
        title: titleOf(word.nats),
      },
    ];
  });
}

/** Whether so little lies beyond `limit` that a text is not cut there. */
export const cutAtEnd = (limit: number, length: number): boolean => length <= limit * 1.2;

/** Where a long text is cut: at a blank near `limit`, or not at all. */
export function cutAt(text: string, limit: number): number {
  if (cutAtEnd(limit, text.length)) return text.length;
  const blank = text.lastIndexOf(" ", limit);
  return blank > limit * 0.8 ? blank : limit;
}
