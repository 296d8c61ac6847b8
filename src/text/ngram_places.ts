/** Finds the n-grams behind a classifier's columns again in a text: hashes forget which n-gram they were made from. */
import { charNgrams, WORD, wordNgrams } from "./ngram_hash.ts";
import type { NgramTable } from "./ngrams.ts";

/** All n-grams of one text that share a column. More than one form is a collision of their hashes. */
export interface NgramPlaces {
  readonly kind: "words" | "chars";
  /** The n-grams as they stand in the text, each once. */
  readonly forms: ReadonlySet<string>;
  /** Where they stand: [from, to) in UTF-16 units, in the order of their starts. */
  readonly spans: readonly (readonly [from: number, to: number])[];
}

/** By column. What lies beyond the part of the text that was read has none. */
export function ngramPlaces(text: string, table: NgramTable): Map<number, NgramPlaces> {
  const head = text.length > table.readUpTo ? text.slice(0, table.readUpTo) : text;
  const found = new Map<number, { kind: "words" | "chars"; forms: Set<string>; spans: [number, number][] }>();
  const add = (column: number, kind: "words" | "chars", from: number, to: number): void => {
    if (column < 0) return;
    let places = found.get(column);
    if (!places) found.set(column, (places = { kind, forms: new Set(), spans: [] }));
    places.spans.push([from, to]);
    const form = head.slice(from, to);
    // Between words any white space will do.
    places.forms.add(kind === "words" ? form.replace(/\s+/g, " ") : form);
  };
  const words = Array.from(
    head.matchAll(WORD),
    ({ index, 0: word }) => [index, index + word.length] as const,
  );
  wordNgrams(head, table.words, (hash, first, end) =>
    add(table.columnOf(hash, "words"), "words", words[first]![0], words[end - 1]![1]),
  );
  charNgrams(head, table.chars, (hash, first, end) =>
    add(table.columnOf(hash, "chars"), "chars", first, end),
  );
  return found;
}
