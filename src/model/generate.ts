/**
 * Generation with a cache of keys and values: all prompts in one pass, then one token of every sequence a pass, drawn on
 * the device. Tokens come back through a ring, a few passes behind, so that the device never waits for the page.
 */
import { type Backend, type Plan, scalar, type Tensor } from "../backend/backend.ts";
import { TiltError } from "../base/errors.ts";
import { createActivations } from "./activations.ts";
import { type Inputs, recordGeneration } from "./generation_pass.ts";
import type { Llama } from "./llama.ts";
import type { Parts } from "./parts.ts";

export interface GeneratorOptions {
  /** Sequences at once. */
  readonly sequences: number;
  /** Tokens of all prompts together. */
  readonly promptTokens: number;
  /** Longest sequence, prompt and answer; at most the model's own limit. */
  readonly length: number;
  /** Use the adapters. Default true. */
  readonly adapted?: boolean;
}

export interface SamplingOptions {
  readonly seed: number;
  /** 0 takes the most likely token. */
  readonly temperature: number;
  /** Keep this many most likely tokens; 0 keeps all. */
  readonly topK?: number;
  /** Keep the most likely tokens up to this probability; default 1. */
  readonly topP?: number;
  /** Most new tokens a sequence. */
  readonly newTokens: number;
  /** Tokens that end a sequence. */
  readonly stop?: readonly number[];
}

export interface Generator {
  /**
   * Yields the next token of each sequence; null once it has ended (the token that ended it is yielded). Leaving the
   * loop stops. @throws TiltError when the prompts do not fit
   */
  generate(
    prompts: readonly (readonly number[])[],
    options: SamplingOptions,
  ): AsyncGenerator<readonly (number | null)[], void, void>;
  free(): void;
}

/** Passes whose tokens have not been read yet. */
const RUN_AHEAD = 3;

/** Opens generation on a model's weights, whatever they are at each moment. */
export async function createGenerator(
  backend: Backend,
  model: Llama,
  options: GeneratorOptions,
): Promise<Generator> {
  const { sequences, adapted = true } = options;
  const { config } = model;
  const length = Math.min(options.length, config.maxPositions);
  const capacity = Math.max(options.promptTokens, sequences);
  const activations = createActivations(backend, {
    config,
    capacity: { tokens: capacity, rows: sequences, responses: 1 },
    lora: model.lora,
    tile: config.vocab,
    recompute: false,
    training: false,
  });
  const owned: Tensor[] = [];
  const own = (tensor: Tensor): Tensor => {
    owned.push(tensor);
    return tensor;
  };
  const words = (label: string, count: number): Tensor => own(backend.tensor(label, "u32", count));
  const kept = 2 * config.kvHeads * config.headDim;
  const caches = Array.from({ length: config.layers }, (_, layer) =>
    own(backend.tensor(`cache of layer ${layer}`, "f32", sequences * length * kept)),
  );
  const inputs: Inputs = {
    tokens: words("generated tokens", capacity),
    positions: words("positions", capacity),
    sequences: words("sequences", capacity),
    rowToken: words("last tokens", sequences),
    tokenCount: scalar("tokens", capacity),
    rowCount: scalar("sequences", sequences),
    step: scalar("step", 0),
    seed: scalar("seed", 0),
    temperature: scalar("temperature", 1),
    topK: scalar("top k", 0),
    topP: scalar("top p", 1),
  };
  const parts: Parts = { ...model.parts, activations };
  const headScratch =
    model.weights.format === "f32"
      ? undefined
      : own(backend.tensor("expanded head", "f32", 2 * Math.ceil((config.vocab * config.dim) / 2)));
  const plan = await recordGeneration(backend, parts, inputs, caches, length, adapted, headScratch);
  const newest = backend.view(inputs.tokens, "newest tokens", 0, sequences);

  return {
    generate: (prompts, sampling) =>
      generate(backend, plan, inputs, newest, prompts, sampling, {
        sequences,
        capacity,
        length,
        vocab: config.vocab,
      }),
    free() {
      plan.destroy();
      activations.free();
      for (const tensor of owned.splice(0)) backend.free(tensor);
    },
  };
}

