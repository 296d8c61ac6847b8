/** What the strategies are for, not only their numbers: a small policy, trained to convergence on a world we know. */
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import { lambdaStep } from "../../src/objective/estimators/lambda.ts";
import { NO_CONTEXT } from "../../src/objective/losses/loss.ts";
import { klDivergence, softmax } from "../../src/objective/numerics.ts";
import { makeObjective, type Objective } from "../../src/objective/objective.ts";
import { klDro } from "../../src/objective/strategies/kl_dro.ts";
import {
  allPairs,
  gradientAt,
  groupsUnder,
  logPolicy,
  PARAMETERS,
  type Pair,
  ratioOf,
  SHARES,
  samplePairs,
  trainToConvergence,
} from "./finite_world.ts";

const BETA = 1;
const dpoUnder = (id: string, params: Record<string, number> = {}): Objective =>
  makeObjective({ loss: { id: "dpo", params: { beta: BETA } }, strategy: { id, params } });
const erm = dpoUnder("erm");
const reweight = dpoUnder("reweight");

const target = allPairs([1, 0]).filter(({ probability }) => probability > 0);
const targetPairs = target.map(({ pair }) => pair);
/** Reweighting with these as h turns the mean over all possible pairs into the exact target expectation. */
const targetWeights = target.map(({ probability }) => probability * target.length);

const targetLoss = (parameters: readonly number[]): number =>
  gradientAt(reweight, parameters, targetPairs, targetWeights).value;
const optimum = trainToConvergence(reweight, targetPairs, targetWeights);
const best = targetLoss(optimum);

/**
 * Expected excess of the target loss of reweighting on n pairs: tr(H^-1 S)/(2n), with H the target loss's curvature and
 * S the covariance of h times a pair's slope under the training mixture, both exact sums at the optimum.
 */
function expectedExcess(n: number): number {
  const step = 1e-4;
  const [[a, b], [c, d]] = [0, 1].map((k) => {
    const nudged = (by: number) => optimum.map((value, j) => (j === k ? value + by : value));
    const above = gradientAt(reweight, nudged(step), targetPairs, targetWeights).gradient;
    const below = gradientAt(reweight, nudged(-step), targetPairs, targetWeights).gradient;
    return above.map((value, j) => (value - below[j]!) / (2 * step));
  }) as [[number, number], [number, number]];
  let trace = 0;
  for (const { pair, probability } of allPairs(SHARES)) {
    const [x, y] = gradientAt(reweight, optimum, [pair], [ratioOf(pair, "joint")]).gradient as [
      number,
      number,
    ];
    trace += (probability * (x * (d * x - b * y) + y * (a * y - c * x))) / (a * d - b * c);
  }
  return trace / (2 * n);
}

describe("reweighting with the exact ratio", () => {
  const n = 1000;
  const seeds = Array.from({ length: 30 }, (_, seed) => seed);
  const runs = seeds.map((seed) => {
    const pairs = samplePairs(n, seed);
    const excess = (objective: Objective, reduction: "joint" | "mean"): number => {
      const h = pairs.map((pair) => ratioOf(pair, reduction));
      return targetLoss(trainToConvergence(objective, pairs, h)) - best;
    };
    return { joint: excess(reweight, "joint"), mean: excess(reweight, "mean"), erm: excess(erm, "joint") };
  });
  const mean = (read: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + read(run), 0) / runs.length;

  it("reaches the target's optimum within sampling error", () => {
    const expected = expectedExcess(n);
    // The excess is a weighted chi-square of two degrees of freedom: its mean over many runs comes close to this.
    expect(mean((run) => run.joint)).toBeGreaterThan(0.5 * expected);
    expect(mean((run) => run.joint)).toBeLessThan(1.6 * expected);
  });

  it("while ERM does not, by far", () => {
    const expected = expectedExcess(n);
    for (const run of runs) expect(run.erm).toBeGreaterThan(20 * expected);
  });

  it("and averaging the responses' ratios does not either, though it helps", () => {
    expect(mean((run) => run.mean)).toBeGreaterThan(5 * expectedExcess(n));
    for (const run of runs) expect(run.mean).toBeLessThan(run.erm);
  });
});

it("ERM on all possible pairs converges to the mixture's optimum, not the target's", () => {
  const mixture = allPairs(SHARES);
  const pairs = mixture.map(({ pair }) => pair);
  const atMixture = trainToConvergence(
    reweight,
    pairs,
    mixture.map(({ probability }) => probability * pairs.length),
  );
  const exact = trainToConvergence(
    reweight,
    pairs,
    mixture.map(({ pair, probability }) => probability * pairs.length * ratioOf(pair, "joint")),
  );
  // With expectations instead of samples the reweighted optimum is the target's, to the last digits.
  logPolicy(exact).forEach((value, y) => {
    expect(value).toBeCloseTo(logPolicy(optimum)[y]!, 6);
  });
  expect(targetLoss(atMixture) - best).toBeGreaterThan(0.02);
});

