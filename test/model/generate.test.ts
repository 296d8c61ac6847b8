/** Generation on the CPU, and the greedy texts of the real models. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readFloats } from "../../src/backend/backend.ts";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { bytesInMemory } from "../../src/model/checkpoint/bytes.ts";
import { loadWeights, openCheckpoint } from "../../src/model/checkpoint/checkpoint.ts";
import { createGenerator } from "../../src/model/generate.ts";
import { createLlama } from "../../src/model/llama.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { cacheChangesNothing, collect, decidedModel, drawsAreSeeded, PROMPTS } from "./generation_checks.ts";
import { separateSequences } from "./packed.ts";

describe("generation", () => {
  it("with a cache gives what full passes give", () => cacheChangesNothing(createCpuBackend()));

  it("draws by seed and stops at stop tokens", async () => {
    await drawsAreSeeded(createCpuBackend());
  });

  it("draws in proportion to probability", async () => {
    const backend = createCpuBackend();
    const model = decidedModel(backend);
    const draws = 400;
    const temperature = 2;
    const counts = new Float64Array(model.config.vocab);
    for (let seed = 0; seed < draws; seed++) {
      const [made] = await collect(backend, model, [[7]], { seed, temperature, newTokens: 1 });
      counts[made![0]!]!++;
    }
    const batch = model.createBatch();
    batch.upload(separateSequences([{ tokens: [7, 0], promptLength: 1 }]));
    const logps = backend.tensor("logps", "f32", 1);
    (await backend.plan("forward", (recorder) => model.recordForward(recorder, batch, logps))).run();
    const logits = (await readFloats(backend, model.activations.head.logits)).slice(0, counts.length);
    const masses = Array.from(logits, (z) => Math.exp(z / temperature));
    const mass = masses.reduce((sum, m) => sum + m, 0);
    masses.forEach((m, token) => {
      const p = m / mass;
      const spread = Math.sqrt(draws * p * (1 - p));
      expect(Math.abs(counts[token]! - draws * p), `token ${token}`).toBeLessThan(4 * spread + 1);
    });
    const greedy = logits.indexOf(Math.max(...logits));
    const narrow = await collect(backend, model, [[7]], { seed: 1, temperature: 3, topK: 1, newTokens: 1 });
    expect(narrow).toEqual([[greedy]]);
    const nucleus = await collect(backend, model, [[7]], {
      seed: 1,
      temperature: 3,
      topP: 1e-6,
      newTokens: 1,
    });
    expect(nucleus).toEqual([[greedy]]);
  });

  it("can be left early, and refuses what does not fit", async () => {
    const backend = createCpuBackend();
    const generator = await createGenerator(backend, decidedModel(backend), {
      sequences: 2,
      promptTokens: 8,
      length: 16,
    });
    const sampling = { seed: 1, temperature: 1, newTokens: 50 };
    let seen = 0;
    for await (const _ of generator.generate([[1]], sampling)) if (++seen === 2) break;
    let all = 0;
    for await (const _ of generator.generate([[1]], sampling)) all++;
    expect([seen, all]).toEqual([2, 15]);
    await expect(generator.generate(PROMPTS, sampling).next()).rejects.toThrow(
      /3 prompts, but there is room for 1 to 2/,
    );
    await expect(generator.generate([[]], sampling).next()).rejects.toThrow(/prompt 0 is empty/);
    await expect(generator.generate([[99]], sampling).next()).rejects.toThrow(
      /token 99, but the vocabulary has 37/,
    );
  });
});

describeShared("the models under ../shared", () => {
  it.each([
    ["stories260K", ["stories260K/stories260K.bin"]],
    ["tinystories-656k", ["tinystories-656k/config.json", "tinystories-656k/model.safetensors"]],
  ])("%s tells the reference's story", async (name, paths) => {
    const files = paths.map((path) => bytesInMemory(path, readFileSync(sharedPath("data/models", path))));
    const checkpoint = await openCheckpoint(files);
    const backend = createCpuBackend();
    const capacity = { tokens: 8, rows: 8, responses: 1 };
    const model = createLlama(backend, checkpoint.config, { capacity, train: "none" });
    await loadWeights(checkpoint, model.weights);
    const { once } = JSON.parse(readFileSync(sharedPath("data/models/reference_outputs.json"), "utf8"))[name];
    const [made] = await collect(backend, model, [once.prompt_ids], {
      seed: 1,
      temperature: 0,
      newTokens: once.greedy_ids.length,
    });
    expect(made).toEqual(once.greedy_ids);
  });
});
