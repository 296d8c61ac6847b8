/** Two rounds of self-training at the smallest size whose text is of the grammar, and the parts of a round by themselves. */
import { beforeAll, describe, expect, it } from "vitest";
import { createCpuBackend } from "../../../src/backend/cpu/cpu_backend.ts";
import { csrFromRows } from "../../../src/base/csr.ts";
import { chatterTruth } from "../../../src/data/worlds/chatter_truth.ts";
import { createControl } from "../../../src/experiment/control.ts";
import type { RunEvent, RunRecord } from "../../../src/experiment/events.ts";
import { differences, trainRewardModel } from "../../../src/experiment/online/reward_model.ts";
import { prepare } from "../../../src/experiment/prepare.ts";
import type { RunState } from "../../../src/experiment/run_state.ts";
import { builtinDataset } from "../../../src/experiment/source.ts";
import { parseSpec, type Spec, withFields } from "../../../src/experiment/spec.ts";
import { labOn, runTiny } from "../tiny.ts";

const spec: Spec = parseSpec({
  data: { groups: 80, maxTokens: 64, shift: 1, shareTarget: 0.5, shareFirst: 0.5 },
  ratio: { folds: 2, hashBits: 8 },
  model: { dim: 16, layers: 1, heads: 2, kvHeads: 2, hidden: 32 },
  sft: { steps: 300, batch: 8, lr: 0.025, on: "all" },
  train: { steps: 3, batch: 8, evalEvery: 0, lr: 0.003, strategy: "reweight" },
  online: { rounds: 2, responses: 4, temperature: 0.3, prompts: 30 },
  eval: { groups: 8 },
});