describe("KL-DRO", () => {
  /** Largest q.l - lambda KL(q || u) over the simplex of three, by ever finer grids: no formula of ours involved. */
  function bruteForce(losses: readonly number[], lambda: number): { value: number; q: number[] } {
    const at = (a: number, b: number): number => {
      const q = [a, b, 1 - a - b];
      if (q.some((share) => share < 0)) return -Infinity;
      return q.reduce(
        (sum, share, i) => sum + share * losses[i]! - (share > 0 ? lambda * share * Math.log(3 * share) : 0),
        0,
      );
    };
    let [a, b] = [1 / 3, 1 / 3];
    for (let width = 1; width > 1e-10; width *= 0.6) {
      const [a0, b0] = [a, b];
      for (let i = -8; i <= 8; i++) {
        for (let j = -8; j <= 8; j++) {
          const [x, y] = [a0 + (i / 8) * width, b0 + (j / 8) * width];
          if (at(x, y) > at(a, b)) [a, b] = [x, y];
        }
      }
    }
    return { value: at(a, b), q: [a, b, 1 - a - b] };
  }

  it.each([0.05, 0.3, 1, 10])("is the worst case over distributions, lambda %s", (lam) => {
    const pairs: Pair[] = [
      { winner: 0, loser: 4, source: 0 },
      { winner: 3, loser: 1, source: 1 },
      { winner: 2, loser: 5, source: 0 },
    ];
    const parameters = [0.7, -0.4];
    const groups = groupsUnder(parameters, pairs);
    const objective = dpoUnder("kl_dro", { lam });
    const losses = groups.map(
      (group) => objective.loss.evaluate(group, objective.lossParams, NO_CONTEXT).loss,
    );
    const dual = objective.strategy.evaluate({ losses, h: [1, 1, 1] }, objective.strategyParams);
    const primal = bruteForce(losses, lam);
    expect(dual.value).toBeCloseTo(primal.value, 9);
    dual.q.forEach((share, i) => {
      expect(share).toBeCloseTo(primal.q[i]!, 4);
    });
  });

  it("equals DoRA inside with h = 1 along a whole training run", () => {
    const pairs = samplePairs(200, 9);
    const ones = pairs.map(() => 1);
    const a = trainToConvergence(dpoUnder("kl_dro", { lam: 0.4 }), pairs, ones);
    const b = trainToConvergence(dpoUnder("dora_inside", { lam: 0.4 }), pairs, ones);
    expect(b).toEqual(a);
  });
});

describe("mini-batches of one", () => {
  const pairs = samplePairs(30, 3);
  const h = pairs.map((pair) => ratioOf(pair, "joint"));
  const lam = 0.5;
  const full = trainToConvergence(dpoUnder("dora_inside", { lam }), pairs, h, 0.1);
  const reweighted = trainToConvergence(reweight, pairs, h);
  const distance = (a: readonly number[], b: readonly number[]): number =>
    Math.hypot(...a.map((value, k) => value - b[k]!));

  /** Stochastic gradient descent over single pairs with a falling rate, averaging the second half of the path. */
  function descend(objectiveAt: (progress: number) => Objective, epochs = 1000): number[] {
    const parameters = new Array<number>(PARAMETERS).fill(0);
    const average = new Array<number>(PARAMETERS).fill(0);
    const order = stream(1, "order");
    let state = {};
    for (let epoch = 0; epoch < epochs; epoch++) {
      const fall = 1 / (1 + epoch / 20);
      const objective = objectiveAt(fall);
      for (const i of order.shuffle(pairs.map((_, i) => i))) {
        const step = gradientAt(objective, parameters, [pairs[i]!], [h[i]!], state);
        state = step.state;
        for (let k = 0; k < PARAMETERS; k++) parameters[k]! -= 0.05 * fall * step.gradient[k]!;
      }
      if (epoch < epochs / 2) continue;
      for (let k = 0; k < PARAMETERS; k++) average[k]! += parameters[k]! / (epochs / 2);
    }
    return average;
  }

  it("turn DoRA into reweighting, and the running normaliser turns it back", { timeout: 30_000 }, () => {
    const gap = distance(full, reweighted);
    expect(gap).toBeGreaterThan(0.05);
    const plain = descend(() => dpoUnder("dora_inside", { lam }));
    expect(distance(plain, reweighted)).toBeLessThan(0.03 * gap);
    const running = descend((fall) =>
      makeObjective({
        loss: { id: "dpo", params: { beta: BETA } },
        strategy: { id: "dora_inside", params: { lam } },
        running: { gamma: 0.05 * fall, mode: "first", cap: 1000 },
      }),
    );
    expect(distance(running, full)).toBeLessThan(0.03 * gap);
  });
});

it("a learned lambda settles where the tilt spends its KL budget, at the constrained worst case", () => {
  const losses = groupsUnder([0.7, -0.4], samplePairs(40, 5)).map(
    (group) => erm.loss.evaluate(group, erm.lossParams, NO_CONTEXT).loss,
  );
  const rho = 0.05;
  const form = (lam: number) => klDro.logMeanExp!({ losses, h: losses }, { lam });
  let lambda = 2;
  for (let step = 0; step < 4000; step++) {
    const { exponents, base } = form(lambda);
    lambda = lambdaStep(lambda, softmax(exponents), base, { rho, learningRate: 0.5, min: 1e-3 });
  }
  const constrained = dpoUnder("kl_dro_constrained", { rho });
  const want = constrained.strategy.evaluate({ losses, h: losses }, constrained.strategyParams);
  expect(klDivergence(softmax(form(lambda).exponents))).toBeCloseTo(rho, 6);
  expect(lambda).toBeCloseTo(want.lambda!, 4);
});
