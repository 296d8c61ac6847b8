/** A run that starts from a pretrained model. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { chatterVocabulary } from "../../src/data/worlds/chatter_words.ts";
import { createControl } from "../../src/experiment/control.ts";
import { openPretrained } from "../../src/experiment/pretrained.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import { bytesInMemory } from "../../src/model/checkpoint/bytes.ts";
import type { ExportedFile } from "../../src/model/checkpoint/export.ts";
import { wordTokenizer } from "../../src/text/tokenizer_words.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { labOn, runTiny, tinySpec } from "./tiny.ts";

const named = (id: string) => ({ "model.kind": "pretrained", "model.pretrained": id });

describe("a spec that names a pretrained model", () => {
  it("says so when the model is not there", async () => {
    const spec = tinySpec(named(`file:${"0".repeat(64)}`));
    await expect(runTiny(labOn(createCpuBackend()), spec)).rejects.toThrow(/which is not here/);
  });

  it("refuses files without a tokenizer", async () => {
    const config = bytesInMemory("config.json", new TextEncoder().encode("{}"));
    await expect(openPretrained([config])).rejects.toThrow(/no weights among these files/);
  });
});

describe("a trained policy", () => {
  it.each([0, 2])("goes out as files that come back (adapter rank %i)", async (rank) => {
    const spec = tinySpec({ "data.groups": 24, "eval.groups": 3, "train.loraRank": rank, "train.steps": 2 });
    let files: readonly ExportedFile[] = [];
    const keep = async (written: readonly ExportedFile[]): Promise<void> => {
      files = written;
    };
    const dataset = builtinDataset(spec)!;
    const job = { spec, dataset, control: createControl(), keep, emit: () => {} };
    expect((await labOn(createCpuBackend()).run(job)).problem).toBeUndefined();
    const model = files.filter(({ name }) => !name.startsWith("adapter/"));
    const { checkpoint, tokenizer } = await openPretrained(
      model.map(({ name, bytes }) => bytesInMemory(name, bytes)),
    );
    const { dim, layers } = checkpoint.config;
    expect([dim, layers]).toEqual([spec.model.dim, spec.model.layers]);
    expect(tokenizer.id).toBe(wordTokenizer(chatterVocabulary()).id);
    expect(files.some(({ name }) => name === "adapter/adapter_model.safetensors")).toBe(rank > 0);
  });
});

describeShared("the models under ../shared", () => {
  const open = (folder: string) => {
    const path = sharedPath("data/models", folder);
    const names = readdirSync(path).filter((name) => /\.(json|safetensors|bin)$/.test(name));
    return openPretrained(names.map((name) => bytesInMemory(name, readFileSync(join(path, name)))));
  };

  it("opens a llama2.c model with its tokenizer", async () => {
    const { checkpoint, tokenizer } = await open("stories260K");
    expect([checkpoint.config.vocab, tokenizer.vocabSize]).toEqual([512, 512]);
  });

  it("tinystories-656k is fine-tuned, aligned and judged", { timeout: 30_000 }, async () => {
    const pretrained = await open("tinystories-656k");
    const spec = tinySpec({
      ...named(pretrained.id),
      "data.groups": 24,
      "data.maxTokens": 96,
      "sft.steps": 2,
      "train.loraRank": 4,
      "train.steps": 2,
      "train.evalEvery": 2,
      "eval.groups": 3,
    });
    const dataset = builtinDataset(spec)!;
    const lab = labOn(createCpuBackend());
    const record = await lab.run({ spec, dataset, control: createControl(), pretrained, emit: () => {} });
    expect(record.problem).toBeUndefined();
    expect(record.outcome).toBe("done");
    // Chatter is no story, but the model is far better than one that guesses among 512 or 2,048 tokens.
    expect(record.sft[0]!.values.loss).toBeLessThan(Math.log(pretrained.checkpoint.config.vocab));
    expect(record.sft[1]!.values.loss).toBeGreaterThan(0.5);
    expect(record.train).toHaveLength(2);
    expect(record.evaluation.length).toBeGreaterThan(0);
  });
});