describe("self-training", () => {
  const lab = labOn(createCpuBackend());
  const events: RunEvent[] = [];
  let first: RunRecord;

  beforeAll(async () => {
    first = await runTiny(lab, spec, (event) => events.push(event));
  }, 120_000);

  it("trains on text that the policy wrote and the world can read", () => {
    expect(first.problem).toBeUndefined();
    expect(first.rounds!.map(({ round }) => round)).toEqual([1, 2]);
    const truth = chatterTruth({ shift: 1 });
    for (const { written, policyGroups, targetGroups, units } of first.rounds!) {
      expect(written.scored).toBeGreaterThan(0);
      expect(written.scored).toBeLessThanOrEqual(written.responses);
      expect(policyGroups).toBeGreaterThan(0);
      expect(policyGroups).toBeLessThanOrEqual(written.prompts);
      expect(targetGroups).toBeGreaterThan(0);
      expect(units).toBeGreaterThan(targetGroups);
      for (const { prompt, text, score } of written.samples) {
        expect(truth.score(prompt, text)?.annotatorReward ?? null).toBe(score);
      }
    }
    const [one, two] = first.rounds!;
    expect(two!.written).toEqual(one!.after);
    expect(two!.written.samples).not.toEqual(one!.written.samples);
  });

  it("estimates the ratio anew in each round, of people against the policy alone", () => {
    const summaries = events.flatMap((event) => (event.kind === "ratio" ? [event.summary] : []));
    expect(summaries.length).toBe(2);
    for (const { bySource } of summaries)
      expect(bySource.map(({ source }) => source)).toEqual(["human", "policy"]);
    const [one, two] = first.rounds!;
    expect(two!.ratio).not.toEqual(one!.ratio);
    for (const { ratio } of first.rounds!) {
      expect(ratio.auc).toBeGreaterThan(0.5);
      expect(ratio.meanHTarget).toBeGreaterThan(ratio.meanHPolicy);
    }
  });

  it("counts steps on, and reports the exact reward after each round", () => {
    expect(first.train.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(first.evaluation.map(({ step }) => step)).toEqual([0, 3, 6]);
    const rewards = first.evaluation.slice(1).map(({ values }) => values["world/reward"]);
    expect(rewards).toEqual(first.rounds!.map(({ after }) => after.humanReward));
    // The second round goes on from the first: its loss does not begin at log 2 again.
    expect(first.train[0]!.values.loss).toBeCloseTo(Math.log(2), 5);
    expect(first.train[3]!.values.loss).not.toBeCloseTo(Math.log(2), 5);
  });

  it("breaks off after a round, and goes on from there elsewhere to the same bits", async () => {
    const kept: RunState[] = [];
    const control = createControl();
    const job = { spec, dataset: builtinDataset(spec)! };
    // The lab remembers the reference; what is written is drawn anew.
    const broken = await lab.run({
      ...job,
      control,
      emit: () => {},
      checkpoints: {
        due: () => false,
        async keep(state) {
          // As storage would give it back.
          kept.push(structuredClone(state));
          control.stop();
        },
      },
    });
    expect(broken).toMatchObject({ outcome: "stopped", rounds: [first.rounds![0]] });
    expect(kept.map(({ step, id }) => ({ step, id }))).toEqual([{ step: 3, id: broken.id }]);

    const heard: RunEvent[] = [];
    const rest = await labOn(createCpuBackend()).run({
      ...job,
      control: createControl(),
      emit: (event) => heard.push(event),
      checkpoints: { from: kept[0]!, due: () => false, keep: async () => {} },
    });
    expect(rest.problem).toBeUndefined();
    expect(rest).toMatchObject({ outcome: "done", id: broken.id, digest: first.digest });
    expect(rest.rounds).toEqual(first.rounds);
    expect(rest.lastWeights).toEqual(first.lastWeights);
    // The page hears of the round before, and nothing of it is computed again.
    const steps = heard.flatMap((event) => (event.kind === "train" ? [event.record.step] : []));
    expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
    expect(heard.filter(({ kind }) => kind === "ratio")).toHaveLength(1);
  }, 120_000);
});

describe("rules", () => {
  it.each([
    [{ "train.loss": "kto" }, /single ones/],
    [{ "ratio.source": "true" }, /exact ratio/],
    [{ "data.source": `file:${"0".repeat(64)}` }, /exact reward/],
  ])("refuses rounds with %j", (changes, words) => {
    expect(() => withFields(spec, changes)).toThrow(words);
  });
});

describe("the reward model", () => {
  it("subtracts rows", () => {
    const matrix = csrFromRows(
      [
        [1, 2, 0, 0],
        [0, 2, 3, 0],
      ],
      4,
    );
    const { rowStart, column, value } = differences(matrix, [
      [0, 1],
      [1, 0],
    ]);
    expect([...rowStart]).toEqual([0, 2, 4]);
    expect([...column]).toEqual([0, 2, 0, 2]);
    expect([...value]).toEqual([1, -3, -1, 3]);
  });

  it("gives back all memory when it is stopped on the way", async () => {
    const backend = createCpuBackend();
    const prepared = await prepare(spec, builtinDataset(spec)!, new AbortController().signal);
    const control = createControl();
    control.stop();
    await expect(trainRewardModel(backend, spec, prepared, control)).rejects.toThrow("stopped");
    expect(backend.bytesInUse).toBe(0);
  });

  it("learns the annotators’ preferences, and ranks pairs that it did not see", async () => {
    const wide = withFields(spec, { "data.groups": 400, "data.kappa": 0 });
    const prepared = await prepare(wide, builtinDataset(wide)!, new AbortController().signal);
    const model = await trainRewardModel(createCpuBackend(), wide, prepared, createControl());
    expect(model.pairs).toBeGreaterThan(250);
    // Labels are Bradley-Terry draws themselves, so that even the exact reward disagrees with many of them.
    expect(model.accuracy).toBeGreaterThan(0.54);
    const truth = chatterTruth({ shift: 1 });
    const rows = prepared.heldOut.flatMap((index) => {
      const { prompt, responses } = prepared.dataset.groups[index]!;
      return responses.map(({ text }) => ({ text, reward: truth.score(prompt, text)!.humanReward }));
    });
    const scores = model.score(rows.map(({ text }) => text));
    const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    const [a, b] = [mean(scores), mean(rows.map(({ reward }) => reward))];
    const dot = (f: (i: number) => number) => rows.reduce((sum, _, i) => sum + f(i), 0);
    const covariance = dot((i) => (scores[i]! - a) * (rows[i]!.reward - b));
    const correlation =
      covariance / Math.sqrt(dot((i) => (scores[i]! - a) ** 2) * dot((i) => (rows[i]!.reward - b) ** 2));
    expect(correlation).toBeGreaterThan(0.5);
  });
});
