/** What generation must do on every backend. */
import { expect } from "vitest";
import { type Backend, readFloats } from "../../src/backend/backend.ts";
import { createGenerator, type SamplingOptions } from "../../src/model/generate.ts";
import { createLlama, type Llama } from "../../src/model/llama.ts";
import { separateSequences } from "./packed.ts";
import { SMALL } from "./small.ts";

export const PROMPTS = [[3, 9, 4, 1], [7], [2, 30, 11, 5, 6, 8]];

/** A small model with decided opinions, so that the most likely token does not hang on rounding. */
export function decidedModel(backend: Backend): Llama {
  const model = createLlama(backend, SMALL, {
    capacity: { tokens: 128, rows: 128, responses: 4 },
    train: "none",
  });
  model.initialise(8);
  const table = model.weights.layout.weights.get("model.embed_tokens.weight")!;
  model.weights.set(
    table.name,
    Float32Array.from({ length: table.length }, (_, i) => Math.sin(1.7 * i + 0.3 * (i % 20) ** 2)),
  );
  return model;
}

/** All tokens of each sequence. */
export async function collect(
  backend: Backend,
  model: Llama,
  prompts: readonly (readonly number[])[],
  sampling: SamplingOptions,
): Promise<number[][]> {
  const promptTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  const generator = await createGenerator(backend, model, {
    sequences: prompts.length,
    promptTokens,
    length: model.config.maxPositions,
  });
  const made: number[][] = prompts.map(() => []);
  for await (const tokens of generator.generate(prompts, sampling)) {
    for (const [s, token] of tokens.entries()) if (token !== null) made[s]!.push(token);
  }
  generator.free();
  return made;
}

/** The cache gives what a full pass over the whole sequence gives. */
export async function cacheChangesNothing(backend: Backend): Promise<void> {
  const model = decidedModel(backend);
  const made = await collect(backend, model, PROMPTS, { seed: 1, temperature: 0, newTokens: 12 });
  const batch = model.createBatch();
  const logps = backend.tensor("logps", "f32", 4);
  const plan = await backend.plan("forward", (recorder) => model.recordForward(recorder, batch, logps));
  for (const [s, prompt] of PROMPTS.entries()) {
    expect(made[s]).toHaveLength(12);
    const tokens = [...prompt, ...made[s]!];
    batch.upload(separateSequences([{ tokens, promptLength: prompt.length }]));
    plan.run();
    const logits = await readFloats(backend, model.activations.head.logits);
    made[s]!.forEach((token, row) => {
      const z = logits.slice(row * SMALL.vocab, (row + 1) * SMALL.vocab);
      expect(z.indexOf(Math.max(...z)), `sequence ${s}, token ${row}`).toBe(token);
    });
  }
}

/** The same seed draws the same text, another seed another one, a stop token ends its sequence only. */
export async function drawsAreSeeded(backend: Backend): Promise<number[][]> {
  const model = decidedModel(backend);
  const sampling = { seed: 4, temperature: 1.2, topK: 20, topP: 0.95, newTokens: 20 };
  const first = await collect(backend, model, PROMPTS, sampling);
  expect(await collect(backend, model, PROMPTS, sampling)).toEqual(first);
  expect(await collect(backend, model, PROMPTS, { ...sampling, seed: 5 })).not.toEqual(first);
  const end = first[0]![7]!;
  const stopped = await collect(backend, model, PROMPTS, { ...sampling, stop: [end] });
  stopped.forEach((tokens, s) => {
    const at = first[s]!.indexOf(end);
    expect(tokens).toEqual(at < 0 ? first[s] : first[s]!.slice(0, at + 1));
  });
  return first;
}
