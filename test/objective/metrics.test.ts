/** The metrics that say how training goes, on cases small enough to do in the head. */
import { describe, expect, it } from "vitest";
import {
  displacementAlarm,
  displacementMetrics,
  extremePair,
  implicitRewards,
  preferenceMetrics,
  ratioMetrics,
  robustMetrics,
  sourceMetrics,
  sourceShares,
} from "../../src/objective/metrics.ts";

const pairs = [
  { logps: [-10, -20], refLogps: [-12, -18], lengths: [4, 5], scores: [1, 0] },
  { logps: [-9, -7], refLogps: [-8, -6], lengths: [2, 10], scores: [1, 0] },
  { logps: [-5, -5], refLogps: [-5, -5], lengths: [5, 5], scores: [1, 0] },
];

it("implicit rewards follow the loss's form", () => {
  const form = { scale: 0.5, reference: true, perToken: false };
  expect(implicitRewards(pairs[0]!, form)).toEqual([1, -1]);
  expect(implicitRewards(pairs[0]!, { ...form, reference: false, perToken: true })).toEqual([-1.25, -2]);
});

it("accuracy counts strict wins only", () => {
  const metrics = preferenceMetrics(pairs, { scale: 1, reference: true, perToken: false });
  expect(metrics["rewards/accuracies"]).toBeCloseTo(1 / 3, 14);
  expect(metrics["rewards/margins"]).toBeCloseTo((2 + 2 + 0) / 3, 14);
  expect(metrics["logps/chosen"]).toBeCloseTo(-8, 14);
});

describe("displacement", () => {
  it("measures how far chosen responses moved, summed and per token", () => {
    const metrics = displacementMetrics(pairs);
    expect(metrics["displacement/chosen_delta"]).toBeCloseTo((2 - 1) / 3, 14);
    expect(metrics["displacement/chosen_delta_per_token"]).toBeCloseTo((0.5 - 0.5) / 3, 14);
    expect(metrics["displacement/chosen_down"]).toBeCloseTo(1 / 3, 14);
    expect(metrics["displacement/both_down"]).toBeCloseTo(1 / 3, 14);
  });
  it("alarms only when accuracy rises while chosen responses fall", () => {
    const at = (accuracy: number, delta: number) => ({
      "rewards/accuracies": accuracy,
      "displacement/chosen_delta": delta,
    });
    expect(displacementAlarm([at(0.5, 0), at(0.8, -3)])).toBe(true);
    expect(displacementAlarm([at(0.5, 0), at(0.8, 1)])).toBe(false);
    expect(displacementAlarm([at(0.5, 0), at(0.5, -3)])).toBe(false);
    expect(displacementAlarm([])).toBe(false);
  });
  it("compares the best with the worst of a list, the first on ties", () => {
    const list = {
      logps: [-1, -2, -3, -4],
      refLogps: [0, 0, 0, 0],
      lengths: [1, 2, 3, 4],
      scores: [0, 2, 2, 0],
    };
    expect(extremePair(list)).toEqual({ logps: [-2, -1], refLogps: [0, 0], lengths: [2, 1], scores: [2, 0] });
  });
});

it("weights: equal ones have full ESS and no KL, a single one ESS 1 and KL log B", () => {
  const equal = robustMetrics({ value: 1, gradient: [0.25, 0.25, 0.25, 0.25], q: [0.25, 0.25, 0.25, 0.25] });
  expect(equal).toEqual({ "robust/value": 1, "robust/ess": 4, "robust/kl": 0, "robust/max_weight": 0.25 });
  const single = robustMetrics({ value: 1, gradient: [0, 3, 0, 0], q: [0, 1, 0, 0], lambda: 0.5 }, 2);
  expect(single["robust/ess"]).toBe(1);
  expect(single["robust/kl"]).toBeCloseTo(Math.log(4), 14);
  expect(single["robust/max_weight"]).toBe(1);
  expect(single["robust/lambda"]).toBe(0.5);
  expect(single["robust/log_u"]).toBe(2);
  expect(robustMetrics({ value: 0, gradient: [0, 0], q: [0.5, 0.5] })["robust/max_weight"]).toBe(0);
  expect(ratioMetrics([0, 2])).toEqual({ "h/mean": 1, "h/min": 0, "h/max": 2, "h/ess_fraction": 0.5 });
});

it("sources: a mixed group counts for each by its share, an absent source is left out, an unknown one counts for none", () => {
  const shares = sourceShares(
    [
      [0, 0],
      [0, 1],
      [1, -1],
    ],
    3,
  );
  expect(shares).toEqual([
    [1, 0, 0],
    [0.5, 0.5, 0],
    [0, 0.5, 0],
  ]);
  const metrics = sourceMetrics(["human", "model", "other"], shares, {
    h: [2, 1, 4],
    losses: [1, 3, 5],
    weights: [1, 2, 1],
  });
  expect(metrics["h/by_source/human"]).toBeCloseTo(2.5 / 1.5, 14);
  expect(metrics["loss/by_source/model"]).toBeCloseTo(4, 14);
  expect(metrics["weight/by_source/human"]).toBeCloseTo(0.5, 14);
  expect("h/by_source/other" in metrics).toBe(false);
});
