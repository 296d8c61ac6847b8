import { describe, expect, test } from "vitest";
import { planePairs, planeWorld } from "../../src/data/worlds/plane.ts";
import { planeGrid } from "../../src/data/worlds/plane_grid.ts";
import { PLANE_SHARES, type PlaneOptions } from "../../src/data/worlds/plane_options.ts";
import { planeTruth } from "../../src/data/worlds/plane_truth.ts";
import type { GroupReduction } from "../../src/data/worlds/true_ratio.ts";
import { createPlanePolicy, planeBackward, planeForward } from "../../src/model/plane_policy.ts";
import { strategyById } from "../../src/objective/strategies/index.ts";
import { dpoMargin, planeSteps, trainPlane } from "./plane_train.ts";

const grid = planeGrid();
const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

interface Arm {
  readonly strategy: string;
  readonly lam?: number;
  readonly reduction?: GroupReduction;
  readonly hidden?: number;
  readonly steps?: number;
  readonly batch?: number;
}

/** Trains one arm on one world as published: Adam 0.01, beta 1, batch 64, h divided by its mean. */
function train(world: Partial<PlaneOptions> & { seed: number }, arm: Arm) {
  const { groups } = planeWorld(world);
  const truth = planeTruth(world);
  const raw = groups.map((group) => Math.exp(truth.groupLogRatio(group, arm.reduction ?? "joint")));
  const strategy = strategyById(arm.strategy);
  const params = Object.fromEntries(
    Object.entries(strategy.params).map(([name, spec]) => [
      name,
      name === "lam" ? (arm.lam ?? 1) : spec.default,
    ]),
  );
  const policy = createPlanePolicy(arm.hidden ?? 6, world.seed);
  trainPlane(policy, {
    points: planePairs(groups),
    h: Float64Array.from(raw, (ratio) => ratio / mean(raw)),
    loss: dpoMargin(1),
    aggregate: (losses, h) => strategy.evaluate({ losses, h }, params).gradient,
    steps: arm.steps ?? 300,
    batch: arm.batch ?? 64,
    learningRate: 0.01,
    seed: world.seed,
  });
  return { policy, ...grid.evaluate(planeForward(policy, grid.points).f) };
}

/** Mean over seeds of a - b, trained on the same data. */
function difference(world: Partial<PlaneOptions>, a: Arm, b: Arm, seeds: number) {
  const runs = Array.from({ length: seeds }, (_, i) => {
    const one = train({ ...world, seed: 100 + i }, a);
    const other = train({ ...world, seed: 100 + i }, b);
    return { rew: one.rew - other.rew, rewK: one.rewK - other.rewK };
  });
  return { rew: mean(runs.map(({ rew }) => rew)), rewK: mean(runs.map(({ rewK }) => rewK)) };
}

describe("plane policy", () => {
  test.each([0, 3, 6])("gradients equal finite differences, hidden %d", (hidden) => {
    const policy = createPlanePolicy(hidden, 1);
    policy.parameters.forEach((value, i) => {
      policy.parameters[i] = value + 0.3 * Math.sin(i + 1);
    });
    const points = Float64Array.from({ length: 10 }, (_, i) => Math.sin(3 * i) * 2);
    const c = Float64Array.from({ length: 5 }, (_, i) => Math.cos(i));
    const value = () => planeForward(policy, points).f.reduce((sum, f, i) => sum + c[i]! * f, 0);
    const gradient = planeBackward(policy, planeForward(policy, points), c);
    policy.parameters.forEach((kept, i) => {
      const step = 1e-5;
      policy.parameters[i] = kept + step;
      const above = value();
      policy.parameters[i] = kept - step;
      const below = value();
      policy.parameters[i] = kept;
      expect(gradient[i]).toBeCloseTo((above - below) / (2 * step), 7);
    });
  });

  test("starts as the reference", () => {
    const { rew, kl } = grid.evaluate(planeForward(createPlanePolicy(6, 3), grid.points).f);
    expect(rew).toBeCloseTo(grid.referenceReward, 12);
    expect(kl).toBeCloseTo(0, 12);
  });

  test("the margin loss and its slope agree, also far out", () => {
    const { loss, slope } = { loss: dpoMargin(0.7)(0.4).loss, slope: dpoMargin(0.7)(0.4).slope };
    expect(loss).toBeCloseTo(-Math.log(1 / (1 + Math.exp(-0.28))), 12);
    expect(slope).toBeCloseTo((dpoMargin(0.7)(0.4 + 1e-6).loss - dpoMargin(0.7)(0.4 - 1e-6).loss) / 2e-6, 7);
    expect(dpoMargin(1)(-2000)).toEqual({ loss: 2000, slope: -1 });
    expect(dpoMargin(1)(2000).loss).toBe(0);
  });

  test("steps can be watched, and give what running them all gives", () => {
    const { groups } = planeWorld({ seed: 1, groups: 100, shares: [1, 0, 0], temperature: 0.2 });
    const training = {
      points: planePairs(groups),
      h: new Float64Array(100).fill(1),
      loss: dpoMargin(1),
      aggregate: (losses: Float64Array) => losses.map(() => 1 / losses.length),
      steps: 150,
      batch: 16,
      learningRate: 0.01,
      seed: 5,
    };
    const watched = createPlanePolicy(4, 2);
    const seen = [...planeSteps(watched, training)];
    const other = createPlanePolicy(4, 2);
    trainPlane(other, training);
    expect(watched.parameters).toEqual(other.parameters);
    expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
    for (const { pairs } of seen) expect(new Set(pairs).size).toBe(16);
    expect(mean(Array.from(seen[149]!.losses))).toBeLessThan(mean(Array.from(seen[0]!.losses)));
  });
});

