/** Tilt's own tokenizers as the files that Hugging Face's tokenizers read. */
import { TiltError } from "../base/errors.ts";
import type { TokenizerJson } from "./tokenizer.ts";
import { FIRST_BYTE_ID, FIRST_MERGE_ID } from "./tokenizer_bytes.ts";

export interface HuggingFaceFiles {
  /** tokenizer.json */
  readonly tokenizer: object;
  /** tokenizer_config.json */
  readonly config: object;
}

export interface HuggingFaceOptions {
  /** Start every text with the end-of-text token, as the model's texts did in training. Default false. */
  readonly startsWithEnd?: boolean;
}

/** Text of token 0. */
const END = "<|endoftext|>";

/** `pieces` of tokenizer_bpe.ts as the pattern of a Split. */
const PIECES = " ?\\p{L}{1,64}| ?\\p{N}{1,64}| ?[^\\s\\p{L}\\p{N}]{1,64}|\\s{1,64}(?!\\S)|\\s{1,64}";

/**
 * tokenizer.json and tokenizer_config.json that give the same ids as the tokenizer that `json` describes.
 * @throws TiltError for a llama2.c tokenizer, which picks merges by score and has no such file
 */
export function huggingFaceFiles(json: TokenizerJson, options: HuggingFaceOptions = {}): HuggingFaceFiles {
  switch (json.kind) {
    case "hugging-face":
      return { tokenizer: json.tokenizer, config: json.config };
    case "words":
      return wordFiles(json.words, options);
    case "bytes":
      return bpeFiles([], options);
    case "bpe":
      return bpeFiles(json.merges, options);
    case "llama2c":
      throw new TiltError("A llama2.c tokenizer cannot be written as tokenizer.json", {
        where: "tokenizer",
        remedy: "Keep the model's tok*.bin beside its weights.",
      });
  }
}

/** The words of a tokenizer.json as `huggingFaceFiles` writes it for a closed vocabulary; null for any other file. */
export function wordsOfFile(tokenizer: object): string[] | null {
  const { model, pre_tokenizer, normalizer } = tokenizer as Record<string, Record<string, unknown> | null>;
  if (model?.type !== "WordLevel" || model.unk_token !== END || normalizer) return null;
  if (pre_tokenizer?.type !== "WhitespaceSplit") return null;
  const ids = Object.entries(model.vocab ?? {}) as [string, number][];
  const ordered = ids.sort((a, b) => a[1] - b[1]);
  if (ordered[0]?.[0] !== END || ordered.some(([, id], i) => id !== i)) return null;
  return ordered.slice(1).map(([word]) => word);
}

function wordFiles(words: readonly string[], options: HuggingFaceOptions): HuggingFaceFiles {
  const vocab = Object.fromEntries([END, ...words].map((word, id) => [word, id]));
  return files(options, {
    pre_tokenizer: { type: "WhitespaceSplit" },
    decoder: null,
    // A closed vocabulary has no unknown word; the file format wants one named.
    model: { type: "WordLevel", vocab, unk_token: END },
  });
}

function bpeFiles(
  merges: readonly (readonly [number, number])[],
  options: HuggingFaceOptions,
): HuggingFaceFiles {
  const letters = byteLetters();
  const spelled = [END];
  for (let byte = 0; byte < FIRST_MERGE_ID - FIRST_BYTE_ID; byte++) spelled.push(letters[byte]!);
  for (const [left, right] of merges) spelled.push(spelled[left]! + spelled[right]!);
  return files(options, {
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: PIECES }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(spelled.map((token, id) => [token, id])),
      merges: merges.map(([left, right]) => [spelled[left], spelled[right]]),
    },
  });
}

function files({ startsWithEnd = false }: HuggingFaceOptions, parts: object): HuggingFaceFiles {
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    tokenizer: {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: [{ id: 0, content: END, ...special }],
      normalizer: null,
      post_processor: null,
      ...parts,
    },
    config: {
      tokenizer_class: "PreTrainedTokenizerFast",
      eos_token: END,
      ...(startsWithEnd && { bos_token: END, add_bos_token: true }),
      clean_up_tokenization_spaces: false,
    },
  };
}

/** GPT-2's printable stand-in for each byte: itself where it is printable, else the next letter from U+0100 on. */
function byteLetters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    return String.fromCharCode(printable ? byte : next++);
  });
}
