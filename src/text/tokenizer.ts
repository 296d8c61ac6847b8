/** What the engine needs from any tokenizer. Prompts and responses are encoded apart and then joined. */
export interface Tokenizer {
  /** Names kind and content: two tokenizers with the same id give the same tokens. */
  readonly id: string;
  /** Token ids are 0 to vocabSize - 1. */
  readonly vocabSize: number;
  /** Ends a response. */
  readonly eosId: number;
  /** Starts a text, where the model was trained so. */
  readonly bosId: number | null;
  /**
   * What a text that starts a sequence is given in front: " " for SentencePiece models, else "". A response continues
   * its prompt and gets nothing.
   */
  readonly startPrefix: string;
  /** Tokens of a text, without start prefix, BOS and EOS. */
  encode(text: string): Uint32Array;
  /** Text of tokens; BOS and EOS say nothing. */
  decode(ids: ArrayLike<number>): string;
  /** Plain data from which the tokenizer can be made again (see tokenizer_load.ts). */
  toJSON(): TokenizerJson;
}

export type TokenizerJson =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "bytes" }
  | { readonly kind: "bpe"; readonly merges: readonly (readonly [number, number])[] }
  | { readonly kind: "llama2c"; readonly pieces: readonly string[]; readonly scores: readonly number[] }
  | {
      readonly kind: "hugging-face";
      readonly tokenizer: object;
      readonly config: object;
      readonly startPrefix: string;
    };

/** The id a text starts from when it has no prompt: BOS, or EOS as the mark between texts. */
export function startId(tokenizer: Pick<Tokenizer, "bosId" | "eosId">): number {
  return tokenizer.bosId ?? tokenizer.eosId;
}
