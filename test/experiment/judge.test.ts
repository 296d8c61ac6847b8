/** Finished runs judged by what they write, on the CPU backend. */
import { beforeAll, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { chatterTruth } from "../../src/data/worlds/chatter_truth.ts";
import { createControl } from "../../src/experiment/control.ts";
import type { TrainedWeights } from "../../src/experiment/job.ts";
import { createAnswerJudge, type Finished } from "../../src/experiment/judge_run.ts";
import type { AnswerEvent, JudgeEvent } from "../../src/experiment/judge_types.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import { parseSpec, type Spec } from "../../src/experiment/spec.ts";
import { labOn, tinySpec } from "./tiny.ts";

const SETTINGS = { answers: 40, seed: 3, temperature: 0.3, samples: 96 };

/** The smallest policy that writes text of the grammar. */
const SPEAKS = parseSpec({
  data: { groups: 80, maxTokens: 64, shift: 1, shareTarget: 0.5, shareFirst: 0.5 },
  ratio: { folds: 2, hashBits: 8, steps: 10 },
  model: { dim: 16, layers: 1, heads: 2, kvHeads: 2, hidden: 32 },
  sft: { steps: 300, batch: 8, lr: 0.025, on: "all" },
  train: { steps: 6, batch: 8, evalEvery: 0, lr: 0.005, strategy: "erm" },
  eval: { groups: 8 },
});
const cpu = createCpuBackend();
let speaks: Finished;
beforeAll(async () => {
  speaks = await finished(cpu, SPEAKS, builtinDataset(SPEAKS)!);
}, 240_000);

/** Trains a little and keeps the weights. */
async function finished(
  backend: ReturnType<typeof createCpuBackend>,
  spec: Spec,
  dataset: Dataset,
): Promise<Finished> {
  let weights: TrainedWeights | undefined;
  const record = await labOn(backend).run({
    spec,
    dataset,
    control: createControl(),
    emit: () => {},
    async keepTrained(kept) {
      weights = kept;
    },
  });
  expect(record.problem).toBeUndefined();
  return { id: record.id, spec, dataset, weights: weights! };
}

it("judges a world's answers by the exact reward, the same way twice", async () => {
  const run = speaks;
  const { spec } = run;
  const events: JudgeEvent[] = [];
  const judge = createAnswerJudge(cpu);
  const judged = await judge.judge(run, SETTINGS, createControl(), (event) => events.push(event));

  expect(judged.by).toEqual({ kind: "world", name: "Chatter" });
  expect(judged.items).toHaveLength(40);
  const heldOut = new Set(judged.items.map(({ prompt }) => prompt));
  expect(heldOut.size).toBe(judged.prompts);
  expect(judged.items.filter(({ draw }) => draw === 0)).toHaveLength(judged.prompts);
  const came = events.flatMap((event) => (event.kind === "items" ? [event] : []));
  expect(came.map(({ done }) => done)).toEqual([32, 40]);
  expect(came.flatMap(({ items }) => items)).toEqual(judged.items);

  const truth = chatterTruth({ shift: spec.data.shift });
  for (const { prompt, policy, reference } of judged.items) {
    for (const { text, reward } of [policy, reference])
      if (reward !== null) expect(truth.score(prompt, text)!.humanReward).toBeCloseTo(reward, 10);
  }
  const { world } = judged;
  const known = judged.items.flatMap(({ policy }) => (policy.reward === null ? [] : [policy.reward]));
  expect(known.length).toBeGreaterThan(0);
  expect(world!.parsed).toBeCloseTo(known.length / 40, 12);
  expect(world!.reward).toBeCloseTo(known.reduce((a, b) => a + b, 0) / known.length, 12);
  expect(world!.effective).toBeLessThanOrEqual(world!.samples);
  // What this run was found to be worth when it was first judged.
  expect(world!.rewardAtKl).toBeCloseTo(-1.6646616417084708, 5);
  expect(world!.kl).toBeCloseTo(1.4725811024531124, 5);
  expect([world!.parsed, world!.samples]).toEqual([0.5, 10]);

  const again = await createAnswerJudge(cpu).judge(run, SETTINGS, createControl(), () => {});
  expect({ ...again, seconds: 0 }).toEqual({ ...judged, seconds: 0 });

  // One prompt by itself comes token by token, and is worth what the world says.
  const told: AnswerEvent[] = [];
  const request = { prompt: judged.items[0]!.prompt, seed: 3, temperature: 1 };
  await judge.answer(run, "policy", request, createControl(), (event) => told.push(event));
  const last = told.at(-1)!;
  expect(last.ended).toBe(true);
  expect(told.length).toBeGreaterThan(2);
  expect(last.text.startsWith(told[0]!.text)).toBe(true);
  if (last.reward !== null)
    expect(truth.score(request.prompt, last.text)!.humanReward).toBeCloseTo(last.reward, 10);
});

it("finds no difference between a reference and itself", async () => {
  const still = { ...speaks, weights: { ...speaks.weights, trained: speaks.weights.reference } };
  const judged = await createAnswerJudge(cpu).judge(still, SETTINGS, createControl(), () => {});
  for (const { policy, reference } of judged.items) expect(policy).toEqual(reference);
  expect(judged.world!.kl).toBeLessThan(1e-4);
  expect(judged.world!.reward).toBe(judged.world!.referenceReward);
});

it("judges other data by a reward model of the target's preferences, and says how good that is", async () => {
  const backend = createCpuBackend();
  const spec = tinySpec({
    "data.groups": 160,
    "data.source": `file:${"0".repeat(64)}`,
    "model.tokenizer": "bytes",
    "data.maxTokens": 96,
  });
  const world = builtinDataset(tinySpec({ "data.groups": 160 }))!;
  const groups = world.groups.map(({ trueLogRatio: _none, ...group }) => group);
  const run = await finished(backend, spec, { ...world, format: "trl", groups });
  const {
    by,
    items,
    world: exact,
  } = await createAnswerJudge(backend).judge(run, { ...SETTINGS, answers: 6 }, createControl(), () => {});
  expect(exact).toBeNull();
  if (by.kind !== "model") throw new Error("a reward model was expected");
  expect(by.learnedFrom).toBe("all"); // too few prompts of the target in so few rows
  expect(by.pairs).toBeGreaterThan(100);
  expect(by.accuracy).toBeGreaterThan(0.55);
  for (const { policy } of items) expect(policy.reward === null).toBe(policy.text.trim() === "");
});
