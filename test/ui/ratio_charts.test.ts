/** Where the charts of Sources & ratio put things, and what their checks say. */
import { describe, expect, it } from "vitest";
import type { RatioSummary } from "../../src/experiment/events.ts";
import { checksOf } from "../../src/ui/parts/checks.ts";
import { classifierWords } from "../../src/ui/ratio/classifier_words.ts";
import { clipIndex, layoutClip } from "../../src/ui/ratio/clip_layout.ts";
import { extent, layoutRidges, meanOf } from "../../src/ui/ratio/log_ratio_layout.ts";
import { layoutReliability } from "../../src/ui/ratio/reliability_layout.ts";
import { layoutRoc } from "../../src/ui/ratio/roc_layout.ts";
import { layoutScatter } from "../../src/ui/ratio/scatter_layout.ts";
import { fakeClipping, fakeDetails } from "../browser/ui/fake_ratio.ts";

const DETAILS = fakeDetails(["human", "parrot", "wit"], [1.1, 2.6]);
const numbers = (path: string): number[] => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

describe("layouts", () => {
  it("draws ROC curves from corner to corner of a square, labels under each other", () => {
    const two = DETAILS.scores.slice(0, 2);
    const layout = layoutRoc(320, two);
    expect(layout.x(1) - layout.x(0)).toBeCloseTo(layout.y(0) - layout.y(1), 9);
    expect(layout.width).toBeLessThanOrEqual(320);
    for (const { path, lengthPath } of layout.curves) {
      for (const line of [path, lengthPath]) {
        expect(numbers(line).slice(0, 2)).toEqual([layout.x(0), layout.y(0)]);
        expect(numbers(line).slice(-2)).toEqual([layout.x(1), layout.y(1)]);
      }
    }
    const [first, second] = layout.curves;
    expect(second!.labelY - first!.labelY).toBeGreaterThanOrEqual(28);
    expect(second!.labelY).toBeLessThan(layout.y(0));
  });

  it("puts each bin where it was said and seen, its bar around it", () => {
    const { dots, x, y } = layoutReliability(DETAILS.calibrated, 100, 180);
    expect(x(0)).toBeGreaterThan(100);
    expect(dots).toHaveLength(DETAILS.calibrated.bins.length);
    DETAILS.calibrated.bins.forEach(({ predicted, observed }, i) => {
      expect(dots[i]!.x).toBeCloseTo(x(predicted), 9);
      expect(dots[i]!.y).toBeCloseTo(y(observed), 9);
      // Pixels grow downwards.
      expect(dots[i]!.low).toBeGreaterThanOrEqual(dots[i]!.y - 1e-9);
      expect(dots[i]!.high).toBeLessThanOrEqual(dots[i]!.y + 1e-9);
    });
  });

  it("gives estimate and truth one scale, and ends the fitted line inside", () => {
    // The true log-ratio on the estimated one: 0.5^2 / 0.75, a third.
    const truth = { ...DETAILS.truth!, correlation: 0.5, slope: 0.75 };
    const { x, y, dots, fit } = layoutScatter(300, truth);
    expect(x.domain).toEqual(y.domain);
    expect(dots).toHaveLength(truth.points.length);
    const [x1, y1, x2, y2] = fit;
    expect((y(0) - y(1)) / (x(1) - x(0))).toBeCloseTo(1, 9);
    expect((y1 - y2) / (x2 - x1)).toBeCloseTo(3, 6);
    for (const at of [y1, y2]) {
      expect(at).toBeLessThanOrEqual(y(y.domain[0]) + 1e-9);
      expect(at).toBeGreaterThanOrEqual(y(y.domain[1]) - 1e-9);
    }
  });

  it("finds the limit in force on the curve, and draws what it does", () => {
    const clipping = fakeClipping([0.2, 0.5, 1, 2, 3].map((h, i) => ({ h, source: i > 2 ? 0 : 1 })));
    expect(clipping.curve[clipIndex(clipping, 10)]!.hMax).toBe(10);
    expect(clipping.curve[clipIndex(clipping, 999)]!.hMax).toBe(10);
    expect(clipIndex(clipping, 0.5)).toBe(0);
    const at = clipping.curve[clipIndex(clipping, 2.5)]!;
    expect(at.hMax).toBeLessThanOrEqual(2.5);
    expect(at.clipped).toBe(1);
    const layout = layoutClip(240, clipping);
    const ess = numbers(layout.essPath);
    expect(ess[1]).toBeCloseTo(layout.y(100 * clipping.curve[0]!.ess), 0);
    expect(ess.at(-2)).toBeCloseTo(layout.x(10), 0);
    expect(numbers(layout.clippedPath).at(-1)).toBeCloseTo(layout.y(0), 1);
  });

  it("stacks histograms over one axis that holds them all", () => {
    const of = (low: number, counts: readonly number[]) => ({
      source: "x",
      responses: 4,
      meanH: 1,
      auc: null,
      logRatio: { low, high: low + counts.length, counts },
    });
    const rows = [{ of: of(-4, [0, 1, 3, 0]) }, { of: of(-1, [2, 0, 0, 2]) }];
    expect(extent(rows)).toEqual([-3, 3]);
    expect(meanOf(rows[1]!.of)).toBe(1);
    const layout = layoutRidges(600, rows, false);
    expect(layout.x.domain[0]).toBeLessThanOrEqual(-3);
    expect(layout.x.domain[1]).toBeGreaterThanOrEqual(3);
    expect(layout.ridges[1]!.base).toBeGreaterThan(layout.ridges[0]!.base);
    expect(layout.ridges[0]!.bars.match(/M/g)).toHaveLength(2);
  });
});

