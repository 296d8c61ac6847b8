import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chatterVocabulary } from "../../src/data/worlds/chatter_words.ts";
import type { Tokenizer } from "../../src/text/tokenizer.ts";
import { trainBpe } from "../../src/text/tokenizer_bpe_train.ts";
import { byteTokenizer } from "../../src/text/tokenizer_bytes.ts";
import { huggingFaceTokenizer } from "../../src/text/tokenizer_hugging_face.ts";
import { huggingFaceFiles } from "../../src/text/tokenizer_to_hugging_face.ts";
import { wordTokenizer } from "../../src/text/tokenizer_words.ts";

/** Through the files' JSON, as another tool would read them. */
function throughFiles(tokenizer: Tokenizer, startsWithEnd = false): Tokenizer {
  const { tokenizer: json, config } = huggingFaceFiles(tokenizer.toJSON(), { startsWithEnd });
  return huggingFaceTokenizer(JSON.parse(JSON.stringify(json)), JSON.parse(JSON.stringify(config)));
}

const TEXTS = [
  "The cat sat on the mat. The cat, the mat and the hat!",
  "Don’t  stop\n\nnow: 12345 times 7, naïve façade — 猫と帽子 🙂",
  "   indented\tand trailing   ",
];

describe("Tilt's tokenizers as Hugging Face files", () => {
  it("byte-pair pieces keep every id, on any text", async () => {
    const own = await trainBpe([...TEXTS, ...TEXTS, ...TEXTS], 400);
    const read = throughFiles(own);
    expect([read.vocabSize, read.eosId, read.bosId, read.startPrefix]).toEqual([own.vocabSize, 0, null, ""]);
    const same = (text: string): void => {
      expect(read.encode(text)).toEqual(own.encode(text));
      expect(read.decode(own.encode(text))).toBe(text);
    };
    TEXTS.forEach(same);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        // The end-of-text mark is a token of its own in such files, text or not.
        if (!text.includes("<|endoftext|>")) same(text);
      }),
      { numRuns: 60 },
    );
  });

  it("bytes alone do too, and a text may start with the end of the last", () => {
    const read = throughFiles(byteTokenizer(), true);
    expect(read.bosId).toBe(0);
    expect(read.encode("a é")).toEqual(byteTokenizer().encode("a é"));
  });

  it("a closed vocabulary comes back as one, and still refuses other words by name", () => {
    const own = wordTokenizer(chatterVocabulary());
    const read = throughFiles(own);
    expect(read.id).toBe(own.id);
    expect(() => read.encode("warm the zebra")).toThrow(/zebra/);
  });

  it("a llama2.c tokenizer has no such file", () => {
    expect(() => huggingFaceFiles({ kind: "llama2c", pieces: [], scores: [] })).toThrow(/llama2\.c/);
  });
});
