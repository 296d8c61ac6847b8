import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { promptTokens } from "../../src/text/encoding.ts";
import { huggingFaceTokenizer } from "../../src/text/tokenizer_hugging_face.ts";
import { readLlama2cTokenizer } from "../../src/text/tokenizer_llama2c.ts";
import { loadTokenizer } from "../../src/text/tokenizer_load.ts";
import { describeShared, sharedPath } from "../shared.ts";

const json = (path: string) => JSON.parse(readFileSync(sharedPath(path), "utf8"));
const buffer = (path: string) => Uint8Array.from(readFileSync(sharedPath(path))).buffer;
const story = () => readFileSync(sharedPath("data/corpora/tinystories_sample.txt"), "utf8").slice(0, 20_000);

describeShared("tokenizer.json of tinystories-656k", () => {
  const load = () =>
    huggingFaceTokenizer(
      json("data/models/tinystories-656k/tokenizer.json"),
      json("data/models/tinystories-656k/tokenizer_config.json"),
    );
  const once = () => json("data/models/reference_outputs.json")["tinystories-656k"].once;

  test("starts a sequence as the weights were trained: BOS, no marker", () => {
    const tokenizer = load();
    expect([tokenizer.vocabSize, tokenizer.bosId, tokenizer.eosId, tokenizer.startPrefix]).toEqual([
      2048,
      1,
      2,
      "",
    ]);
    expect(Array.from(promptTokens("Once upon a time, ", tokenizer))).toEqual(once().prompt_ids);
  });

  test("decodes what the reference generated", () => {
    const tokenizer = load();
    const text = tokenizer.decode([...once().prompt_ids, ...once().greedy_ids]);
    expect(`<|start_story|>${text}`).toBe(once().text);
  });

  test("the marker can be asked for, and then costs one token", () => {
    const tokenizer = huggingFaceTokenizer(
      json("data/models/tinystories-656k/tokenizer.json"),
      json("data/models/tinystories-656k/tokenizer_config.json"),
      { startPrefix: " " },
    );
    expect(Array.from(promptTokens("Once upon a time, ", tokenizer))).toEqual([1, 80, 147, 201, 282, 215]);
  });

  test("text round-trips exactly and survives storage", () => {
    const tokenizer = load();
    const text = story().replace(/[^a-zA-Z0-9 .,!?'"\n]/g, "");
    const ids = tokenizer.encode(text);
    expect(tokenizer.decode(ids)).toBe(text);
    expect(ids.length).toBeLessThan(text.length / 3);
    expect(tokenizer.decode(tokenizer.encode(" leading and trailing "))).toBe(" leading and trailing ");
    const again = loadTokenizer(JSON.parse(JSON.stringify(tokenizer)));
    expect(again.id).toBe(tokenizer.id);
    expect(again.encode(text)).toEqual(ids);
  });

  test("a prompt and a response encoded apart spell the joined text", () => {
    const tokenizer = load();
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 400 }), (start, length) => {
        const whole =
          "Once upon a time, there was a little girl named Lily. She loved to play outside. ".repeat(20);
        const [left, right] = [whole.slice(0, start), whole.slice(start, start + length)];
        expect(tokenizer.decode([...tokenizer.encode(left), ...tokenizer.encode(right)])).toBe(left + right);
      }),
      { numRuns: 30 },
    );
  });

  test("without an end-of-text token it is refused with the way out", () => {
    expect(() => huggingFaceTokenizer(json("data/models/tinystories-656k/tokenizer.json"), {})).toThrow(
      /eos_token/,
    );
  });
});

