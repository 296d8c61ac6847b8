/** The whole chain on Gaussians, whose ratios are known: estimated against true, checks and warnings. */
import { describe, expect, it, vi } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { csrFromRows } from "../../src/base/csr.ts";
import { stream } from "../../src/base/random.ts";
import { pearson, slope } from "../../src/ratio/correlation.ts";
import { estimateRatios, finishEstimate } from "../../src/ratio/estimate.ts";
import { logMixtureRatio, mixtureByHand } from "../../src/ratio/estimators.ts";
import { groupedFolds } from "../../src/ratio/folds.ts";
import { RATIO_DEFAULTS, type RatioOptions, type RatioTask } from "../../src/ratio/ratio_options.ts";

// Whole estimates on loops; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const SHIFTS = [0, 1.2, -0.8];
const SHARES = [0.5, 0.3, 0.2];

/** x ~ N(shift of its source, 1): log Q0/Qi = mu^2/2 - mu x, linear in x. */
function gaussianTask(samples: number, shifts = SHIFTS): { task: RatioTask; truth: Float64Array } {
  const random = stream(11, "test/estimate");
  const category = Int32Array.from({ length: samples }, () => random.pick(SHARES));
  const x = Array.from(category, (c) => shifts[c]! + random.normal());
  const mixture = { alpha: SHARES[0]!, beta: SHARES.slice(1) };
  const truth = Float64Array.from(x, (value) =>
    logMixtureRatio(
      shifts.slice(1).map((mu) => (mu * mu) / 2 - mu * value),
      mixture,
    ),
  );
  const fold = groupedFolds(
    x.map((_, i) => String(i >> 1)),
    5,
    1,
  );
  return {
    task: {
      features: csrFromRows(
        x.map((value) => [value]),
        1,
      ),
      category,
      synthetic: 2,
      fold,
      folds: 5,
      lengths: x.map((_, i) => 20 + ((i * 7) % 5)),
      names: ["human", "one", "two"],
    },
    truth,
  };
}

async function estimate(task: RatioTask, options: Partial<RatioOptions> = {}) {
  const generator = estimateRatios(createCpuBackend(), task, {
    ...options,
    classifier: { steps: 60, every: 5, ...options.classifier },
  });
  for (;;) {
    const next = await generator.next();
    if (next.done) return next.value;
  }
}

describe("estimated ratios", () => {
  const { task, truth } = gaussianTask(3000);

  it.each(["mixture", "posterior"] as const)("are close to the true ones (%s)", async (form) => {
    const { logRatio, report, probs, mixture } = await estimate(task, { form });
    expect(pearson(truth, logRatio)).toBeGreaterThan(0.98);
    const fitted = slope(truth, logRatio);
    expect(fitted).toBeGreaterThan(0.9);
    expect(fitted).toBeLessThan(1.1);
    expect(Math.abs(report.meanH - 1)).toBeLessThan(0.03);
    expect(Math.abs(report.meanInverseH - 1)).toBeLessThan(0.1);
    expect(report.meanHBySource[0]).toBeGreaterThan(1);
    expect(report.meanHBySource[1]).toBeLessThan(1);
    expect(probs[0]).toBeCloseTo(mixture.alpha * Math.exp(logRatio[0]!), 10);
    expect(report.overall.ece).toBeLessThan(0.03);
    expect(report.warnings).toEqual([]);
  });

  it("do not depend on whether the classes were balanced in training", async () => {
    const balanced = await estimate(task);
    const natural = await estimate(task, { calibration: "none", classifier: { balanced: false } });
    expect(pearson(truth, natural.logRatio)).toBeGreaterThan(0.98);
    const gap = balanced.logRatio.map((value, i) => Math.abs(value - natural.logRatio[i]!));
    expect(Math.max(...gap)).toBeLessThan(0.4);
  });

  it("clip, normalise and follow shares set by hand", async () => {
    const high = 1.1;
    const { h, report } = await estimate(task, { clip: { low: 0.5, high }, normalise: false });
    expect(Math.max(...h)).toBeLessThanOrEqual(high);
    expect(Math.min(...h)).toBeGreaterThanOrEqual(0.5);
    expect(report.clipped).toBeGreaterThan(0);
    expect(report.size.fraction).toBeGreaterThan(report.sizeUnclipped.fraction);
    const rare = await estimate(task, { mixture: mixtureByHand(0.1, [0.5, 0.4]) });
    expect(rare.h.reduce((sum, value) => sum + value, 0) / rare.h.length).toBeCloseTo(1, 10);
    expect(Math.abs(rare.report.meanH - 1)).toBeLessThan(0.06);
    expect(() => mixtureByHand(0.5, [0.2])).toThrow(/not a mixture/);
    const doubled = finishEstimate(task, { ...RATIO_DEFAULTS, gamma: [2, 1] }, rare.classifier);
    const by = [0, 1].map((k) => doubled.logSourceRatios[k]![0]! - rare.logSourceRatios[k]![0]!);
    expect(by[0]).toBeCloseTo(Math.log(2), 12);
    expect(by[1]).toBe(0);
  });

  it("are 1 where P is the target alone, and the classifier is judged all the same", async () => {
    const free = await estimate(task);
    const alone = finishEstimate(
      task,
      { ...RATIO_DEFAULTS, mixture: { alpha: 1, beta: [0, 0] } },
      free.classifier,
    );
    expect([...new Set(alone.h)]).toEqual([1]);
    expect(alone.report.overall.auc).toBeCloseTo(free.report.overall.auc, 12);
    expect(alone.report.overall.logLoss).toBeCloseTo(free.report.overall.logLoss, 12);
    for (const form of ["averaged", "released"] as const) {
      const settings = { ...RATIO_DEFAULTS, form, mixture: { alpha: 1, beta: [0, 0] } };
      expect(() => finishEstimate(task, settings, free.classifier)).toThrow(/nothing is left.*α below 1/s);
    }
  });

  it("warn, with a way out, where sources coincide and where they do not overlap", async () => {
    const same = await estimate(gaussianTask(600, [0, 0, 0]).task);
    const flat = same.report.warnings.filter(({ id }) => id === "inseparable");
    expect(flat.length).toBeGreaterThan(0);
    expect(flat[0]!.what).toMatch(/DoRA is the same as KL-DRO/);
    const apart = await estimate(gaussianTask(600, [0, 9, -9]).task);
    const split = apart.report.warnings.filter(({ id }) => id === "separable");
    expect(split.map(({ what }) => what).join(" ")).toMatch(/indicator of the source/);
    for (const warning of [...flat, ...split]) expect(warning.remedy.length).toBeGreaterThan(20);
  });
});
