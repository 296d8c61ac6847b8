/** What the benchmark runs: models and batches of fixed size, the same numbers every time. */
import { stream } from "../../src/base/random.ts";
import type { PackedTokens } from "../../src/model/batch.ts";
import type { LlamaConfig } from "../../src/model/config.ts";
import { packed } from "../model/packed.ts";

export interface Workload {
  readonly name: string;
  readonly config: LlamaConfig;
  readonly batch: PackedTokens;
  /** Whether each response counts in the loss; absent: all do. */
  readonly counted?: readonly boolean[];
}

const LLAMA = { ropeTheta: 10_000, interleavedRope: false, normEps: 1e-5, tied: true } as const;

function tokens(seed: string, count: number, vocab: number): number[] {
  const random = stream(1, `bench/${seed}`);
  return Array.from({ length: count }, () => random.below(vocab));
}

/** The language model of the peers' harness as a Llama: 8 sequences of 128 tokens, every next token a target. */
export function tinyLm(): Workload {
  const config = {
    ...LLAMA,
    vocab: 512,
    dim: 128,
    layers: 4,
    heads: 4,
    kvHeads: 4,
    headDim: 32,
    hidden: 344,
    maxPositions: 129,
    tied: false,
  };
  const groups = Array.from({ length: 8 }, (_, i) => ({
    prompt: tokens(`lm ${i} first`, 1, config.vocab),
    responses: [tokens(`lm ${i}`, 128, config.vocab)],
  }));
  return { name: "lm", config, batch: packed(groups) };
}

/** A default run on the built-in Chatter world: 16 groups of a short prompt and two short responses. */
export function chatterStep(): Workload {
  const config = {
    ...LLAMA,
    vocab: 260,
    dim: 64,
    layers: 2,
    heads: 4,
    kvHeads: 4,
    headDim: 16,
    hidden: 172,
    maxPositions: 128,
  };
  const groups = Array.from({ length: 16 }, (_, i) => ({
    prompt: tokens(`chatter ${i}`, 12, config.vocab),
    responses: [0, 1].map((k) => tokens(`chatter ${i} ${k}`, 28, config.vocab)),
  }));
  return { name: "chatter", config, batch: packed(groups) };
}

const PROMPT = 96;
const RESPONSE = 32;

function pairsOf(vocab: number): { prompt: number[]; responses: number[][] }[] {
  return Array.from({ length: 4 }, (_, i) => ({
    prompt: tokens(`dpo ${i}`, PROMPT, vocab),
    responses: [0, 1].map((k) => tokens(`dpo ${i} ${k}`, RESPONSE, vocab)),
  }));
}

/** Pairs that share a 96-token prompt, with responses of 32 tokens: packed, or each with its own copy of the prompt. */
export function dpoPairs(shared: boolean): Workload {
  const { config } = tinyLm();
  const pairs = pairsOf(config.vocab);
  const groups = shared
    ? pairs
    : pairs.flatMap(({ prompt, responses }) =>
        responses.map((response) => ({ prompt, responses: [response] })),
      );
  return { name: shared ? "dpo shared" : "dpo apart", config, batch: packed(groups) };
}

/**
 * The same pairs as a rectangle [8, 128], which trainers without packing make of them: every position of every sequence
 * goes through every layer and the head, and those of the prompt are masked out of the loss.
 */
export function dpoRectangle(): Workload {
  const { config } = tinyLm();
  const sequences = pairsOf(config.vocab).flatMap(({ prompt, responses }) =>
    responses.map((response) => ({
      prompt: prompt.slice(0, 1),
      responses: [[...prompt.slice(1), ...response]],
    })),
  );
  const batch = packed(sequences);
  // The rows of a sequence become two responses: its prompt, which does not count, and the response.
  const perSequence = PROMPT - 1 + RESPONSE;
  const isResponse = (row: number): boolean => row % perSequence >= PROMPT - 1;
  const sequenceOf = (row: number): number => Math.floor(row / perSequence);
  const starts = sequences.flatMap((_, s) => [s * perSequence, s * perSequence + PROMPT - 1]);
  return {
    name: "dpo padded",
    config,
    batch: {
      ...batch,
      rowResponse: batch.rowToken.map((_, row) => 2 * sequenceOf(row) + Number(isResponse(row))),
      responseRowStart: Uint32Array.from([...starts, batch.rowToken.length]),
    },
    counted: starts.map((_, r) => r % 2 === 1),
  };
}
