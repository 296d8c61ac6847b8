import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chatterWorld } from "../../src/data/worlds/chatter.ts";
import { chatterVocabulary } from "../../src/data/worlds/chatter_words.ts";
import type { Tokenizer } from "../../src/text/tokenizer.ts";
import { bpeTokenizer, pieces } from "../../src/text/tokenizer_bpe.ts";
import { trainBpe } from "../../src/text/tokenizer_bpe_train.ts";
import { byteTokenizer } from "../../src/text/tokenizer_bytes.ts";
import { loadTokenizer } from "../../src/text/tokenizer_load.ts";
import { wordTokenizer } from "../../src/text/tokenizer_words.ts";
import { describeShared, sharedPath } from "../shared.ts";

/** Any well-formed string, with odd spacing and byte order marks made likely. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.constantFrom(" ", "  ", "\n", "\t the", "\ufeff", " the cat", "été", "的的的", "1234", "'s"),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

const corpus = [
  "the cat sat on the mat",
  "the cats sat",
  "a cat that sat on that mat",
  "le chat s'est assis là-bas",
];

function expectRoundTrip(tokenizer: Tokenizer): void {
  fc.assert(
    fc.property(anyText, (text) => {
      const ids = tokenizer.encode(text);
      expect(tokenizer.decode(ids)).toBe(text);
      for (const id of ids) expect(id !== tokenizer.eosId && id < tokenizer.vocabSize).toBe(true);
      expect(loadTokenizer(JSON.parse(JSON.stringify(tokenizer))).encode(text)).toEqual(ids);
    }),
  );
}

describe("words", () => {
  const tokenizer = wordTokenizer(chatterVocabulary());

  test("every Chatter text round-trips, one token per word or mark", () => {
    expect(tokenizer.vocabSize).toBe(259);
    for (const group of chatterWorld({ groups: 200 }).groups) {
      for (const text of [group.prompt, ...group.responses.map((response) => response.text)]) {
        const ids = tokenizer.encode(text);
        expect(tokenizer.decode(ids)).toBe(text);
        expect(ids).toHaveLength(text.split(" ").length);
        expect(ids.includes(tokenizer.eosId)).toBe(false);
      }
    }
    expect(tokenizer.decode([...tokenizer.encode("so warm the pot"), tokenizer.eosId])).toBe(
      "so warm the pot",
    );
    expect(loadTokenizer(JSON.parse(JSON.stringify(tokenizer))).id).toBe(tokenizer.id);
  });

  test("an unknown word is named with its place", () => {
    expect(() => tokenizer.encode("so warm the zeppelin slowly .")).toThrow(/word 4 of .*"zeppelin"/s);
  });
});

describe("bytes", () => {
  test("any well-formed string round-trips", () => expectRoundTrip(byteTokenizer()));
});

describe("BPE", () => {
  test("any well-formed string round-trips after training on something else", async () => {
    expectRoundTrip(await trainBpe(corpus, 280));
  });

  test("pieces are the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(pieces(text).join("")).toBe(text);
      }),
    );
    expect(pieces("Hi there,  you 2!\n")).toEqual(["Hi", " there", ",", " ", " you", " 2", "!", "\n"]);
  });

  test("learns the most frequent pair first and stops when nothing repeats", async () => {
    const tokenizer = await trainBpe(["abab abab", "cd"], 1000);
    expect(tokenizer.toJSON()).toEqual({
      kind: "bpe",
      merges: [
        [98, 99], // a b
        [257, 257], // ab ab
      ],
    });
    expect(tokenizer.decode(tokenizer.encode("abab"))).toBe("abab");
    expect(tokenizer.encode("abab")).toEqual(Uint32Array.of(258));
  });

  test("incremental statistics agree with counting from scratch", async () => {
    const tokenizer = await trainBpe(corpus, 290);
    const { merges } = tokenizer.toJSON() as { kind: "bpe"; merges: [number, number][] };
    expect(merges.length).toBeGreaterThan(10);
    for (let k = 0; k < merges.length; k++) {
      const before = bpeTokenizer(merges.slice(0, k));
      const counts = new Map<string, number>();
      for (const piece of corpus.flatMap(pieces)) {
        const ids = before.encode(piece);
        for (let i = 0; i + 1 < ids.length; i++) {
          const pair = `${ids[i]} ${ids[i + 1]}`;
          counts.set(pair, (counts.get(pair) ?? 0) + 1);
        }
      }
      expect(counts.get(merges[k]!.join(" "))).toBe(Math.max(...counts.values()));
    }
  });

  test("does not depend on the order of texts, and can be aborted", async () => {
    const forward = await trainBpe(corpus, 280);
    expect((await trainBpe(corpus.toReversed(), 280)).id).toBe(forward.id);
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error("enough"));
    await expect(trainBpe(corpus, 280, { onProgress, signal: stop.signal })).rejects.toThrow("enough");
  });

  test("merges that name tokens to come are refused", () => {
    expect(() => bpeTokenizer([[98, 400]])).toThrow(/Merge 1/);
  });
});

describeShared("BPE on real text", () => {
  test("2 MiB to 1,024 tokens: fast, shorter, exact", { timeout: 30_000 }, async () => {
    const text = readFileSync(sharedPath("data/corpora/tinystories_sample.txt"), "utf8");
    const start = performance.now();
    const tokenizer = await trainBpe([text], 1024);
    const trained = performance.now();
    const ids = tokenizer.encode(text);
    const encoded = performance.now();
    console.log(
      `trained in ${(trained - start).toFixed(0)} ms, encoded in ${(encoded - trained).toFixed(0)} ms, ` +
        `${(text.length / ids.length).toFixed(2)} characters a token`,
    );
    expect(tokenizer.decode(ids)).toBe(text);
    expect(tokenizer.vocabSize).toBe(1024);
    expect(text.length / ids.length).toBeGreaterThan(3);
  });
});