describe("checks", () => {
  const summary: RatioSummary = {
    auc: 0.87,
    lengthOnlyAuc: 0.55,
    logLoss: 0.4,
    brier: 0.1,
    ece: 0.03,
    essFraction: 0.6,
    meanH: 1,
    bySource: [
      { source: "human", responses: 10, meanH: 1.6, auc: null, logRatio: { low: 0, high: 1, counts: [1] } },
      { source: "parrot", responses: 10, meanH: 0.4, auc: 0.8, logRatio: { low: 0, high: 1, counts: [1] } },
    ],
    reliability: [],
    correlation: null,
    warnings: [],
    details: DETAILS,
  };
  const failing = (change: Partial<RatioSummary>): string[] =>
    checksOf({ ...summary, ...change }).flatMap(({ ok, words }) => (ok ? [] : [words]));

  it("passes what is right, and says in words what is not", () => {
    expect(failing({})).toEqual([]);
    expect(failing({ auc: 0.51 })[0]).toContain("DoRA equals DRO");
    expect(failing({ lengthOnlyAuc: 0.2 })[0]).toContain("Length alone separates");
    expect(failing({ essFraction: 0.05 })[0]).toContain("clip h lower");
    expect(failing({ correlation: 0.4 })[0]).toContain("strays");
    const scores = DETAILS.scores.map((score) => ({ ...score, auc: 0.995 }));
    expect(failing({ details: { ...DETAILS, scores } })[0]).toContain("indicator of the source");
  });

  it("says when groups hardly differ in h although responses do", () => {
    const even = fakeClipping([0.2, 0.5, 1, 2].map((h) => ({ h, source: 0 })));
    const flat = { ...even, curve: even.curve.map((at) => ({ ...at, ess: 0.998 })) };
    expect(failing({ clipping: even })).toEqual([]);
    expect(failing({ clipping: flat })[0]).toContain("the same for every group");
    // Where sources cannot be told apart that is said already.
    expect(failing({ clipping: flat, auc: 0.51 })).toHaveLength(1);
  });

  it("lets a mean be as far from 1 as its own interval allows", () => {
    const means = (meanInverseH: number, meanInverseHHalfWidth: number) => ({
      details: { ...DETAILS, meanInverseH, meanInverseHHalfWidth },
    });
    expect(failing(means(1.3, 0.5))).toEqual([]);
    expect(failing(means(1.3, 0.2))[0]).toContain("the target misses part of the mixture");
    const words = (change: Partial<RatioSummary>) =>
      checksOf({ ...summary, ...change }).map((one) => one.words);
    expect(words(means(1.05, 0.1))).toContain("Mean of 1/h over the target is 1 within its error");
    expect(words(means(1.05, 0.01))).toContain("Mean of 1/h over the target is near 1");
  });
});

it("says which classifier it was", () => {
  const words = classifierWords(DETAILS.classifier);
  expect(words).toMatch(/^Logistic regression on 262.144 features/);
  expect(words).toContain("penalty 1e−6, step 48");
  expect(words).toContain("5 folds by prompt");
  expect(words).toContain("Platt");
  expect(classifierWords({ ...DETAILS.classifier, model: "hidden", hidden: 16 })).toContain("16 units");
});
