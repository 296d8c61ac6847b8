/** What dawn.test.ts has done in processes of its own. */
import { readFileSync } from "node:fs";
import type { Backend } from "../../src/backend/backend.ts";
import { openBackend } from "../../src/backend/open.ts";
import { sha256 } from "../../src/base/sha256.ts";
import { bytesInMemory } from "../../src/model/checkpoint/bytes.ts";
import { loadWeights, openCheckpoint } from "../../src/model/checkpoint/checkpoint.ts";
import { createGenerator } from "../../src/model/generate.ts";
import { createLlama } from "../../src/model/llama.ts";
import { trainedParameters } from "./trainer.ts";

async function webgpu(gpu: GPU): Promise<Backend> {
  const { backend, fallback } = await openBackend(gpu, "webgpu");
  if (fallback) throw new Error(`these tests need WebGPU: ${fallback}`);
  return backend;
}

/** The most likely continuation of each model's prompt. */
export async function greedyTexts(
  gpu: GPU,
  models: readonly { files: readonly string[]; prompt: readonly number[]; count: number }[],
): Promise<number[][]> {
  const backend = await webgpu(gpu);
  const texts: number[][] = [];
  for (const { files, prompt, count } of models) {
    const checkpoint = await openCheckpoint(files.map((path) => bytesInMemory(path, readFileSync(path))));
    const capacity = { tokens: 8, rows: 8, responses: 1 };
    const model = createLlama(backend, checkpoint.config, { capacity, train: "none" });
    await loadWeights(checkpoint, model.weights);
    const length = prompt.length + count;
    const generator = await createGenerator(backend, model, {
      sequences: 1,
      promptTokens: prompt.length,
      length,
    });
    const text: number[] = [];
    for await (const [token] of generator.generate([prompt], { seed: 1, temperature: 0, newTokens: count })) {
      text.push(token!);
    }
    texts.push(text);
    generator.free();
    model.free();
  }
  return texts;
}

/** Hash of the parameters' bits after 100 steps. @param wait milliseconds before every third step */
export async function hashAfterTraining(gpu: GPU, wait: number): Promise<string> {
  const backend = await webgpu(gpu);
  const parameters = await trainedParameters(backend, 100, async (step) => {
    if (wait > 0 && step % 3 === 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (step % 10 === 9) await backend.settled();
  });
  return sha256(new Uint8Array(parameters.buffer));
}
