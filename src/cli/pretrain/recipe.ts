/** What is needed to pre-train one of the models that come with Tilt. */
import type { Optimisation } from "../../experiment/learning_rate.ts";
import type { LlamaConfig } from "../../model/config.ts";
import type { EncodedGroup } from "../../text/encoding.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import type { HuggingFaceFiles } from "../../text/tokenizer_to_hugging_face.ts";

/** Texts that are never trained on. */
export interface HeldOut {
  /** What the texts are, for the card. */
  readonly name: string;
  readonly groups: readonly EncodedGroup[];
  /** Nats per token of the exact distribution that the texts come from, where it is known: no model does better on average. */
  readonly floor?: number;
}

export interface Recipe {
  readonly name: string;
  /** Everything random follows from it. */
  readonly seed: number;
  readonly config: LlamaConfig;
  readonly tokenizer: Tokenizer;
  readonly files: HuggingFaceFiles;
  readonly optimisation: Optimisation;
  /** AdamW's second decay: a short training forgets early gradients faster than the usual 0.999 does. */
  readonly beta2: number;
  /** Texts of a step (0 for the first): every token after a text's first is predicted. */
  batch(step: number): readonly EncodedGroup[];
  readonly heldOut: readonly HeldOut[];
  /** Starts of texts that the card continues greedily. */
  readonly prompts: readonly string[];
  readonly card: CardText;
}

/** What only a person can say about a model. */
export interface CardText {
  readonly what: string;
  /** Paragraphs: which data, under which licence, and why. */
  readonly data: readonly string[];
  readonly licence: string;
  readonly limits: string;
}

/** A text for `batch`: its first token is given, the rest is to be predicted. */
export function wholeText(ids: Uint32Array): EncodedGroup {
  return { prompt: ids.subarray(0, 1), responses: [ids.subarray(1)], scores: [0], sources: [0] };
}
