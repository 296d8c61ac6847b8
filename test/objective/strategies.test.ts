/** Every strategy of the registry: its weights are the slope of its value, it survives the extremes, it is what it says. */
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import { chi2Constrained, chi2Penalized } from "../../src/objective/strategies/chi2.ts";
import { cvar } from "../../src/objective/strategies/cvar.ts";
import { STRATEGIES, strategyById } from "../../src/objective/strategies/index.ts";
import {
  resolveStrategyParams,
  type Strategy,
  type StrategyInput,
} from "../../src/objective/strategies/strategy.ts";

const B = 7;
const random = stream(11, "strategies");
const positive = Array.from({ length: B }, () => 3 * random.uniform());
const ratios = Array.from({ length: B }, () => 0.2 + 2 * random.uniform());

function inputOf(losses: readonly number[], h: readonly number[] = ratios): StrategyInput {
  return {
    losses,
    h: h.slice(0, losses.length),
    sourceShares: losses.map((_, i) => [i % 3 === 0 ? 1 : 0, i % 3 === 1 ? 1 : 0, i % 3 === 2 ? 1 : 0]),
    responseWeights: losses.map((_, i) => [ratios[i]!, ratios[(i + 3) % B]!]),
  };
}
const evaluate = (strategy: Strategy, input: StrategyInput, given = {}) =>
  strategy.evaluate(input, resolveStrategyParams(strategy, given));

/** V as a function of the losses, other things equal; strategies with constant weights do not differentiate those. */
const CONSTANT_WEIGHTS = ["kldpo", "group_dro"];

