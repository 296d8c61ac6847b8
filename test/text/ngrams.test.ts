import { describe, expect, it } from "vitest";
import type { Csr } from "../../src/base/csr.ts";
import { charNgrams, wordNgrams } from "../../src/text/ngram_hash.ts";
import { hashedNgrams, keptNgrams } from "../../src/text/ngrams.ts";

function row(matrix: Csr, r: number): Map<number, number> {
  const entries = new Map<number, number>();
  for (let e = matrix.rowStart[r]!; e < matrix.rowStart[r + 1]!; e++)
    entries.set(matrix.column[e]!, matrix.value[e]!);
  return entries;
}

function collected(walk: (visit: (hash: number) => void) => void): number[] {
  const hashes: number[] = [];
  walk((hash) => hashes.push(hash));
  return hashes;
}

describe("n-gram hashes", () => {
  it("count what is there", () => {
    const words = collected((visit) => wordNgrams("It's fine, it's fine.", [1, 2], visit));
    // it's fine , it's fine . : 6 words and 5 pairs; "fine" twice, but "It's" and "it's" differ.
    expect(words).toHaveLength(11);
    expect(new Set(words).size).toBe(10);
    expect(collected((visit) => charNgrams("abcd", [2, 3], visit))).toHaveLength(3 + 2);
    // A line break, a space and two spaces differ in characters, and not between words.
    const spaced = ["a b", "a\nb", "a  b"];
    const chars = spaced.map((text) => collected((visit) => charNgrams(text, [3, 3], visit)));
    expect(new Set(chars.flat()).size).toBe(1 + 1 + 2);
    const pairs = spaced.map((text) => collected((visit) => wordNgrams(text, [2, 2], visit)));
    expect(new Set(pairs.flat()).size).toBe(1);
    expect(collected((visit) => wordNgrams("a b", null, visit))).toEqual([]);
  });

  it("tell n-grams of different lengths and orders apart", () => {
    const all = ["a b", "b a", "ab", "a bc"].flatMap((text) => [
      ...collected((visit) => wordNgrams(text, [2, 2], visit)),
      ...collected((visit) => charNgrams(text, [2, 2], visit)),
    ]);
    // Pairs: a-b, b-a, a-bc. Characters: "a ", " b", "b ", " a", "ab", "bc".
    expect(new Set(all).size).toBe(9);
  });
});

describe("hashed n-gram features", () => {
  const texts = ["the cat sat", "the cat ran", "the dog ran off", "a dog"];

  it("have unit rows, half of the square from words", () => {
    const { features } = hashedNgrams(texts, { minTexts: 1 });
    for (let r = 0; r < texts.length; r++) {
      const squares = [...row(features, r).values()].reduce((sum, value) => sum + value * value, 0);
      expect(squares).toBeCloseTo(1, 5);
    }
    const wordsOnly = hashedNgrams(texts, { minTexts: 1, chars: null }).features;
    expect([...row(wordsOnly, 3).values()].reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });

  it("order columns by document frequency and drop rare ones", () => {
    const { features } = hashedNgrams(texts, { minTexts: 2, chars: null, words: [1, 1], idf: 0 });
    // the (3), cat, ran, dog (2 each)
    expect(features.columns).toBe(4);
    expect([0, 1, 2].every((r) => row(features, r).has(0))).toBe(true);
    expect(row(features, 3).has(0)).toBe(false);
  });

  it("give the same row to the same text, seen or new, and nothing to unknown words", () => {
    const fitted = hashedNgrams(texts, { minTexts: 1 });
    const again = fitted.transform([texts[1]!, "xyzzy", ""]);
    expect(row(again, 0)).toEqual(row(fitted.features, 1));
    expect(row(again, 1).size).toBe(0);
    expect(row(again, 2).size).toBe(0);
    expect(again.columns).toBe(fitted.features.columns);
    // From what is kept of the columns, too.
    const kept = keptNgrams(structuredClone(fitted.fitted));
    expect(kept.transform([texts[1]!, "xyzzy", ""])).toEqual(again);
    const hashes = collected((visit) => wordNgrams(texts[0]!, [1, 2], visit));
    for (const hash of hashes)
      expect(kept.table.columnOf(hash, "words")).toBe(fitted.table.columnOf(hash, "words"));
  });

  it("damp repetition", () => {
    const { features } = hashedNgrams(["go go go go stop", "go stop"], {
      minTexts: 1,
      chars: null,
      words: [1, 1],
      idf: 0,
    });
    const [loud, quiet] = [row(features, 0), row(features, 1)].map((entries) =>
      Math.max(...entries.values()),
    );
    expect(loud! / Math.sqrt(1 - loud! ** 2)).toBeCloseTo(1 + Math.log(4), 4);
    expect(quiet).toBeCloseTo(Math.SQRT1_2, 5);
  });

  it("cut long texts at one common length when they exceed the budget", () => {
    const long = [..."abcdefghij"].join(" ").repeat(20);
    const cut = hashedNgrams([long, "short"], { minTexts: 1, budget: 105 });
    expect(cut.readUpTo).toBe(100);
    expect(row(cut.features, 0)).toEqual(
      row(hashedNgrams([long.slice(0, 100), "short"], { minTexts: 1 }).features, 0),
    );
    expect(hashedNgrams(texts).readUpTo).toBe(Infinity);
  });
});