interface Room {
  readonly sequences: number;
  readonly capacity: number;
  readonly length: number;
  readonly vocab: number;
}

async function* generate(
  backend: Backend,
  plan: Plan,
  inputs: Inputs,
  newest: Tensor,
  prompts: readonly (readonly number[])[],
  { seed, temperature, topK = 0, topP = 1, newTokens, stop = [] }: SamplingOptions,
  room: Room,
): AsyncGenerator<readonly (number | null)[], void, void> {
  checkPrompts(prompts, room);
  const count = prompts.length;
  inputs.seed.value = seed >>> 0;
  inputs.temperature.value = temperature;
  inputs.topK.value = topK;
  inputs.topP.value = topP;
  inputs.rowCount.value = count;

  let end = 0;
  const ends = prompts.map((prompt) => (end += prompt.length));
  backend.write(inputs.tokens, prompts.flat());
  backend.write(
    inputs.positions,
    prompts.flatMap((prompt) => prompt.map((_, i) => i)),
  );
  backend.write(
    inputs.sequences,
    prompts.flatMap((prompt, s) => prompt.map(() => s)),
  );
  backend.write(
    inputs.rowToken,
    ends.map((after) => after - 1),
  );
  inputs.tokenCount.value = end;

  const longest = Math.max(...prompts.map((prompt) => prompt.length));
  const steps = Math.min(newTokens, room.length - longest);
  const each = Array.from({ length: count }, (_, s) => s);
  const tap = backend.tap(newest, RUN_AHEAD);
  const ended = prompts.map(() => false);
  let submitted = 0;
  try {
    for (let read = 0; read < steps && !ended.every(Boolean); read++) {
      while (submitted < steps && tap.inFlight < RUN_AHEAD) {
        if (submitted === 1) {
          backend.write(inputs.sequences, each);
          backend.write(inputs.rowToken, each);
          inputs.tokenCount.value = count;
        }
        if (submitted > 0) {
          const before = submitted - 1;
          backend.write(
            inputs.positions,
            prompts.map((prompt) => prompt.length + before),
          );
        }
        inputs.step.value = submitted++;
        plan.run([tap]);
      }
      const drawn = await tap.take();
      yield each.map((s) => {
        if (ended[s]) return null;
        const token = drawn[s]!;
        ended[s] = stop.includes(token);
        return token;
      });
    }
  } finally {
    while (tap.inFlight > 0) await tap.take();
    tap.destroy();
  }
}

function checkPrompts(prompts: readonly (readonly number[])[], room: Room): void {
  const fail = (what: string, remedy: string): never => {
    throw new TiltError(what, { where: "generation", remedy });
  };
  if (prompts.length === 0 || prompts.length > room.sequences) {
    fail(
      `${prompts.length} prompts, but there is room for 1 to ${room.sequences}`,
      "Give fewer prompts at once.",
    );
  }
  let tokens = 0;
  for (const [s, prompt] of prompts.entries()) {
    tokens += prompt.length;
    if (prompt.length === 0) fail(`prompt ${s} is empty`, "Start it with the model's first token.");
    if (prompt.length >= room.length) {
      fail(`prompt ${s} has ${prompt.length} tokens; ${room.length} is the limit`, "Shorten the prompt.");
    }
    const bad = prompt.find((id) => id >= room.vocab);
    if (bad !== undefined) {
      fail(
        `prompt ${s} has token ${bad}, but the vocabulary has ${room.vocab}`,
        "Use the model's own tokenizer.",
      );
    }
  }
  if (tokens > room.capacity) {
    fail(
      `the prompts have ${tokens} tokens, but there is room for ${room.capacity}`,
      "Give fewer prompts at once.",
    );
  }
}
