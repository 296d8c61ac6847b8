/** Estimators and strategies in whole runs on the exact CPU backend. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import type { RunRecord } from "../../src/experiment/events.ts";
import { objectiveAdvice } from "../../src/experiment/objective_choice.ts";
import { withPreset } from "../../src/experiment/objective_presets.ts";
import { withFields } from "../../src/experiment/spec.ts";
import { PRESETS } from "../../src/objective/presets.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import { labOn, runTiny, tinySpec } from "./tiny.ts";

const lab = labOn(createCpuBackend({ precision: "f64" }));
const run = (changes: Parameters<typeof tinySpec>[0]): Promise<RunRecord> => runTiny(lab, tinySpec(changes));

function sameCurves(a: RunRecord, b: RunRecord): void {
  expect(a.train.length).toBe(b.train.length);
  a.train.forEach(({ values }, i) => {
    for (const name of ["loss", "grad_norm", "robust/value", "robust/ess"]) {
      expect(values[name], `${name} at step ${i + 1}`).toBeCloseTo(b.train[i]!.values[name]!, 8);
    }
  });
}

describe("estimators of the log-mean-exp", () => {
  it("with nothing carried are the exact batch", async () => {
    const exact = await run({ "train.strategy": "dora_inside" });
    sameCurves(await run({ "train.estimator": "running", "train.gamma": 1 }), exact);
    sameCurves(await run({ "train.estimator": "storm", "train.gamma": 1 }), exact);
  });

  it("carry something otherwise, from the second step on", async () => {
    const exact = await run({ "train.strategy": "dora_inside" });
    for (const estimator of ["running", "storm"]) {
      const record = await run({ "train.estimator": estimator, "train.gamma": 0.3 });
      expect(record.problem).toBeUndefined();
      expect(record.train[0]!.values.grad_norm).toBeCloseTo(exact.train[0]!.values.grad_norm!, 8);
      expect(record.train[3]!.values.grad_norm).not.toBeCloseTo(exact.train[3]!.values.grad_norm!, 6);
    }
  });

  it("take batches of one, which the exact batch refuses", async () => {
    const refused = await run({ "train.batch": 1 });
    expect(refused.outcome).toBe("failed");
    expect(refused.problem?.what).toMatch(/plain reweighting/);
    expect(refused.problem?.remedy).toMatch(/running normaliser/);
    for (const estimator of ["running", "storm"]) {
      const record = await run({ "train.batch": 1, "train.estimator": estimator });
      expect(record.problem).toBeUndefined();
    }
  });

  it("refuse micro-batches where these would change the objective", async () => {
    const record = await run({ "train.estimator": "storm", "train.microBatches": 2 });
    expect(record.problem?.what).toMatch(/micro-batches/);
  });
});

it("lambda learns to spend its KL budget: down while the tilt is too gentle", async () => {
  const fixed = await run({ "train.strategy": "kl_dro" });
  expect(fixed.train.map(({ values }) => values["robust/lambda"])).toEqual([1, 1, 1, 1]);
  const learned = await run({
    "train.strategy": "kl_dro",
    "train.lambdaBudget": 0.5,
    "train.lambdaRate": 0.2,
  });
  const path = learned.train.map(({ values }) => values["robust/lambda"]!);
  expect(path[0]).toBe(1);
  for (let t = 1; t < path.length; t++) expect(path[t]!).toBeLessThan(path[t - 1]!);
});

describe("strategies", () => {
  it("all run, and move the policy", { timeout: 60_000 }, async () => {
    for (const { id } of STRATEGIES) {
      const record = await run({ "train.strategy": id, "train.steps": 2, "train.evalEvery": 0 });
      expect(record.problem, id).toBeUndefined();
      for (const { values } of record.train) {
        expect(values.grad_norm, id).toBeGreaterThan(0);
        for (const [name, value] of Object.entries(values))
          expect(Number.isFinite(value), `${id} ${name}`).toBe(true);
      }
    }
  });

  it("refuse LIRE inside the exponent and take it elsewhere", async () => {
    const refused = await run({ "train.loss": "lire" });
    expect(refused.problem?.what).toMatch(/negative/);
    expect(refused.problem?.remedy).toMatch(/importance-weighted KL-DRO/);
    const taken = await run({ "train.loss": "lire", "train.strategy": "iw_kl_dro" });
    expect(taken.problem).toBeUndefined();
    expect(taken.train[0]!.values["policy/max_share"]).toBeGreaterThan(0);
  });
});

describe("presets", () => {
  it("run as published, and say what a batch of one does", { timeout: 60_000 }, async () => {
    for (const preset of PRESETS) {
      const notes: string[] = [];
      const spec = withPreset(tinySpec({ "data.responses": 4 }), preset);
      expect(spec.ratio.form).toBe(preset.ratioForm);
      expect(spec.ratio.normalise).toBe(false);
      for (const [name, value] of Object.entries(preset.objective.loss?.params ?? {})) {
        expect(spec.train.lossParams[name]).toBe(value);
      }
      const record = await runTiny(lab, spec, (event) => {
        if (event.kind === "warning") notes.push(event.what);
      });
      expect(record.problem, preset.id).toBeUndefined();
      expect(record.train.every(({ values }) => values.grad_norm! > 0)).toBe(true);
      const said = notes.some((note) => note.includes("plain reweighting, exactly"));
      expect(said, preset.id).toBe(preset.id === "released-lire" || preset.id === "released-dpo");
    }
  });

  it("released RRHF differs from ERM by a positive factor in the step alone", async () => {
    const released = withPreset(
      tinySpec({ "data.responses": 4 }),
      PRESETS.find(({ id }) => id === "released-rrhf")!,
    );
    const plain = withFields(released, { "train.strategy": "erm" });
    const [a, b] = [await runTiny(lab, released), await runTiny(lab, plain)];
    expect(a.train[0]!.values.loss).toBeCloseTo(b.train[0]!.values.loss!, 10);
    expect(a.train[0]!.values.grad_norm).not.toBeCloseTo(b.train[0]!.values.grad_norm!, 6);
  });
});

it("advice names refusals before a run, with their alternatives", () => {
  const facts = { units: 60, lists: true, unpaired: false, sourcesKnown: true };
  const [finding] = objectiveAdvice(tinySpec({ "train.batch": 1 }), facts);
  expect(finding).toMatchObject({ severity: "refused", about: "batch-size" });
  expect(finding!.alternatives.map(({ estimator }) => estimator)).toContain("running");
  expect(objectiveAdvice(tinySpec({ "train.batch": 32 }), facts)).toEqual([]);
});
