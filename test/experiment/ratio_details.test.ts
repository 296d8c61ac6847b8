/** What a run says about its ratio: scores beside their baseline, both calibrations, truth, and what clipping does. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import type { RunRecord } from "../../src/experiment/events.ts";
import { labOn, runTiny, tinySpec } from "./tiny.ts";

const area = (roc: readonly (readonly [number, number])[]): number =>
  roc.slice(1).reduce((sum, [x, y], i) => sum + ((x - roc[i]![0]) * (y + roc[i]![1])) / 2, 0);

it("tells sources, baseline, calibration, truth and clipping, in numbers that agree", async () => {
  const lab = labOn(createCpuBackend());
  const spec = tinySpec({
    "data.groups": 120,
    "data.shift": 0.5,
    "ratio.steps": 60,
    "train.strategy": "dora_inside",
    "ratio.hMax": 1.5,
  });
  const { ratio, units } = (await runTiny(lab, spec)) as RunRecord & {
    ratio: NonNullable<RunRecord["ratio"]>;
  };
  const { details, clipping, bySource } = ratio;
  const { scores, calibrated, uncalibrated, truth, classifier } = details!;

  expect(scores.map(({ source }) => source)).toEqual([
    ...bySource.slice(1).map(({ source }) => source),
    "all",
  ]);
  for (const { roc, auc, byLength } of scores) {
    expect([roc[0], roc.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(Math.abs(area(roc) - auc)).toBeLessThan(0.02);
    expect(Math.abs(area(byLength.roc) - byLength.auc)).toBeLessThan(0.02);
  }
  const all = scores.at(-1)!;
  expect(all.auc).toBe(ratio.auc);
  expect(all.byLength.auc).toBe(ratio.lengthOnlyAuc);
  expect(calibrated.ece).toBe(ratio.ece);
  expect(calibrated.bins.length).toBeLessThanOrEqual(15);
  expect(calibrated.logLoss).not.toBe(uncalibrated.logLoss);
  const responses = bySource.reduce((sum, one) => sum + one.responses, 0);
  for (const { bins } of [calibrated, uncalibrated]) {
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(responses);
    for (const { count, effective } of bins) expect(effective).toBeLessThanOrEqual(count + 1e-9);
  }
  for (const { source, targets, synthetic, ece, reliability } of details!.scores) {
    if (source === "all") continue;
    expect(reliability!.calibrated.ece).toBe(ece);
    for (const { bins } of [reliability!.calibrated, reliability!.uncalibrated]) {
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(targets + synthetic);
    }
    expect(reliability!.uncalibrated.logLoss).not.toBe(reliability!.calibrated.logLoss);
  }
  expect(classifier).toMatchObject({ model: "linear", kind: "binary", folds: 3, hidden: null });
  expect(classifier.chosen).toHaveLength(2);
  expect(details!.meanHHalfWidth).toBeGreaterThan(0);
  expect(truth!.of).toBe(responses);
  expect(truth!.points).toHaveLength(Math.min(400, responses));
  expect(truth!.correlation).toBe(ratio.correlation);
  // The slope of y on x has the sign of the correlation.
  expect(Math.sign(truth!.slope)).toBe(Math.sign(truth!.correlation));

  const { curve } = clipping!;
  expect(clipping!.units).toBe(units.length);
  const limits = curve.map(({ hMax }) => hMax);
  expect(limits).toEqual(limits.toSorted((a, b) => a - b));
  const now = curve.find(({ hMax }) => hMax === 1.5)!;
  const h = units.map((unit) => unit.h);
  const ess = h.reduce((a, b) => a + b, 0) ** 2 / (h.length * h.reduce((a, b) => a + b * b, 0));
  expect(now.ess).toBeCloseTo(ess, 9);
  const highest = Math.max(...h);
  expect(now.clipped).toBe(h.filter((value) => value > highest - 1e-12).length);
  // A lower limit clips more, and leaves the target less of the weight.
  expect(curve[0]!.clipped).toBeGreaterThanOrEqual(now.clipped);
  expect(curve.at(-1)!.clipped).toBe(0);
  expect(curve[0]!.onTarget!).toBeLessThanOrEqual(curve.at(-1)!.onTarget!);
});
