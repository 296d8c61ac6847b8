/** Mini-batch estimators of the log-mean-exp, beyond their golden numbers. */
import { describe, expect, it } from "vitest";
import { type RunningState, runningStep } from "../../src/objective/estimators/running.ts";
import { type StormBatch, type StormState, stormStep } from "../../src/objective/estimators/storm.ts";
import { logMeanExp } from "../../src/objective/numerics.ts";
import { klDro } from "../../src/objective/strategies/kl_dro.ts";
import { sharp } from "../../src/objective/strategies/sharp.ts";
import { evaluateForm } from "../../src/objective/strategies/strategy.ts";

const form = (losses: readonly number[], lam = 0.5) =>
  klDro.logMeanExp!({ losses, h: losses.map(() => 1) }, { lam });

describe("running normaliser", () => {
  it("with share 1 is the plain mini-batch, whatever came before", () => {
    const exact = evaluateForm(form([0.3, 1.2, 2]));
    const step = runningStep(
      form([0.3, 1.2, 2]),
      { logU: 50, steps: 9 },
      { gamma: 1, mode: "debias", cap: 10 },
    );
    expect(step.value).toBeCloseTo(exact.value, 12);
    step.gradient.forEach((weight, i) => {
      expect(weight).toBeCloseTo(exact.gradient[i]!, 12);
    });
  });
  it("at batch 1 with share 1 has weight 1: ERM; with a smaller share it tells large losses from small", () => {
    expect(runningStep(form([7]), undefined, { gamma: 1, mode: "first", cap: 10 }).gradient).toEqual([1]);
    const state = { logU: logMeanExp([1 / 0.5, 2 / 0.5]), steps: 40 };
    const weight = (loss: number): number =>
      runningStep(form([loss]), state, { gamma: 0.05, mode: "first", cap: 10 }).gradient[0]!;
    expect(weight(2.5)).toBeGreaterThan(1);
    expect(weight(0.5)).toBeLessThan(1);
  });
  it("starting uncorrected inflates the first weights by 1/G, as the public code does; the others do not", () => {
    const first = (mode: "first" | "debias" | "absgd"): number =>
      runningStep(form([1.3]), undefined, { gamma: 0.1, mode, cap: 100 }).weights[0]!;
    expect(first("first")).toBeCloseTo(1, 12);
    expect(first("debias")).toBeCloseTo(1, 12);
    expect(first("absgd")).toBeCloseTo(10, 10);
  });
  it("survives losses of thousands, and counts what it caps", () => {
    let state: RunningState | undefined;
    for (const loss of [1, 3000, 2, 0, 3000]) {
      const step = runningStep(form([loss], 0.1), state, { gamma: 0.01, mode: "first", cap: 10 });
      for (const number of [step.value, ...step.gradient, step.state.logU])
        expect(Number.isFinite(number)).toBe(true);
      expect(step.weights[0]!).toBeLessThanOrEqual(10);
      expect(step.capped).toBe(state && loss === 3000 ? 1 : 0);
      state = step.state;
    }
  });
  it("reports the linear value of a strategy whose weights are constants", () => {
    const losses = [1, 2];
    const step = runningStep(sharp.logMeanExp!({ losses, h: [1, 2] }, { lam: 1 }), undefined, {
      gamma: 0.5,
      mode: "first",
      cap: 10,
    });
    expect(step.value).toBeCloseTo(step.gradient[0]! + 2 * step.gradient[1]!, 12);
  });
});

describe("variance-reduced estimator", () => {
  /** l_i(w) = (w - x_i)^2/2, so a_i = l_i/lam and grad a_i = (w - x_i)/lam. */
  const x = [-1.2, 0.1, 0.4, 2.5];
  const lam = 0.6;
  const batchAt = (w: number, rows: readonly number[]): StormBatch => ({
    exponents: rows.map((i) => (w - x[i]!) ** 2 / (2 * lam)),
    pullback: (weights) =>
      Float64Array.of(weights.reduce((sum, p, k) => sum + (p * (w - x[rows[k]!]!)) / lam, 0)),
  });

  function descend(a: number): number {
    let [w, previous] = [0.5, Number.NaN];
    let state: StormState | undefined;
    let tail = 0;
    const steps = 20_000;
    for (let t = 0; t < steps; t++) {
      const rows = [(t * 3 + Math.floor(t / 4)) % 4];
      const before = state ? batchAt(previous, rows) : undefined;
      const step = stormStep(batchAt(w, rows), before, state, a);
      state = step.state;
      previous = w;
      w -= ((0.02 * lam) / (1 + t / 500)) * step.state.direction[0]!;
      if (t >= steps / 2) tail += w / (steps / 2);
    }
    return tail;
  }

  it("finds the full-batch optimum from single examples, where the plain mini-batch finds the mean", () => {
    let full = 0.5;
    for (let t = 0; t < 5000; t++) {
      const { exponents } = batchAt(full, [0, 1, 2, 3]);
      const all = exponents.map((value) => Math.exp(value - logMeanExp(exponents)) / 4);
      full -= 0.05 * all.reduce((sum, p, i) => sum + p * (full - x[i]!), 0);
    }
    const mean = x.reduce((a, b) => a + b, 0) / 4;
    const gap = Math.abs(full - mean);
    expect(gap).toBeGreaterThan(0.1);
    expect(Math.abs(descend(1) - mean)).toBeLessThan(0.05 * gap);
    expect(Math.abs(descend(0.02) - full)).toBeLessThan(0.1 * gap);
  });

  it("restarts when its correction would make the normaliser vanish, and does not overflow", () => {
    const state: StormState = { logU: -20, direction: Float64Array.of(0) };
    const step = stormStep(batchAt(0, [0]), batchAt(60, [0]), state, 0.1);
    expect(step.restarted).toBe(true);
    expect(step.state.direction[0]!).toBeCloseTo((0 - x[0]!) / lam, 12);
    const distant = { logU: 1e6, direction: Float64Array.of(1) };
    const far = stormStep(batchAt(900, [0, 3]), batchAt(901, [0, 3]), distant, 0.5);
    expect(Number.isFinite(far.state.direction[0]!) && Number.isFinite(far.state.logU)).toBe(true);
  });

  it("with nothing to correct it is the plain mini-batch", () => {
    const state: StormState = { logU: 3, direction: Float64Array.of(7) };
    const [plain, first] = [
      stormStep(batchAt(1, [0, 2]), batchAt(2, [0, 2]), state, 1),
      stormStep(batchAt(1, [0, 2]), undefined, undefined, 0.1),
    ];
    expect(plain.state.direction[0]!).toBeCloseTo(first.state.direction[0]!, 12);
  });
});
