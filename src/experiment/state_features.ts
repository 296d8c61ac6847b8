/**
 * Features of responses as a frozen language model sees them: hidden states of its first layer, pooled. A linear classifier on
 * them is the cheap end of a fine-tuned one.
 */
import type { Backend } from "../backend/backend.ts";
import { csrFromRows } from "../base/csr.ts";
import { TiltError } from "../base/errors.ts";
import { loadWeights } from "../model/checkpoint/checkpoint.ts";
import { firstLayers } from "../model/checkpoint/first_layers.ts";
import { createStateReader } from "../model/hidden_states.ts";
import { createLlama } from "../model/llama.ts";
import type { ClassifierOptions } from "../ratio/classifier_options.ts";
import { microBatches } from "../text/batches.ts";
import { type EncodedGroup, promptTokens } from "../text/encoding.ts";
import { type PackedBatch, packGroups } from "../text/packing.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { Pretrained } from "./pretrained.ts";
import type { ResponseFeatures } from "./response_features.ts";
import { whitened } from "./whitening.ts";

/** A response and what it answers; "" where that is not known. */
export interface Answered {
  readonly prompt: string;
  readonly text: string;
}

/**
 * Layers that are read. What later ones add about who wrote a text is little (src/ratio/README.md), and reading is nearly all
 * of the work.
 */
const LAYERS = 1;
/** Tokens in one pass, and tokens of a response that are read at all: the rest of a long one says little that is new. */
const TOKENS_AT_ONCE = 4096;
const READ_UP_TO = 512;

/** Whitened features are equally steep in every direction, so that few steps suffice. */
const TRAINING: Partial<ClassifierOptions> = {
  candidates: [1e-3, 1e-2, 1e-1, 3e-1],
  first: 1e-2,
  steps: 60,
  every: 4,
};
/** Variance, of 1 per column, that whitening takes for noise: directions of less are shrunk, not blown up. */
const NOISE = 1;

/**
 * One row per response: its tokens' states before and after the layer, summed and divided by the root of their number; that
 * number and its logarithm. Each column standardised, all whitened.
 *
 * Reads every response once. A response longer than the model's window is read in parts, each behind the prompt.
 * @param between called between passes with the number of responses done: to pause, stop or report
 */
export async function stateFeatures(
  backend: Backend,
  { checkpoint, tokenizer }: Pick<Pretrained, "checkpoint" | "tokenizer">,
  responses: readonly Answered[],
  between: (done: number) => Promise<void> = async () => {},
): Promise<ResponseFeatures> {
  const start = firstLayers(checkpoint, LAYERS);
  const { config } = start;
  const room = Math.max(TOKENS_AT_ONCE, config.maxPositions);
  const parts = partsOf(responses, tokenizer, config.maxPositions, room);
  const encoded = parts.map(({ tokens }) => tokens);
  const batches = microBatches(
    encoded,
    encoded.map((_, index) => index),
    room,
  );
  const most = batches.map((batch) => batch.reduce((sum, index) => sum + parts[index]!.of.length, 0));
  const model = createLlama(backend, config, {
    capacity: { tokens: room, rows: room, responses: Math.max(1, ...most) },
    train: "none",
  });
  const states = 2 * config.dim;
  const rows = responses.map(() => new Float64Array(states + 2));
  try {
    await loadWeights(start, model.weights);
    const reader = await createStateReader(backend, model);
    try {
      for (const batch of batches) {
        const sums = await reader.read(packedOwn(batch.map((index) => encoded[index]!)));
        let r = 0;
        for (const index of batch) {
          const { of, tokens } = parts[index]!;
          of.forEach((response, k) => {
            const row = rows[response]!;
            for (let j = 0; j < states; j++) row[j]! += sums[r * states + j]!;
            row[states]! += tokens.responses[k]!.length;
            r++;
          });
        }
        await between(Math.floor((responses.length * (batch.at(-1)! + 1)) / parts.length));
      }
    } finally {
      reader.free();
    }
  } finally {
    model.free();
  }
  for (const row of rows) {
    const count = row[states]!;
    for (let j = 0; j < states; j++) row[j]! /= Math.sqrt(count);
    row[states + 1] = Math.log(count);
  }
  return {
    features: csrFromRows(whitened(standardised(rows), NOISE), states + 2),
    readUpTo: Infinity,
    training: TRAINING,
    transform() {
      throw new TiltError("Hidden states of further texts are not at hand.", { where: "ratio.classifier" });
    },
  };
}

/** A batch whose rows are the responses' own tokens, not those that predict them. */
function packedOwn(groups: readonly EncodedGroup[]): PackedBatch {
  const packed = packGroups(groups);
  let token = 0;
  let row = 0;
  for (const { prompt, responses } of groups) {
    token += prompt.length;
    for (const { length } of responses) for (let i = 0; i < length; i++) packed.rowToken[row++] = token++;
  }
  return packed;
}

/** What one pass reads together: a prompt, and a part of some responses to it. */
interface Part {
  /** The responses that `tokens` holds a part of. */
  readonly of: readonly number[];
  readonly tokens: EncodedGroup;
}

/**
 * The responses cut so that prompt and part fit the window; the end of the text counts as a token. Responses to the same
 * prompt are read behind one copy of it, in passes of at most `most` tokens. Parts of a response keep their order.
 */
function partsOf(responses: readonly Answered[], tokenizer: Tokenizer, window: number, most: number): Part[] {
  const to = new Map<string, number[]>();
  responses.forEach(({ prompt }, index) => {
    const siblings = to.get(prompt);
    if (siblings) siblings.push(index);
    else to.set(prompt, [index]);
  });
  const together = Math.max(1, Math.floor(most / window));
  const parts: Part[] = [];
  for (const [prompt, all] of to) {
    const before = promptTokens(prompt, tokenizer);
    const kept = before.length > window / 2 ? before.slice(before.length - Math.floor(window / 2)) : before;
    const room = window - kept.length;
    for (let first = 0; first < all.length; first += together) {
      const siblings = all.slice(first, first + together);
      const own = siblings.map((index) => withEnd(responses[index]!.text, tokenizer));
      for (let from = 0; own.some(({ length }) => from < length); from += room) {
        const there = own.flatMap((ids, k) => (from < ids.length ? [k] : []));
        const cuts = there.map((k) => own[k]!.subarray(from, from + room));
        const none = there.map(() => 0);
        parts.push({
          of: there.map((k) => siblings[k]!),
          tokens: { prompt: kept, responses: cuts, scores: none, sources: none },
        });
      }
    }
  }
  return parts;
}

function withEnd(text: string, tokenizer: Tokenizer): Uint32Array {
  const own = tokenizer.encode(text).subarray(0, READ_UP_TO);
  const ids = new Uint32Array(own.length + 1);
  ids.set(own);
  ids[own.length] = tokenizer.eosId;
  return ids;
}

/** Each column with mean 0 and spread 1 over all rows; a constant column becomes 0. */
function standardised(rows: readonly Float64Array[]): Float64Array[] {
  const width = rows[0]?.length ?? 0;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const row of rows) for (let j = 0; j < width; j++) mean[j]! += row[j]! / rows.length;
  for (const row of rows)
    for (let j = 0; j < width; j++) square[j]! += (row[j]! - mean[j]!) ** 2 / rows.length;
  return rows.map((row) =>
    row.map((value, j) => (square[j]! > 1e-12 ? (value - mean[j]!) / Math.sqrt(square[j]!) : 0)),
  );
}
