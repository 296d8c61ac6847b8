/** The engine on Dawn in Node: the texts of real models, and the same bits in every process. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { onDawn } from "../setup/dawn.ts";
import { describeShared, sharedPath } from "../shared.ts";

const JOBS = "/test/model/dawn_jobs.ts";

it("trains to the same bits in two processes, whatever the timing", { timeout: 120_000 }, async () => {
  const first = await onDawn<string>(JOBS, "hashAfterTraining", 0);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await onDawn<string>(JOBS, "hashAfterTraining", 15)).toBe(first);
});

describeShared("on WebGPU, the models under ../shared", () => {
  it("tell the references' stories", { timeout: 120_000 }, async () => {
    const models = [
      { name: "stories260K", files: ["stories260K/stories260K.bin"] },
      {
        name: "tinystories-656k",
        files: ["tinystories-656k/config.json", "tinystories-656k/model.safetensors"],
      },
    ];
    const outputs = JSON.parse(readFileSync(sharedPath("data/models/reference_outputs.json"), "utf8"));
    const told = await onDawn<number[][]>(
      JOBS,
      "greedyTexts",
      models.map(({ name, files }) => ({
        files: files.map((path) => sharedPath("data/models", path)),
        prompt: outputs[name].once.prompt_ids,
        count: outputs[name].once.greedy_ids.length,
      })),
    );
    expect(told).toEqual(models.map(({ name }) => outputs[name].once.greedy_ids));
  });
});
