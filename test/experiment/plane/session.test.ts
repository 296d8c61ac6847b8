/** A Plane session: its numbers, that they repeat, and the signs of what is known of Plane (few seeds). */
import { describe, expect, test } from "vitest";
import { createCpuBackend } from "../../../src/backend/cpu/cpu_backend.ts";
import { interval } from "../../../src/base/statistics.ts";
import { planeDraws, planePairs, planeWorld } from "../../../src/data/worlds/plane.ts";
import { planeGrid } from "../../../src/data/worlds/plane_grid.ts";
import { planeTruth } from "../../../src/data/worlds/plane_truth.ts";
import { PLANE_STRATEGIES, planeSpec } from "../../../src/experiment/plane/preset.ts";
import { createPlaneSession } from "../../../src/experiment/plane/session.ts";
import { type PlaneSweep, planeSweep } from "../../../src/experiment/plane/sweep.ts";
import { createPlanePolicy, planeForward } from "../../../src/model/plane_policy.ts";
import { strategyById } from "../../../src/objective/strategies/index.ts";
import { resolveStrategyParams } from "../../../src/objective/strategies/strategy.ts";
import { dpoMargin, trainPlane } from "../../model/plane_train.ts";
import { pairedDifference, planeRun, planeRuns } from "./whole_runs.ts";

const small = planeSpec({ "data.groups": 200, "train.steps": 40, seed: 3 });

async function sweepOf(changes: Parameters<typeof planeSpec>[0], strategies: readonly string[], seeds = 3) {
  let done: PlaneSweep = [];
  const spec = planeSpec({ seed: 100, ...changes });
  for await (const sweep of planeSweep(spec, strategies, seeds)) done = sweep;
  return done;
}

describe("a session", () => {
  test("in float64 gives what plain training gives", async () => {
    const { groups } = planeWorld({ seed: 3, groups: 200 });
    const truth = planeTruth({ seed: 3, groups: 200 });
    const raw = groups.map((group) => Math.exp(truth.groupLogRatio(group, "joint")));
    const mean = raw.reduce((a, b) => a + b, 0) / raw.length;
    const dora = strategyById("dora_inside");
    const policy = createPlanePolicy(6, 3);
    trainPlane(policy, {
      points: planePairs(groups),
      h: Float64Array.from(raw, (ratio) => ratio / mean),
      loss: dpoMargin(1),
      aggregate: (losses, h) =>
        dora.evaluate({ losses, h }, resolveStrategyParams(dora, { lam: 1 })).gradient,
      steps: 40,
      batch: 64,
      learningRate: 0.01,
      seed: 3,
    });
    const grid = planeGrid();
    const { rew, rewK, kl } = grid.evaluate(planeForward(policy, grid.points).f);
    const metrics = await planeRun(small, "dora_inside");
    expect(metrics.rew).toBeCloseTo(rew, 9);
    expect(metrics.rewK).toBeCloseTo(rewK, 8);
    expect(metrics.kl).toBeCloseTo(kl, 9);
  });

  test("starts as the reference, and repeats itself after a reset and in another session", async () => {
    const session = await createPlaneSession(createCpuBackend(), small, PLANE_STRATEGIES);
    const start = await session.frame();
    expect(start.step).toBe(0);
    expect(start.batch.pairs.length).toBe(0);
    for (const { rew, rewK, ess } of [start.metrics[0]!, start.metrics[3]!]) {
      expect(rew).toBeCloseTo(planeGrid().referenceReward, 6);
      expect(rewK).toBeNaN();
      expect(ess).toBeGreaterThan(0.2);
    }
    expect(session.step(7)).toBe(7);
    const seventh = await session.frame();
    expect(session.step(100)).toBe(40);
    const end = await session.frame();

    session.reset();
    expect(session.at).toBe(0);
    expect(await session.frame()).toEqual(start);
    session.step(7);
    expect(await session.frame()).toEqual(seventh);
    session.close();

    const other = await createPlaneSession(createCpuBackend(), small, ["kl_dro"]);
    other.step(40);
    expect((await other.metrics())[0]).toEqual(end.metrics[2]);
    other.close();
  });

  test("a frame's parts agree with each other", async () => {
    const session = await createPlaneSession(createCpuBackend(), small, PLANE_STRATEGIES);
    session.step(20);
    const { density, batch, metrics } = await session.frame();
    session.close();
    const cells = density.length / 4;
    for (let s = 0; s < 4; s++) {
      const own = density.subarray(s * cells, (s + 1) * cells);
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      const rew = own.reduce((sum, p, i) => sum + p * planeGrid().reward[i]!, 0);
      expect(rew).toBeCloseTo(metrics[s]!.rew, 5);
      const weights = batch.weights.subarray(s * 64, (s + 1) * 64);
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(64, 3);
      expect(metrics[s]!.weightBySource.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    }
    expect([...batch.weights.subarray(0, 64)].every((weight) => Math.abs(weight - 1) < 1e-5)).toBe(true);
    const draws = planeDraws({ seed: 3, groups: 200 });
    expect([...batch.sources]).toEqual([...batch.pairs].map((pair) => draws[pair]!.source));
    expect(metrics[0]!.ess).toBeCloseTo(1, 9);
  });

  test("float32 on the CPU stays beside float64", async () => {
    const session = await createPlaneSession(createCpuBackend(), small, PLANE_STRATEGIES);
    session.step(40);
    const rounded = await session.metrics();
    const exact = await planeRuns(small, PLANE_STRATEGIES);
    session.close();
    rounded.forEach((metrics, i) => {
      expect(metrics.rew).toBeCloseTo(exact[i]!.rew, 4);
      expect(metrics.rewK).toBeCloseTo(exact[i]!.rewK, 3);
    });
  });

  test("refuses what it cannot carry, in words", async () => {
    const open = (changes: Parameters<typeof planeSpec>[0], strategy = "erm") =>
      createPlaneSession(createCpuBackend(), planeSpec(changes), [strategy]);
    await expect(open({ "data.source": "builtin:chatter" })).rejects.toThrow("not about Plane");
    await expect(open({ "train.loss": "lire" })).rejects.toThrow("Plane has pairs");
    await expect(open({ "ratio.form": "averaged" })).rejects.toThrow("no approximate form");
    await expect(open({}, "released_rrhf")).rejects.toThrow("lists");
  });

  test("estimated ratios come close to exact ones", async () => {
    const changes = { "data.groups": 400, "train.steps": 1 };
    const open = (source: string) =>
      createPlaneSession(createCpuBackend(), planeSpec({ ...changes, "ratio.source": source }), ["reweight"]);
    const [exact, estimated] = await Promise.all([open("true"), open("classifier")]);
    const log = (h: Float64Array) => [...h].map((value) => Math.log(value + 1e-3));
    const [a, b] = [log(exact.setting.pairs.h), log(estimated.setting.pairs.h)];
    const centre = (xs: number[]) => xs.map((x) => x - interval(xs).mean);
    const dot = (xs: number[], ys: number[]) => xs.reduce((sum, x, i) => sum + x * ys[i]!, 0);
    const [u, v] = [centre(a), centre(b)];
    expect(dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v))).toBeGreaterThan(0.85);
  });
});

