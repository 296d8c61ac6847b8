/** A whole run on the CPU backend. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { chatterTruth } from "../../src/data/worlds/chatter_truth.ts";
import { createControl } from "../../src/experiment/control.ts";
import type { RunEvent } from "../../src/experiment/events.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import { withFields } from "../../src/experiment/spec.ts";
import { labOn, runTiny, tinySpec } from "./tiny.ts";

it("goes through every stage and leaves a record that says what happened", async () => {
  const events: RunEvent[] = [];
  const record = await runTiny(labOn(createCpuBackend()), tinySpec(), (event) => events.push(event));
  expect(record.problem).toBeUndefined();
  expect(record.outcome).toBe("done");
  expect([...new Set(events.flatMap((event) => (event.kind === "stage" ? [event.stage] : [])))]).toEqual([
    "data",
    "ratio",
    "sft",
    "reference",
    "train",
    "evaluate",
  ]);
  expect(record.sft.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(record.train.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(record.evaluation.map(({ step }) => step)).toEqual([0, 2, 4]);
  expect(record.sft[3]!.values.loss!).toBeLessThan(record.sft[0]!.values.loss!);
  // Before the first step policy and reference are the same model.
  expect(record.train[0]!.values.loss).toBeCloseTo(Math.log(2), 5);
  expect(record.evaluation[0]!.values["eval_rewards/margins"]).toBeCloseTo(0, 6);
  const weights = events.flatMap((event) => (event.kind === "train" ? [event.batch] : []));
  for (const batch of weights) expect(batch.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(6, 4);
  expect(record.lastWeights.filter((weight) => weight !== null).length).toBeGreaterThanOrEqual(6);
  const meanH = record.units.reduce((sum, unit) => sum + unit.h, 0) / record.units.length;
  expect(meanH).toBeCloseTo(1, 6);
});

it("gives the same digest again, with or without what the lab remembers", async () => {
  const spec = tinySpec();
  const lab = labOn(createCpuBackend());
  const first = await runTiny(lab, spec);
  const remembered = await runTiny(lab, spec);
  const afresh = await runTiny(labOn(createCpuBackend()), spec);
  expect(remembered.digest).toBe(afresh.digest);
  expect(remembered.train).toEqual(first.train);
});

it("computes the same steps in micro-batches", async () => {
  const whole = await runTiny(labOn(createCpuBackend({ precision: "f64" })), tinySpec());
  for (const microBatches of [2, 3, 6]) {
    const cut = await runTiny(
      labOn(createCpuBackend({ precision: "f64" })),
      tinySpec({ "train.microBatches": microBatches }),
    );
    expect(cut.outcome).toBe("done");
    cut.train.forEach(({ values }, step) => {
      for (const name of ["loss", "grad_norm", "robust/value", "rewards/margins"]) {
        expect(values[name], `${name} at step ${step}`).toBeCloseTo(whole.train[step]!.values[name]!, 8);
      }
    });
  }
});

it.each(["erm", "reweight", "kl_dro", "iw_kl_dro", "drdpo", "cvar", "group_dro", "chi2_penalized", "sharp"])(
  "trains under %s",
  async (strategy) => {
    const record = await runTiny(
      labOn(createCpuBackend()),
      tinySpec({ "train.strategy": strategy, "train.steps": 2 }),
    );
    expect(record.problem).toBeUndefined();
    for (const { values } of record.train)
      for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
  },
);

it("says, once, what a person should know of the objective, and keeps it", async () => {
  const warned = async (changes: Parameters<typeof tinySpec>[0]) => {
    const told: string[] = [];
    const record = await runTiny(
      labOn(createCpuBackend()),
      tinySpec({ "train.steps": 2, ...changes }),
      (event) => {
        if (event.kind === "warning") told.push(event.what);
      },
    );
    expect(record.warnings ?? []).toEqual(told);
    return told;
  };
  expect(await warned({ "train.strategy": "kl_dro" })).toEqual([
    expect.stringMatching(/over 6 groups is biased towards plain ERM.* Use the running normaliser, or: /),
  ]);
  expect(await warned({ "train.strategy": "reweight" })).toEqual([]);
});

it("trains lists, and adapters", async () => {
  const lab = labOn(createCpuBackend());
  const lists = await runTiny(
    lab,
    tinySpec({ "data.responses": 3, "train.loss": "dpo_pl", "train.steps": 2 }),
  );
  expect(lists.problem).toBeUndefined();
  const adapters = await runTiny(lab, tinySpec({ "train.loraRank": 2, "train.steps": 2 }));
  expect(adapters.problem).toBeUndefined();
  expect(adapters.train[0]!.values.loss).toBeCloseTo(Math.log(2), 5);
  const packed = await runTiny(
    lab,
    tinySpec({ "train.loraRank": 2, "train.frozen": "bf16", "train.steps": 2 }),
  );
  expect(packed.problem).toBeUndefined();
  expect(packed.train[0]!.values.loss).toBeCloseTo(Math.log(2), 5);
  expect(packed.train[1]!.values.loss).not.toBe(adapters.train[1]!.values.loss);
});

it("takes the joint ratio of a group where the world knows it exactly", async () => {
  const joint = await runTiny(
    labOn(createCpuBackend()),
    tinySpec({ "ratio.source": "true", "train.steps": 1 }),
  );
  expect(joint.problem).toBeUndefined();
  const spec = tinySpec({ "ratio.source": "true" });
  const dataset = builtinDataset(spec)!;
  const { score } = chatterTruth({ shift: spec.data.shift });
  const exact = joint.units.map((unit) => {
    const group = dataset.groups.find(({ id }) => id === unit.group)!;
    // Q0(y1) Q0(y2) / sum_s m_s Qs(y1) Qs(y2), with the shares of the sources among the responses.
    const sums = [0, 1, 2].map((s) =>
      unit.responses.reduce(
        (sum, k) => sum + score(group.prompt, group.responses[k]!.text)!.logDensities[s]!,
        0,
      ),
    );
    const counts = [0, 1, 2].map(
      (s) => dataset.groups.flatMap((g) => g.responses).filter((r) => r.source === s).length,
    );
    const mixture = sums.reduce((sum, value, s) => sum + (counts[s]! / 120) * Math.exp(value - sums[0]!), 0);
    return Math.min(10, 1 / mixture);
  });
  const mean = exact.reduce((sum, value) => sum + value, 0) / exact.length;
  joint.units.forEach((unit, i) => {
    expect(unit.h).toBeCloseTo(exact[i]! / mean, 8);
  });
});

it("trains on single judged responses, made from pairs or given as such", async () => {
  const spec = tinySpec({
    "train.loss": "kto",
    "train.strategy": "reweight",
    "train.lr": 0.02,
    "train.steps": 6,
  });
  const fromPairs = await runTiny(labOn(createCpuBackend()), spec);
  expect(fromPairs.problem).toBeUndefined();
  // Before the first step policy and reference agree, so the baseline is 0 and every loss is 1/2.
  expect(fromPairs.train[0]!.values.loss).toBeCloseTo(0.5, 5);
  expect(fromPairs.train[0]!.values.kl).toBeCloseTo(0, 5);
  expect(fromPairs.units.every(({ responses }) => responses.length === 1)).toBe(true);
  const margins = fromPairs.train.map(({ values }) => values["rewards/margins"]!);
  expect(margins.at(-1)!).toBeGreaterThan(margins[0]!);
  expect(fromPairs.evaluation.at(-1)!.values["eval_rewards/margins"]).toBeDefined();

  const pairs = builtinDataset(spec)!;
  const unpaired = pairs.groups.flatMap(({ id, prompt, responses, row }) =>
    responses.map((response, k) => ({ id: `${id}.${k}`, prompt, response, desirable: k === 0, row })),
  );
  const given = await labOn(createCpuBackend()).run({
    spec,
    dataset: { ...pairs, hash: "unpaired", groups: [], unpaired },
    control: createControl(),
    emit: () => {},
  });
  expect(given.problem).toBeUndefined();
  expect(given.units.length).toBeGreaterThan(80);
});

it("keeps what it remembers of pairs and of single responses apart", async () => {
  const lab = labOn(createCpuBackend());
  const single = tinySpec({ "train.loss": "kto", "train.strategy": "reweight", "train.steps": 2 });
  await runTiny(lab, tinySpec({ "train.steps": 1 }));
  const after = await runTiny(lab, single);
  expect(after.problem).toBeUndefined();
  expect(after.digest).toBe((await runTiny(labOn(createCpuBackend()), single)).digest);
});

it("estimates a ratio although one source of the world has no share", async () => {
  const spec = tinySpec({ "data.shareTarget": 0.4, "data.shareFirst": 0.6, "train.steps": 1 });
  const record = await runTiny(labOn(createCpuBackend()), spec);
  expect(record.problem).toBeUndefined();
  expect(record.ratio!.bySource.map(({ source }) => source)).toEqual(["human", "polished"]);
});

it("refuses what the mathematics forbids, with the way out", async () => {
  const lire = await runTiny(
    labOn(createCpuBackend()),
    tinySpec({ "train.loss": "lire", "data.responses": 3 }),
  );
  expect(lire.outcome).toBe("failed");
  expect(lire.problem!.what).toMatch(/negative/);
  expect(lire.problem!.remedy).toMatch(/importance-weighted/i);
});

it("keeps what was computed when it is stopped", async () => {
  const control = createControl();
  const spec = tinySpec({ "train.steps": 50 });
  const record = await labOn(createCpuBackend()).run({
    spec,
    dataset: builtinDataset(spec)!,
    control,
    emit: (event) => {
      if (event.kind === "train" && event.record.step === 3) control.stop();
    },
  });
  expect(record.outcome).toBe("stopped");
  expect(record.train.length).toBeGreaterThanOrEqual(3);
  expect(record.train.length).toBeLessThan(50);
});

it("takes weights and probabilities that came with the file as they are, whoever wrote what", async () => {
  const spec = tinySpec({
    "train.steps": 1,
    "train.strategy": "reweight",
    "ratio.hMin": 0,
    "ratio.hMax": 100,
  });
  const world = builtinDataset(spec)!;
  const nameless: Dataset = {
    ...world,
    format: "trl",
    sources: [],
    target: -1,
    groups: world.groups.map((group, i) => ({
      ...group,
      // 0 leaves a row out of what is learned, and is no reason to refuse the file.
      weight: i % 4,
      responses: group.responses.map((response, k) => ({
        ...response,
        source: -1,
        prob: k === 0 ? 0.8 : 0.2,
      })),
    })),
  };
  const file = { "data.source": `file:${"a".repeat(64)}` } as const;
  const lab = labOn(createCpuBackend());
  const runWith = (source: string) =>
    lab.run({
      spec: withFields(spec, { ...file, "ratio.source": source }),
      dataset: nameless,
      control: createControl(),
      emit: () => {},
    });
  const weighed = await runWith("weight");
  expect(weighed.problem).toBeUndefined();
  const mean =
    weighed.units.reduce((sum, { group }) => sum + nameless.groups[Number(group) - 1]!.weight!, 0) /
    weighed.units.length;
  for (const { group, h } of weighed.units)
    expect(h).toBeCloseTo(nameless.groups[Number(group) - 1]!.weight! / mean, 6);
  expect((await runWith("file")).problem).toBeUndefined();
  const nothing = { ...nameless, groups: nameless.groups.map((group) => ({ ...group, weight: 0 })) };
  const refused = await lab.run({
    spec: withFields(spec, { ...file, "ratio.source": "weight" }),
    dataset: { ...nothing, hash: "b".repeat(64) },
    control: createControl(),
    emit: () => {},
  });
  expect(refused.problem?.what).toMatch(/Every likelihood ratio is 0/);
  const asked = await runWith("classifier");
  expect(asked.problem?.what).toMatch(/No source is named as the target/);
});
