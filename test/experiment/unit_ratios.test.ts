/** From ratios of responses to one per group: what the form asked for makes of a whole group. */
import { describe, expect, it } from "vitest";
import { rawUnitRatios } from "../../src/experiment/unit_ratios.ts";
import { tinySpec } from "./tiny.ts";

const SHARES = [0.5, 0.3, 0.2];
/** log Q0/Qi of two groups of two responses. */
const LOG_W = [
  [
    [0.7, -0.2],
    [1.1, 0.4],
  ],
  [
    [-1.3, 0.1],
    [-0.4, -2],
  ],
];
const ownH = [
  [1.2, 1.4],
  [0.3, 0.6],
];

/** Group 0 is the target's, group 1 the second synthetic source's. */
const prepared = {
  dataset: {
    sources: ["bot", "human", "other"],
    target: 1,
    format: "chatter",
    groups: [1, 2, 0].map((source) => ({
      prompt: "a question",
      responses: [0, 1].map((k) => ({ text: `answer ${k}`, source })),
    })),
  },
  train: [0, 1],
  heldOut: [2],
  units: [0, 1].map((group) => ({ group, responses: [0, 1] })),
} as unknown as Parameters<typeof rawUnitRatios>[1];
const ratio = {
  estimates: ownH.map((group) => group.map((h) => ({ h, logRatio: Math.log(h), probability: 0.5 }))),
  logSourceRatios: LOG_W,
  shares: SHARES,
  summary: null,
};
const of = (form: string, reduction = "auto", source = "classifier") =>
  rawUnitRatios(
    tinySpec({ "ratio.form": form, "ratio.reduction": reduction, "ratio.source": source }),
    prepared,
    ratio,
  )!;

/** Q0/Qi of a whole group: products of its responses'. */
const W = LOG_W.map(([a, b]) => a!.map((value, source) => Math.exp(value + b![source]!)));

describe("the joint ratio of a group", () => {
  it("is the mixture's where the form is exact, or nobody estimates", () => {
    const exact = W.map(([one, two]) => 1 / (0.5 + 0.3 / one! + 0.2 / two!));
    for (const got of [of("mixture"), of("posterior"), of("stabilised", "auto", "true")]) {
      got.forEach((value, i) => void expect(value).toBeCloseTo(exact[i]!, 12));
    }
  });

  it("is of the form asked for", () => {
    const stabilised = W.map(
      ([one, two]) => (1 / (1 / 3 + 0.5) + 1 / (1 / 3 + 0.3 / one!) + 1 / (1 / 3 + 0.2 / two!)) / 3,
    );
    const averaged = W.map(([one, two]) => (1 / 0.5 + one! / 0.3 + two! / 0.2) / 3);
    of("stabilised").forEach((value, i) => void expect(value).toBeCloseTo(stabilised[i]!, 12));
    of("averaged").forEach((value, i) => void expect(value).toBeCloseTo(averaged[i]!, 12));
  });

  it("is the mean of the responses' weights for the released form, unless the joint one is asked for", () => {
    of("released").forEach((value, i) => {
      expect(value).toBeCloseTo((ownH[i]![0]! + ownH[i]![1]!) / 2, 12);
    });
    // 1/(1/n + m (1-p)/p) with the odds of the target against the others, and the share of the group's own source.
    const joint = W.map(([one, two], i) => 1 / (1 / 3 + [0.5, 0.2][i]! * (0.6 / one! + 0.4 / two!)));
    of("released", "joint").forEach((value, i) => void expect(value).toBeCloseTo(joint[i]!, 12));
  });
});