describe("what is true in Plane (signs, few seeds)", { timeout: 60_000 }, () => {
  const { plenty, scarce } = PLANE_SHARES;

  test("exact joint weights beat none by about half a reward", () => {
    const gain = difference({ shares: plenty }, { strategy: "reweight" }, { strategy: "erm" }, 6);
    expect(gain.rew).toBeGreaterThan(0.3);
    expect(gain.rew).toBeLessThan(0.8);
    expect(gain.rewK).toBeGreaterThan(0.4);
  });

  test("unweighted training drifts below the reference where target data is scarce", () => {
    const rewards = [100, 101, 102, 103, 104, 105].map(
      (seed) => train({ seed, shares: scarce }, { strategy: "erm" }).rew,
    );
    expect(mean(rewards)).toBeLessThan(grid.referenceReward);
  });

  test("how a pair's ratio is made matters: joint beats mean", () => {
    const joint: Arm = { strategy: "reweight" };
    expect(difference({}, joint, { ...joint, reduction: "mean" }, 6).rewK).toBeGreaterThan(0.1);
  });

  test("DoRA inside keeps the direction of reweighting but moves less", () => {
    const gap = difference({}, { strategy: "dora_inside", lam: 0.3 }, { strategy: "reweight" }, 6);
    expect(gap.rew).toBeLessThan(-0.3);
    expect(Math.abs(gap.rewK)).toBeLessThan(0.4);
  });

  test("the loss-blind control moves further than DoRA inside with the flat ratio", () => {
    const dora: Arm = { strategy: "dora_inside", lam: 0.3, reduction: "mean" };
    expect(difference({}, { ...dora, strategy: "sharp" }, dora, 6).rew).toBeGreaterThan(0.4);
  });

  test("KL-DRO shares the drift of ERM", () => {
    const gap = difference({}, { strategy: "kl_dro" }, { strategy: "erm" }, 6);
    expect(Math.abs(gap.rewK)).toBeLessThan(0.25);
  });

  test("shift alone is harmless to a policy that fits; conflict is not", () => {
    const world = { shares: [0.3, 0.7, 0] as const };
    const weighted: Arm = { strategy: "reweight", steps: 600 };
    const plain: Arm = { strategy: "erm", steps: 600 };
    expect(Math.abs(difference({ ...world, kappa: 0 }, weighted, plain, 4).rewK)).toBeLessThan(0.15);
    expect(difference({ ...world, kappa: 1 }, weighted, plain, 4).rewK).toBeGreaterThan(0.25);
  });

  test("KL-DRO feeds on flipped labels and grows timid, but keeps its direction", () => {
    const world = { shares: [1, 0, 0] as const, temperature: 0.2, corruption: 0.2 };
    const gap = difference(world, { strategy: "kl_dro", lam: 0.1 }, { strategy: "erm" }, 4);
    expect(gap.rew).toBeLessThan(-0.5);
    expect(Math.abs(gap.rewK)).toBeLessThan(0.15);
  });

  test("at batch 1 DoRA inside is reweighting", () => {
    const one = { batch: 1, steps: 400 };
    const dora = train({ seed: 7 }, { strategy: "dora_inside", lam: 0.3, ...one });
    const plain = train({ seed: 7 }, { strategy: "reweight", ...one });
    expect(dora.rew).toBeCloseTo(plain.rew, 10);
  });

  test("KL-DRO saves a minority if labels are clean and the policy is small", () => {
    const world = { shares: [1, 0, 0] as const, modes: [0.95, 0.05] as const, temperature: 0.2, groups: 500 };
    const small = planeWorld({ ...world, modes: [0, 1], groups: 2000, seed: 77 });
    const truth = planeTruth(world);
    const accuracy = (arm: Arm, seed: number) => {
      const { policy } = train({ ...world, seed }, { ...arm, hidden: 0, steps: 600 });
      const right = small.groups.map((group) => {
        const known = group.responses.map((response) => truth.score("", response.text)!);
        const { f } = planeForward(
          policy,
          known.flatMap(({ point }) => point),
        );
        return (known[0]!.humanReward - known[1]!.humanReward) * (f[0]! - f[1]!) > 0 ? 1 : 0;
      });
      return mean(right);
    };
    const gains = [100, 101, 102, 103, 104, 105].map(
      (seed) => accuracy({ strategy: "kl_dro", lam: 0.3 }, seed) - accuracy({ strategy: "erm" }, seed),
    );
    expect(mean(gains)).toBeGreaterThan(0.03);
  });
});