describe.each(STRATEGIES.map((strategy) => ({ id: strategy.id, strategy })))("$id", ({ strategy }) => {
  it("weighs groups by the slope of its value", () => {
    const result = evaluate(strategy, inputOf(positive));
    if (CONSTANT_WEIGHTS.includes(strategy.id)) {
      const linear = result.gradient.reduce((sum, weight, i) => sum + weight * positive[i]!, 0);
      expect(result.value).toBeCloseTo(linear, 12);
      return;
    }
    positive.forEach((loss, i) => {
      const step = 1e-6;
      const at = (value: number): number => evaluate(strategy, inputOf(positive.with(i, value))).value;
      expect(result.gradient[i]!).toBeCloseTo((at(loss + step) - at(loss - step)) / (2 * step), 6);
    });
  });

  it("stays finite and keeps its weights non-negative at the extremes", () => {
    const cases = [[0], [3000], [1, 1, 1, 1], [0, 3000, 2999.999, 1], [1e-12, 1e-12, 0], [5, 5, 0, 0, 5]];
    const small: Record<string, number> = {};
    for (const name of ["lam", "beta_prime", "tau"]) if (name in strategy.params) small[name] = 0.1;
    const large: Record<string, number> = {};
    for (const name of ["lam", "beta_prime", "tau"]) if (name in strategy.params) large[name] = 1e6;
    for (const losses of cases) {
      for (const h of [ratios, [10, 0, 1e-9, 1, 10, 0, 0], ratios.map(() => 0)]) {
        for (const given of [{}, small, large]) {
          const result = evaluate(strategy, inputOf(losses, h), given);
          expect(Number.isFinite(result.value), `value ${result.value}`).toBe(true);
          for (const weight of [...result.gradient, ...result.q]) {
            expect(Number.isFinite(weight) && weight >= 0, `weight ${weight}`).toBe(true);
          }
          expect(result.q.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        }
      }
    }
  });

  it("does not depend on the order of the groups", () => {
    if (strategy.id === "released_rrhf") return;
    const order = [3, 0, 6, 1, 5, 2, 4];
    const input = inputOf(positive);
    const shuffled: StrategyInput = {
      losses: order.map((i) => positive[i]!),
      h: order.map((i) => ratios[i]!),
      sourceShares: order.map((i) => input.sourceShares![i]!),
    };
    const [a, b] = [evaluate(strategy, input), evaluate(strategy, shuffled)];
    expect(b.value).toBeCloseTo(a.value, 12);
    order.forEach((i, k) => {
      expect(b.gradient[k]!).toBeCloseTo(a.gradient[i]!, 12);
    });
  });

  it("leans the way its stance says", () => {
    const { gradient } = evaluate(strategy, inputOf([0.2, 2.5], [1, 1]));
    const lean = Math.sign(gradient[1]! - gradient[0]!);
    const [own, other] = strategy.id === "group_dro" ? [1, 1] : [lean, lean];
    expect([own, other][0]).toBe({ pessimistic: 1, optimistic: -1, neutral: 0 }[strategy.flags.stance]);
  });

  it("reads h only if its flags say so, and couples the batch only if they say so", () => {
    const [a, b] = [
      evaluate(strategy, inputOf(positive)),
      evaluate(strategy, inputOf(positive, ratios.toReversed())),
    ];
    const moved = a.gradient.some((weight, i) => Math.abs(weight - b.gradient[i]!) > 1e-12);
    if (!strategy.flags.usesRatio) expect(moved).toBe(false);
    if (!strategy.flags.couplesBatch) {
      const whole = evaluate(strategy, inputOf(positive)).value * B;
      const alone = positive.map((loss, i) => evaluate(strategy, { losses: [loss], h: [ratios[i]!] }).value);
      expect(whole).toBeCloseTo(
        alone.reduce((x, y) => x + y, 0),
        10,
      );
    }
  });

  it("is documented", () => {
    expect(strategy.explanation).toMatch(/\.$/);
    expect(strategy.name && strategy.formula && strategy.paper.title).toBeTruthy();
    for (const [name, spec] of Object.entries(strategy.params)) expect(spec.help, name).toMatch(/\.$/);
  });
});

describe("relations between strategies", () => {
  const value = (id: string, given = {}, input = inputOf(positive)): number =>
    evaluate(strategyById(id), input, given).value;
  const ones = inputOf(
    positive,
    positive.map(() => 1),
  );

  it("one group: every one of them is that group's loss, weighted or not", () => {
    const alone = { ...inputOf([1.7], [1.3]), responseWeights: [[1.3]] };
    for (const strategy of STRATEGIES) {
      const weighted =
        strategy.flags.usesRatio && !["reweight_sn", "iw_kl_dro", "iw_drdpo"].includes(strategy.id);
      const { value: got } = evaluate(strategy, alone);
      if (strategy.id === "group_dro") expect(got).toBeLessThan(1.7);
      else expect(got, strategy.id).toBeCloseTo(weighted ? 1.3 * 1.7 : 1.7, 10);
    }
  });
  it("h = 1 makes DoRA, both ways, and importance-weighted KL-DRO into KL-DRO", () => {
    for (const id of ["dora_inside", "dora_outside", "iw_kl_dro"]) {
      expect(value(id, { lam: 0.3 }, ones)).toBeCloseTo(value("kl_dro", { lam: 0.3 }, ones), 12);
    }
    expect(value("iw_drdpo", { beta_prime: 0.3 }, ones)).toBeCloseTo(
      value("drdpo", { beta_prime: 0.3 }, ones),
      12,
    );
  });
  it("a large lambda is the mean, a small one the extreme", () => {
    const mean = value("erm");
    expect(value("kl_dro", { lam: 1e6 })).toBeCloseTo(mean, 5);
    expect(value("drdpo", { beta_prime: 1e6 })).toBeCloseTo(mean, 5);
    expect(value("dora_inside", { lam: 1e6 })).toBeCloseTo(value("reweight"), 4);
    expect(value("iw_kl_dro", { lam: 1e6 })).toBeCloseTo(value("reweight_sn"), 5);
    expect(value("kl_dro", { lam: 1e-6 })).toBeCloseTo(Math.max(...positive), 4);
    expect(value("drdpo", { beta_prime: 1e-4 })).toBeCloseTo(Math.min(...positive), 2);
  });
  it("scaling h inside is scaling lambda: the two are confounded", () => {
    const doubled = inputOf(
      positive,
      ratios.map((ratio) => 2 * ratio),
    );
    expect(value("dora_inside", { lam: 0.5 }, doubled)).toBeCloseTo(
      2 * 0.5 * (value("dora_inside", { lam: 0.25 }) / 0.5),
      10,
    );
    expect(value("dora_inside", { lam: 0.5 }, doubled)).toBeCloseTo(
      2 * value("dora_inside", { lam: 0.25 }),
      10,
    );
  });
  it("sharp has DoRA's weights when all losses are log 2", () => {
    const flat = inputOf(positive.map(() => Math.LN2));
    const [a, b] = [evaluate(strategyById("sharp"), flat), evaluate(strategyById("dora_inside"), flat)];
    expect(a.gradient).toEqual(b.gradient);
  });
  it("a shift inside multiplies every group's mass by exp(h shift/lambda)", () => {
    const shifted = evaluate(strategyById("dora_inside"), inputOf(positive), { lam: 0.7, shift: 1 });
    const plain = evaluate(strategyById("dora_inside"), inputOf(positive), { lam: 0.7 });
    const factor = (i: number): number => shifted.q[i]! / plain.q[i]! / Math.exp(ratios[i]! / 0.7);
    for (let i = 1; i < B; i++) expect(factor(i)).toBeCloseTo(factor(0), 10);
  });
});

describe("worst cases with a budget, against brute force over the simplex of three", () => {
  const losses = [0.4, 1.9, 1.1];
  /** Largest q.l - penalty(q) over a fine grid of distributions that `allowed` admits. */
  function bruteForce(
    allowed: (q: readonly number[]) => boolean,
    penalty: (q: readonly number[]) => number,
  ): number {
    let best = -Infinity;
    const n = 600;
    for (let a = 0; a <= n; a++) {
      for (let b = 0; a + b <= n; b++) {
        const q = [a / n, b / n, (n - a - b) / n];
        if (!allowed(q)) continue;
        best = Math.max(best, q.reduce((sum, share, i) => sum + share * losses[i]!, 0) - penalty(q));
      }
    }
    return best;
  }
  const kl = (q: readonly number[]): number =>
    q.reduce((sum, share) => sum + (share > 0 ? share * Math.log(3 * share) : 0), 0);
  const chi2 = (q: readonly number[]): number => q.reduce((sum, share) => sum + (3 * share - 1) ** 2, 0) / 6;
  const none = (): number => 0;
  const input = inputOf(losses, [1, 1, 1]);

  it.each([0.02, 0.3, 2])("KL, rho %s", (rho) => {
    const got = evaluate(strategyById("kl_dro_constrained"), input, { rho });
    const want = bruteForce((q) => kl(q) <= rho, none);
    expect(got.value).toBeGreaterThanOrEqual(want - 1e-12);
    expect(got.value).toBeLessThan(want + 6e-3);
    if (got.lambda! > 0) expect(kl(got.q)).toBeCloseTo(rho, 9);
  });
  it.each([0.02, 0.3, 2])("chi-square budget, rho %s", (rho) => {
    const got = evaluate(chi2Constrained, input, { rho });
    const want = bruteForce((q) => chi2(q) <= rho, none);
    expect(got.value).toBeGreaterThanOrEqual(want - 1e-12);
    expect(got.value).toBeLessThan(want + 6e-3);
    expect(chi2(got.q)).toBeLessThanOrEqual(rho + 1e-9);
  });
  it.each([0.1, 0.5, 5])("chi-square penalty, lambda %s", (lam) => {
    const got = evaluate(chi2Penalized, input, { lam });
    const want = bruteForce(
      () => true,
      (q) => lam * chi2(q),
    );
    expect(got.value).toBeGreaterThanOrEqual(want - 1e-12);
    expect(got.value).toBeLessThan(want + 1e-4);
  });
  it.each([0.2, 0.5, 0.9])("CVaR, level %s", (level) => {
    const got = evaluate(cvar, input, { level });
    const want = bruteForce((q) => q.every((share) => share <= 1 / (3 * level) + 1e-12), none);
    expect(got.value).toBeGreaterThanOrEqual(want - 1e-12);
    expect(got.value).toBeLessThan(want + 6e-3);
  });
});

describe("Group DRO", () => {
  it("refuses responses of unknown source in words", () => {
    expect(() => evaluate(strategyById("group_dro"), { losses: [1], h: [1] })).toThrow(
      /source of every response/,
    );
    const unknown = {
      losses: [1, 2],
      h: [1, 1],
      sourceShares: [
        [1, 0],
        [0, 0],
      ],
    };
    expect(() => evaluate(strategyById("group_dro"), unknown)).toThrow(/source of every response/);
  });
  it("raises the weight of the source that does worst, step by step", () => {
    let sourceWeights: readonly number[] | undefined;
    const losses = [0.2, 2, 0.5];
    for (let step = 0; step < 50; step++) {
      const input = { ...inputOf(losses), ...(sourceWeights && { sourceWeights }) };
      sourceWeights = evaluate(strategyById("group_dro"), input, { eta: 0.2 }).sourceWeights!;
    }
    expect(sourceWeights![1]!).toBeGreaterThan(0.99);
  });
});
