import { Tokenizer as HuggingFace } from "@huggingface/tokenizers";
import { canonicalJson } from "../base/canonical.ts";
import { messageOf, TiltError } from "../base/errors.ts";
import { sha256 } from "../base/sha256.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { wordsOfFile } from "./tokenizer_to_hugging_face.ts";
import { wordTokenizer } from "./tokenizer_words.ts";

type Json = Record<string, unknown>;

/**
 * A tokenizer from `tokenizer.json` and `tokenizer_config.json`. Tilt's own closed vocabularies come back as such.
 *
 * Llama-like files put a marker (a space) before every text they encode and take one away when decoding. Prompts and
 * responses are encoded apart here, so that would put a space into the middle of a sequence: the marker is taken out of
 * normaliser, pre-tokenizer and decoder, and `startPrefix` says what the start of a sequence gets instead.
 * @param options.startPrefix overrides what the files imply, where the model is known to have been trained otherwise
 * @throws TiltError where the files make no tokenizer, or name no end-of-text token
 */
export function huggingFaceTokenizer(
  tokenizerJson: object,
  configJson: object = {},
  options: { readonly startPrefix?: string } = {},
): Tokenizer {
  const words = wordsOfFile(tokenizerJson);
  if (words) return wordTokenizer(words);
  const config = configJson as Json;
  const bare = withoutMarker(tokenizerJson as Json);
  let inner: HuggingFace;
  try {
    inner = new HuggingFace(bare.json, { ...config, clean_up_tokenization_spaces: false });
  } catch (cause) {
    throw new TiltError(`This tokenizer cannot be used: ${messageOf(cause)}`, {
      where: "tokenizer.json",
      remedy: "Give tokenizer.json and tokenizer_config.json as saved by Hugging Face tokenizers.",
      cause,
    });
  }
  const eosId = idOf(inner, config.eos_token);
  if (eosId === null) {
    throw new TiltError("The tokenizer does not say which token ends a text", {
      where: "tokenizer_config.json, eos_token",
      remedy: "Add tokenizer_config.json with an eos_token that is in the vocabulary.",
    });
  }
  const encode = (text: string): Uint32Array =>
    Uint32Array.from(inner.encode(text, { add_special_tokens: false }).ids);
  const declared = idOf(inner, config.bos_token);
  const first = inner.encode("", { add_special_tokens: true }).ids[0];
  const bosId = declared !== null && (first === declared || config.add_bos_token === true) ? declared : null;
  const startPrefix =
    options.startPrefix ?? (bare.marked && !marksBeforeBos(tokenizerJson as Json, config) ? " " : "");
  const top = Math.max(...inner.get_vocab(true).values());

  return {
    id: `hf-${top + 1}-${sha256(canonicalJson({ tokenizer: tokenizerJson, eosId, bosId, startPrefix })).slice(0, 12)}`,
    vocabSize: top + 1,
    eosId,
    bosId,
    startPrefix,
    encode,
    decode: (ids) => {
      const list = Array.from(ids);
      return list.length === 0 ? "" : inner.decode(list, { skip_special_tokens: true });
    },
    toJSON: () => ({ kind: "hugging-face", tokenizer: tokenizerJson, config: configJson, startPrefix }),
  };
}

/** Id of a token given as text or as {content}; null when there is none. */
function idOf(inner: HuggingFace, token: unknown): number | null {
  const content = typeof token === "object" && token !== null ? (token as Json).content : token;
  return typeof content === "string" ? (inner.token_to_id(content) ?? null) : null;
}

/**
 * Whether the model saw its texts without a marker after BOS: a BOS of the maker's own that is matched in normalised text
 * was written into the training texts, so the marker went before it, not between it and the first word.
 */
function marksBeforeBos(tokenizer: Json, config: Json): boolean {
  const bos =
    typeof config.bos_token === "string" ? config.bos_token : (config.bos_token as Json | undefined)?.content;
  const added = Array.isArray(tokenizer.added_tokens) ? (tokenizer.added_tokens as Json[]) : [];
  return bos !== "<s>" && added.some((token) => token.content === bos && token.normalized === true);
}

/** The same tokenizer without the marker before a text; `marked` says whether there was one. */
function withoutMarker(json: Json): { json: Json; marked: boolean } {
  let marked = false;
  const strip = (part: unknown, encodes: boolean): unknown => {
    if (typeof part !== "object" || part === null) return part;
    const step = part as Json;
    if (step.type === "Sequence") {
      const key = ["normalizers", "pretokenizers", "decoders"].find((name) => Array.isArray(step[name]));
      if (!key) return step;
      return {
        ...step,
        [key]: (step[key] as unknown[]).map((inner) => strip(inner, encodes)).filter((kept) => kept !== null),
      };
    }
    if (step.type === "Prepend") {
      marked ||= encodes;
      return null;
    }
    if (step.type === "Metaspace") {
      if (step.add_prefix_space !== false && step.prepend_scheme !== "never") marked ||= encodes;
      return { ...step, add_prefix_space: false, prepend_scheme: "never" };
    }
    if (step.type === "ByteLevel" && step.add_prefix_space === true) {
      marked ||= encodes;
      return { ...step, add_prefix_space: false };
    }
    if (step.type === "Strip" && step.content === " ") return null;
    return step;
  };
  const bare = {
    ...json,
    normalizer: strip(json.normalizer, true),
    pre_tokenizer: strip(json.pre_tokenizer, true),
    decoder: strip(json.decoder, false),
  };
  return { json: bare, marked };
}
