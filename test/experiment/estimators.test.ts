/** Estimators and strategies in whole runs on the exact CPU backend. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import type { RunRecord } from "../../src/experiment/events.ts";
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
  it("all run, or are refused in words", { timeout: 60_000 }, async () => {
    for (const { id } of STRATEGIES) {
      const record = await run({ "train.strategy": id, "train.steps": 2, "train.evalEvery": 0 });
      if (id === "released_rrhf") expect(record.problem?.what).toMatch(/single responses/);
      else {
        expect(record.problem, id).toBeUndefined();
        for (const { values } of record.train) {
          for (const [name, value] of Object.entries(values))
            expect(Number.isFinite(value), `${id} ${name}`).toBe(true);
        }
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
