import type { Tokenizer, TokenizerJson } from "./tokenizer.ts";
import { bpeTokenizer } from "./tokenizer_bpe.ts";
import { byteTokenizer } from "./tokenizer_bytes.ts";
import { wordTokenizer } from "./tokenizer_words.ts";

/** Makes the tokenizer again that `toJSON` described. */
export function loadTokenizer(json: TokenizerJson): Tokenizer {
  if (json.kind === "words") return wordTokenizer(json.words);
  if (json.kind === "bpe") return bpeTokenizer(json.merges);
  return byteTokenizer();
}
