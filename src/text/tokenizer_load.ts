import type { Tokenizer, TokenizerJson } from "./tokenizer.ts";
import { bpeTokenizer } from "./tokenizer_bpe.ts";
import { byteTokenizer } from "./tokenizer_bytes.ts";
import { huggingFaceTokenizer } from "./tokenizer_hugging_face.ts";
import { llama2cTokenizer } from "./tokenizer_llama2c.ts";
import { wordTokenizer } from "./tokenizer_words.ts";

/** Makes the tokenizer again that `toJSON` described. */
export function loadTokenizer(json: TokenizerJson): Tokenizer {
  switch (json.kind) {
    case "words":
      return wordTokenizer(json.words);
    case "bytes":
      return byteTokenizer();
    case "bpe":
      return bpeTokenizer(json.merges);
    case "llama2c":
      return llama2cTokenizer(json.pieces, json.scores);
    case "hugging-face":
      return huggingFaceTokenizer(json.tokenizer, json.config, { startPrefix: json.startPrefix });
  }
}
