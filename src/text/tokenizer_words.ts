import { TiltError } from "../base/errors.ts";
import { sha256 } from "../base/sha256.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * One token per word or mark of a closed vocabulary, words separated by one space. Id 0 ends a text.
 * Round trip is exact for known words with single spaces between them; other white space becomes a single space.
 * @throws TiltError on encoding a word outside the vocabulary, naming it
 */
export function wordTokenizer(words: readonly string[]): Tokenizer {
  const eosId = 0;
  const ids = new Map(words.map((word, i) => [word, i + 1]));
  if (ids.size !== words.length || words.some((word) => word === "" || /\s/.test(word))) {
    throw new TiltError("A word vocabulary needs distinct words without white space", {
      where: "vocabulary",
    });
  }
  return {
    id: `words-${words.length + 1}-${sha256(words.join(" ")).slice(0, 12)}`,
    vocabSize: words.length + 1,
    eosId,
    bosId: null,
    startPrefix: "",
    encode(text) {
      const spoken = text.split(/\s+/).filter((word) => word !== "");
      return Uint32Array.from(spoken, (word, i) => {
        const id = ids.get(word);
        if (id !== undefined) return id;
        throw new TiltError(
          `${JSON.stringify(word)} is not in this model's vocabulary of ${words.length} words`,
          {
            where: `word ${i + 1} of ${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)}`,
            remedy:
              "Use words of this world separated by single spaces, or a model with a byte or BPE tokenizer.",
          },
        );
      });
    },
    decode: (sequence) =>
      Array.from(sequence)
        .filter((token) => token !== eosId)
        .map((token) => words[token - 1] ?? "")
        .join(" "),
    toJSON: () => ({ kind: "words", words }),
  };
}
