/** One arm of the ablation on a reference that speaks: its numbers stay, so that rows kept at different times go together. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { createCpuBackend } from "../../../src/backend/cpu/cpu_backend.ts";
import { ABLATION } from "../../../src/experiment/ablation/settings.ts";
import { openTrial } from "../../../src/experiment/ablation/trial.ts";
import { openBuiltinModel } from "../../../src/experiment/builtin_models.ts";
import { createControl } from "../../../src/experiment/control.ts";

const models = resolve(import.meta.dirname, "../../../public/models");

it("an arm gives the numbers that it gave before", { timeout: 120_000 }, async () => {
  const pretrained = await openBuiltinModel("builtin:chatter", async (path) =>
    readFileSync(resolve(models, path)),
  );
  const settings = {
    ...ABLATION,
    groups: 24,
    sft: { steps: 1, batch: 4, lr: 0.001 },
    train: { steps: 2, batch: 4, lr: 0.001, beta: 0.5 },
    judge: { validation: 3, test: 3, samples: 4, referenceSamples: 12, kl: 1 },
  };
  const backend = createCpuBackend();
  const trial = await openTrial(backend, settings, pretrained, 1, createControl());
  const arm = {
    seed: 1,
    loss: "dpo",
    corruption: 0.2,
    ratio: "joint",
    strategy: "dora_inside",
    lambda: 1,
  } as const;
  const outcome = await trial.run(arm, createControl());
  expect(outcome.rewK).toBeCloseTo(-0.5294842529262638, 6);
  expect(outcome.kl).toBeCloseTo(0.07341050302097527, 6);
  expect(outcome.effective).toBeCloseTo(3.6672153349420142, 6);
  expect(backend.bytesInUse).toBe(0);
});