describe("what is true in Plane (signs)", { timeout: 60_000 }, () => {
  test("weights beat none where annotators disagree, most where the shift is small", async () => {
    const gain = async (shift: number) =>
      pairedDifference(await sweepOf({ "data.shift": shift }, ["erm", "reweight"]), 1, 0, "rewK").mean;
    const near = await gain(0.75);
    expect(near).toBeGreaterThan(0.5);
    expect(near).toBeGreaterThan(await gain(1.5));
  });

  test("without shift neither the ratio nor DRO makes much of a difference", async () => {
    const sweep = await sweepOf({ "data.shift": 0 }, ["erm", "reweight", "kl_dro"], 4);
    for (const strategy of [1, 2]) {
      expect(Math.abs(pairedDifference(sweep, strategy, 0, "rew").mean)).toBeLessThan(0.2);
      expect(Math.abs(pairedDifference(sweep, strategy, 0, "rewK").mean)).toBeLessThan(0.4);
    }
  });

  test("weights cost sample size, the more the scarcer the target", async () => {
    const ess = async (share: number) =>
      (await planeRun(planeSpec({ "data.shareTarget": share, "train.steps": 1 }), "reweight")).ess;
    expect(await ess(0.1)).toBeLessThan(await ess(0.5));
  });

  test("KL-DRO puts its weight on flipped labels", async () => {
    const changes = {
      "data.shareTarget": 1,
      "data.shareFirst": 0,
      "data.corruption": 0.2,
      "train.lambda": 0.1,
    };
    const extras = { temperature: 0.2 };
    const [erm, dro] = await planeRuns(planeSpec(changes), ["erm", "kl_dro"], 100, extras);
    expect(erm!.flippedWeight).toBeCloseTo(0.2, 1);
    expect(dro!.flippedWeight).toBeGreaterThan(erm!.flippedWeight + 0.1);
    expect(dro!.rew).toBeLessThan(erm!.rew);
  });

  test("at batch 1 DoRA is reweighting", async () => {
    const spec = planeSpec({ "train.batch": 1, "train.steps": 200, seed: 7, "train.lambda": 0.3 });
    const [dora, weighted] = await planeRuns(spec, ["dora_inside", "reweight"]);
    expect(dora!.rew).toBeCloseTo(weighted!.rew, 9);
  });
});