describe("tokenizer.json of other families", () => {
  const base = { version: "1.0", truncation: null, padding: null, post_processor: null };
  const special = (id: number, content: string) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });

  test("byte-level BPE (GPT-2, SmolLM): no BOS, no prefix", () => {
    const tokenizer = huggingFaceTokenizer(
      {
        ...base,
        added_tokens: [special(0, "<|endoftext|>")],
        normalizer: null,
        pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
        decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
        model: {
          type: "BPE",
          vocab: { "<|endoftext|>": 0, a: 1, b: 2, Ġ: 3, Ġa: 4, ab: 5 },
          merges: ["Ġ a", "a b"],
        },
      },
      { eos_token: "<|endoftext|>", bos_token: "<|endoftext|>" },
    );
    expect([tokenizer.bosId, tokenizer.startPrefix, tokenizer.vocabSize]).toEqual([null, "", 6]);
    expect(Array.from(tokenizer.encode("ab a"))).toEqual([5, 4]);
    expect(tokenizer.decode([4, 5])).toBe(" aab");
    expect(tokenizer.decode([5, 0])).toBe("ab");
  });

  test("Metaspace (Llama): BOS, a space at the start of a sequence and nowhere else", () => {
    const tokenizer = huggingFaceTokenizer(
      {
        ...base,
        added_tokens: [special(0, "<unk>"), special(1, "<s>"), special(2, "</s>")],
        normalizer: null,
        pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: false },
        decoder: {
          type: "Sequence",
          decoders: [
            { type: "Replace", pattern: { String: "▁" }, content: " " },
            { type: "ByteFallback" },
            { type: "Fuse" },
            { type: "Strip", content: " ", start: 1, stop: 0 },
          ],
        },
        model: {
          type: "BPE",
          unk_token: "<unk>",
          fuse_unk: true,
          byte_fallback: true,
          vocab: { "<unk>": 0, "<s>": 1, "</s>": 2, "▁": 3, a: 4, b: 5, "▁a": 6 },
          merges: ["▁ a"],
        },
      },
      { eos_token: { content: "</s>" }, bos_token: "<s>", add_bos_token: true },
    );
    expect(tokenizer.startPrefix).toBe(" ");
    expect(Array.from(promptTokens("ab", tokenizer))).toEqual([1, 6, 5]);
    expect(Array.from(tokenizer.encode("ab"))).toEqual([4, 5]);
    expect(tokenizer.decode([6, 5, 2])).toBe(" ab");
  });
});

describeShared("llama2.c's tok512.bin", () => {
  const load = () => readLlama2cTokenizer(buffer("data/models/stories260K/tok512.bin"));
  const once = () => json("data/models/reference_outputs.json").stories260K.once;

  test("gives the reference's prompt and decodes what it generated", () => {
    const tokenizer = load();
    expect([tokenizer.vocabSize, tokenizer.bosId, tokenizer.eosId]).toEqual([512, 1, 2]);
    expect(Array.from(promptTokens("Once upon a time", tokenizer))).toEqual(once().prompt_ids);
    const text = tokenizer.decode([...once().prompt_ids, ...once().greedy_ids]);
    expect(text).toBe(` ${once().text.replaceAll("<0x0A>", "\n")}`);
  });

  test("any well-formed string round-trips, in pieces too", () => {
    const tokenizer = load();
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme-ascii" }), (a, b) => {
        expect(tokenizer.decode([...tokenizer.encode(a), ...tokenizer.encode(b)])).toBe(a + b);
      }),
    );
    const text = story();
    const ids = tokenizer.encode(text);
    expect(tokenizer.decode(ids)).toBe(text);
    expect(ids.length).toBeLessThan(text.length / 2);
    expect(loadTokenizer(JSON.parse(JSON.stringify(tokenizer))).encode(text)).toEqual(ids);
  });

  test("a cut or foreign file is refused at the byte", () => {
    const whole = buffer("data/models/stories260K/tok512.bin");
    for (const wrong of [whole.slice(0, 2), whole.slice(0, 3000), whole.slice(0, whole.byteLength - 1)]) {
      expect(() => readLlama2cTokenizer(wrong, "tok512.bin")).toThrow(/tok512.bin, byte \d+/);
    }
    expect(() => readLlama2cTokenizer(new TextEncoder().encode('{"version":"1.0"}').buffer)).toThrow(
      /llama2.c/,
    );
  });
});
