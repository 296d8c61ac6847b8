/** The presets, and the quirks of the released code that they reproduce. */
import { describe, expect, it } from "vitest";
import { meanOf } from "../../src/objective/numerics.ts";
import { evaluateObjective, makeObjective } from "../../src/objective/objective.ts";
import { PRESETS } from "../../src/objective/presets.ts";
import {
  orderedMixture,
  releasedMethod,
  releasedMixture,
  releasedWeight,
  releasedWeights,
} from "../../src/objective/released.ts";

const lists = [
  {
    logps: [-20, -31, -18, -40],
    refLogps: [-22, -30, -19, -35],
    lengths: [8, 11, 6, 15],
    scores: [0.2, 1.1, -0.4, 0.9],
  },
  {
    logps: [-12, -16, -25, -9],
    refLogps: [-11, -18, -22, -12],
    lengths: [5, 6, 9, 4],
    scores: [1.4, 0.1, 0.3, -1],
  },
];
const probs = [
  [0.2, 0.1, 0.9, 0.6],
  [0.5, 0.4, 0.3, 0.8],
];
const weights = probs.map((row) => releasedWeights(row, releasedMixture(4)));

function run(id: string, groups = lists, paddedLength = 20, rows = weights) {
  const { loss, strategy } = PRESETS.find((preset) => preset.id === id)!.objective;
  const objective = makeObjective({ loss: loss!, strategy });
  const context = { kl: 0, paddedLength };
  return evaluateObjective(objective, { groups, h: rows.map(meanOf), responseWeights: rows, context });
}
function plain(id: string, groups = lists, paddedLength = 20) {
  const { loss } = PRESETS.find((preset) => preset.id === id)!.objective;
  return evaluateObjective(makeObjective({ loss: loss!, strategy: { id: "erm" } }), {
    groups,
    h: groups.map(() => 1),
    context: { kl: 0, paddedLength },
  });
}

it("every preset names its quirks, with effect and how to see it here, and its settings exist", () => {
  expect(PRESETS.map(({ id }) => id)).toEqual(["paper", "released-rrhf", "released-lire", "released-dpo"]);
  for (const preset of PRESETS) {
    expect(preset.quirks.length).toBeGreaterThan(0);
    for (const quirk of preset.quirks) for (const text of Object.values(quirk)) expect(text).toMatch(/\.$/);
    makeObjective({ loss: preset.objective.loss ?? { id: "dpo" }, strategy: preset.objective.strategy });
  }
});

describe("quirks", () => {
  it("batch 1: released DPO and LIRE are the mean weight times the loss", () => {
    for (const id of ["released-dpo", "released-lire"]) {
      const one = run(id, lists.slice(0, 1), 20, weights.slice(0, 1));
      expect(one.strategy.value).toBeCloseTo(meanOf(weights[0]!) * one.losses[0]!, 12);
    }
  });
  it("released RRHF's gradient is a positive multiple of ERM's", () => {
    const [a, b] = [run("released-rrhf").coefficients.flat(), plain("released-rrhf").coefficients.flat()];
    const ratios = a.flatMap((value, i) => (b[i] === 0 ? [] : [value / b[i]!]));
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0]!, 12);
    expect(ratios[0]!).toBeGreaterThan(0);
    expect(ratios[0]!).not.toBeCloseTo(1, 2);
  });
  it("released RRHF's likelihood term halves when the padding doubles", () => {
    const sft = (padded: number): number => plain("released-rrhf", lists, padded).strategy.value;
    const withoutSft = sft(1e12);
    expect(sft(40) - withoutSft).toBeCloseTo((sft(20) - withoutSft) / 2, 9);
  });
  it("released LIRE selects no lists: its tilt is KL-DRO's times the mean weight", () => {
    const got = run("released-lire").strategy;
    const free = makeObjective({
      loss: PRESETS[2]!.objective.loss!,
      strategy: { id: "kl_dro", params: { lam: 1 } },
    });
    const kl = evaluateObjective(free, { groups: lists, h: [1, 1] }).strategy;
    const mean = meanOf(weights.flat());
    got.gradient.forEach((weight, i) => {
      expect(weight).toBeCloseTo(mean * kl.gradient[i]!, 12);
    });
  });
  it("with all constants equal the weight collapses to p/alpha", () => {
    for (const K of [2, 4]) {
      const { alpha, mix } = releasedMixture(K);
      for (const p of [1e-9, 0.3, 1 - 1e-9])
        expect(releasedWeight(p, alpha, mix[0]!)).toBeCloseTo(p / alpha, 9);
    }
    expect(releasedMixture(6).mix.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 14);
    expect(() => releasedMixture(3)).toThrow(/no mixture constants for 3/);
  });
  it("the golden share is last for RRHF and LIRE, third for DPO", () => {
    expect(orderedMixture(0.4, 0.5, "golden_last").mix[3]).toBe(0.4);
    expect(orderedMixture(0.4, 0.5, "golden_third").mix[2]).toBe(0.4);
    expect(orderedMixture(0.25, 0.5, "golden_last")).toEqual(releasedMixture(4));
  });
  it("a method is plain when it equals a loss's name, DoRA when it contains it, and fails as the script calls it", () => {
    expect(releasedMethod("dpo")).toEqual({ loss: "dpo", dora: false });
    expect(releasedMethod("dpo_dora")).toEqual({ loss: "dpo", dora: true });
    expect(releasedMethod("my_rrhf")).toEqual({ loss: "rrhf", dora: true });
    expect(() => releasedMethod("dora")).toThrow(/no branch/);
  });
});
