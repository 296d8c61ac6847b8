/** The recorded step of an objective on the GPU against the same plan in float64, and its behaviour at the extremes. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { LOSSES } from "../../src/objective/losses/index.ts";
import { makeObjective, type ObjectiveChoice } from "../../src/objective/objective.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import { randomBatch, runObjective, type TestBatch } from "../objective/batches.ts";
import { stormRun } from "../objective/storm_run.ts";
import { webgpuBackend } from "./backend.ts";

const exact = createCpuBackend({ precision: "f64" });

async function compare(choice: ObjectiveChoice, batch: TestBatch, steps = 1): Promise<void> {
  const objective = makeObjective(choice);
  const [want, got] = await Promise.all([
    runObjective(exact, objective, batch, { steps }),
    webgpuBackend().then((backend) => runObjective(backend, objective, batch, { steps })),
  ]);
  for (const name in want) {
    want[name]!.forEach((value, i) => {
      const error = Math.abs(got[name]![i]! - value);
      const where = `${choice.loss.id} under ${choice.strategy.id}: ${name}[${i}] is ${got[name]![i]}, want ${value}`;
      expect(error, where).toBeLessThanOrEqual(1e-5 + 3e-5 * Math.abs(value));
    });
  }
}

describe("on the GPU", () => {
  it.each(LOSSES.map(({ id, family }) => ({ id, family })))(
    "$id under four strategies",
    async ({ id, family }) => {
      const batch = randomBatch(family, 70);
      for (const strategy of ["erm", "reweight_sn", "iw_kl_dro", "dora_inside"]) {
        await compare({ loss: { id }, strategy: { id: strategy } }, batch);
      }
    },
  );

  it.each(STRATEGIES.map(({ id }) => ({ id })))(
    "$id over pairs, lists and single responses",
    async ({ id }) => {
      for (const loss of ["simpo", "dpo_pl", "kto"]) {
        const { family } = LOSSES.find((known) => known.id === loss)!;
        await compare({ loss: { id: loss }, strategy: { id } }, randomBatch(family, 45, 2));
      }
    },
  );

  it("carries the running normaliser, a learned lambda and source weights over steps", async () => {
    const running = { gamma: 0.3, mode: "debias" as const, cap: 10 };
    const learnLambda = { rho: 0.05, learningRate: 0.2, min: 0.05 };
    const batch = randomBatch("pairwise", 33);
    const dpo = { id: "dpo" };
    await compare(
      { loss: dpo, strategy: { id: "dora_inside", params: { lam: 0.4 } }, running, learnLambda },
      batch,
      5,
    );
    await compare({ loss: dpo, strategy: { id: "iw_kl_dro" }, running, learnLambda }, batch, 5);
    await compare({ loss: dpo, strategy: { id: "drdpo" }, running }, batch, 5);
    await compare({ loss: dpo, strategy: { id: "group_dro", params: { eta: 0.5 } } }, batch, 5);
  });
});

it("takes the steps of the variance-reduced estimator", async () => {
  const options = { steps: 12, batch: 2, a: 0.3, rate: 0.05, lam: 0.7 };
  const { recorded, pure } = await stormRun(await webgpuBackend(), options);
  recorded.forEach((parameters, t) => {
    parameters.forEach((value, k) => {
      expect(Math.abs(value - pure[t]![k]!), `step ${t}, parameter ${k}`).toBeLessThan(1e-5);
    });
  });
});

it("gives the same bits every time", async () => {
  const backend = await webgpuBackend();
  const objective = makeObjective({
    loss: { id: "dpo" },
    strategy: { id: "dora_inside", params: { lam: 0.1 } },
  });
  const batch = randomBatch("pairwise", 200);
  const first = await runObjective(backend, objective, batch);
  for (let again = 0; again < 3; again++)
    expect(await runObjective(backend, objective, batch)).toEqual(first);
});

describe("at the extremes", () => {
  /** Log-ratios of thousands either way, no difference at all, certainty, length 1; ratios from 0 to 10. */
  function hostile(batch: TestBatch): TestBatch {
    const logps = [-1, -2001, -1, -1e-9, -5000];
    const refs = [-2001, -1, -1, -5, -1];
    return {
      ...batch,
      groups: batch.groups.map((group, g) => ({
        ...group,
        logps: Array.from(group.logps, (_, k) => Math.fround(logps[(g + 2 * k) % 5]!)),
        refLogps: Array.from(group.logps, (_, k) => refs[(g + 2 * k) % 5]!),
        lengths: Array.from(group.logps, () => 1),
      })),
      h: batch.h.map((_, g) => [0, 1e-9, 1, 10][g % 4]!),
    };
  }

  it.each(STRATEGIES.map(({ id, params }) => ({ id, params })))(
    "$id gives no NaN and no infinity",
    async ({ id, params }) => {
      const backend = await webgpuBackend();
      const small: Record<string, number> = {};
      for (const name of ["lam", "beta_prime", "tau"]) if (name in params) small[name] = 0.1;
      for (const { id: loss, family } of LOSSES.filter((known) =>
        ["dpo", "ipo", "orpo", "exo", "rrhf", "dpo_pl", "kto"].includes(known.id),
      )) {
        for (const count of [1, 20]) {
          const objective = makeObjective({ loss: { id: loss }, strategy: { id, params: small } });
          const written = await runObjective(backend, objective, hostile(randomBatch(family, count)), {
            steps: 2,
          });
          for (const [name, values] of Object.entries(written)) {
            values.forEach((value, i) => {
              expect(Number.isFinite(value), `${loss}: ${name}[${i}] is ${value}`).toBe(true);
            });
          }
          const total = written.q!.reduce((a, b) => a + b, 0);
          expect(total, `${loss}: q sums to ${total}`).toBeCloseTo(1, 4);
        }
      }
    },
  );
});
