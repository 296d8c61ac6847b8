/** What a model is worth: loss on texts it has not seen, and what it writes. */
import type { Backend } from "../../backend/backend.ts";
import type { Pretrained } from "../../experiment/pretrained.ts";
import { createScorer } from "../../experiment/scoring.ts";
import { loadWeights } from "../../model/checkpoint/checkpoint.ts";
import { createGenerator } from "../../model/generate.ts";
import { createLlama } from "../../model/llama.ts";
import { type EncodedGroup, promptTokens } from "../../text/encoding.ts";

/** Tokens scored at once. */
const TOKENS_AT_ONCE = 2048;

/** Mean of -log p over all response tokens, nats. */
export async function heldOutLoss(
  backend: Backend,
  { checkpoint }: Pick<Pretrained, "checkpoint">,
  groups: readonly EncodedGroup[],
): Promise<number> {
  const capacity = { tokens: TOKENS_AT_ONCE, rows: TOKENS_AT_ONCE, responses: TOKENS_AT_ONCE };
  const model = createLlama(backend, checkpoint.config, { capacity, train: "none" });
  await loadWeights(checkpoint, model.weights);
  const batch = model.createBatch();
  const scorer = await createScorer(backend, model, batch, groups);
  const scores = await scorer.score(
    groups.map((_, index) => index),
    false,
  );
  let nats = 0;
  let tokens = 0;
  groups.forEach(({ responses }, index) => {
    responses.forEach((response, k) => {
      nats -= scores.get(index)![k]!;
      tokens += response.length;
    });
  });
  scorer.close();
  batch.free();
  model.free();
  return nats / tokens;
}

/** The most likely continuation of each prompt, token by token. @returns prompt and continuation as one text */
export async function greedyTexts(
  backend: Backend,
  { checkpoint, tokenizer }: Pick<Pretrained, "checkpoint" | "tokenizer">,
  prompts: readonly string[],
  newTokens: number,
): Promise<string[]> {
  const encoded = prompts.map((prompt) => Array.from(promptTokens(prompt, tokenizer)));
  const promptTotal = encoded.reduce((sum, ids) => sum + ids.length, 0);
  const length = Math.min(
    checkpoint.config.maxPositions,
    newTokens + Math.max(...encoded.map((ids) => ids.length)),
  );
  const model = createLlama(backend, checkpoint.config, {
    capacity: { tokens: promptTotal, rows: prompts.length, responses: 1 },
    train: "none",
  });
  await loadWeights(checkpoint, model.weights);
  const generator = await createGenerator(backend, model, {
    sequences: prompts.length,
    promptTokens: promptTotal,
    length,
  });
  const stop = [tokenizer.eosId];
  for await (const next of generator.generate(encoded, { seed: 0, temperature: 0, newTokens, stop })) {
    next.forEach((token, s) => {
      if (token !== null) encoded[s]!.push(token);
    });
  }
  generator.free();
  model.free();
  return encoded.map((ids) => tokenizer.decode(ids));
}
