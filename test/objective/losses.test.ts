/** Every loss of the registry: its slopes, its extremes, what its flags promise, and its documentation. */
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import { LOSSES, lossById } from "../../src/objective/losses/index.ts";
import { ktoBaseline } from "../../src/objective/losses/kto.ts";
import { type GroupLogps, type Loss, resolveLossParams } from "../../src/objective/losses/loss.ts";
import { type ParamValues, packParams, unpackParams } from "../../src/objective/params.ts";

const CONTEXT = { kl: 0.3, paddedLength: 40 };
const SIZES = { pairwise: [2], listwise: [2, 3, 5], unpaired: [1] } as const;

function randomGroup(loss: Loss, seed: number, spread = 3): GroupLogps {
  const random = stream(seed, `losses ${loss.id}`);
  const sizes = SIZES[loss.family];
  const K = sizes[seed % sizes.length]!;
  const draw = (of: () => number): number[] => Array.from({ length: K }, of);
  const refLogps = draw(() => -30 * (0.2 + random.uniform()));
  return {
    refLogps,
    logps: refLogps.map((ref) => Math.min(-0.05, ref + spread * random.normal())),
    lengths: draw(() => 1 + random.below(30)),
    scores: draw(() => (loss.family === "unpaired" ? random.below(2) - 0.5 : random.below(3))),
  };
}

/** Defaults, and defaults with one toggle or choice moved. */
function settings(loss: Loss): ParamValues[] {
  const base = resolveLossParams(loss, {});
  const moved = Object.entries(loss.params).flatMap(([name, spec]) => {
    if (spec.kind === "choice") return spec.choices.map((value) => ({ ...base, [name]: value }));
    if (spec.kind === "toggle") return [{ ...base, [name]: !spec.default }];
    return [];
  });
  return [base, ...moved];
}

describe.each(LOSSES.map((loss) => ({ id: loss.id, loss })))("$id", ({ loss }) => {
  it("has the slope of its value", () => {
    for (const values of settings(loss)) {
      for (let seed = 0; seed < 12; seed++) {
        const group = randomGroup(loss, seed);
        const { gradient } = loss.evaluate(group, values, CONTEXT);
        Array.from(group.logps).forEach((a, k) => {
          const at = (value: number): number =>
            loss.evaluate({ ...group, logps: Array.from(group.logps).with(k, value) }, values, CONTEXT).loss;
          const step = 1e-5;
          const want = (at(a + step) - at(a - step)) / (2 * step);
          expect(gradient[k]!).toBeCloseTo(want, 5);
        });
      }
    }
  });

  it("stays finite thousands of nats from the reference, at length 1, and at certainty", () => {
    for (const values of settings(loss)) {
      for (const [a, b] of [
        [-1, -2001],
        [-2001, -1],
        [-1, -1],
        [-1e-9, -5],
        [-5, -1e-9],
        [0, 0],
        [-1e5, -1],
      ] as const) {
        const K = loss.family === "unpaired" ? 1 : 2;
        const group = {
          logps: [a, b].slice(0, K),
          refLogps: [b, a].slice(0, K),
          lengths: [1, 1].slice(0, K),
          scores: [1, 0].slice(0, K),
        };
        const { loss: value, gradient } = loss.evaluate(group, values, CONTEXT);
        for (const number of [value, ...gradient])
          expect(Number.isFinite(number), `${a}, ${b}: ${number}`).toBe(true);
      }
    }
  });

  it("is negative only where its flags say so, and does not read a reference it does not need", () => {
    let lowest = Infinity;
    for (const values of settings(loss)) {
      for (let seed = 0; seed < 60; seed++) {
        const group = randomGroup(loss, seed, seed % 2 ? 3 : 100);
        const { loss: value } = loss.evaluate(group, values, CONTEXT);
        lowest = Math.min(lowest, value);
        const other = loss.evaluate(
          { ...group, refLogps: Array.from(group.refLogps, (r, k) => r - 3 - 5 * k) },
          values,
          CONTEXT,
        );
        if (!loss.flags.needsReference) expect(other.loss).toBe(value);
      }
    }
    if (loss.flags.negative === "never") expect(lowest).toBeGreaterThanOrEqual(0);
    else expect(lowest).toBeLessThan(0);
  });

  it("is documented: name, explanation, formula, paper, and settings whose defaults are allowed", () => {
    expect(loss.explanation).toMatch(/\.$/);
    expect(loss.name && loss.formula && loss.paper.title && loss.paper.authors).toBeTruthy();
    expect(loss.paper.arxiv).toMatch(/^\d{4}\.\d{5}$/);
    expect(Object.keys(loss.params).length).toBeLessThanOrEqual(6);
    for (const [name, spec] of Object.entries(loss.params)) {
      expect(spec.help, name).toMatch(/\.$/);
      if (spec.kind === "number")
        expect(spec.min <= spec.default && spec.default <= spec.max, name).toBe(true);
      if (spec.kind === "choice") expect(spec.choices).toContain(spec.default);
    }
    const packed = packParams(loss.params, resolveLossParams(loss, {}));
    expect(unpackParams(loss.params, packed)).toEqual(resolveLossParams(loss, {}));
  });
});

describe("relations between losses", () => {
  const pair = (logps: number[], refLogps: number[]): GroupLogps => ({
    logps,
    refLogps,
    lengths: [4, 9],
    scores: [2, 1],
  });
  const value = (id: string, group: GroupLogps, given: ParamValues = {}): number => {
    const loss = lossById(id);
    return loss.evaluate(group, resolveLossParams(loss, given), CONTEXT).loss;
  };
  const group = pair([-12, -17], [-14, -13]);

  it("Plackett-Luce over two responses is DPO, its mean half of it", () => {
    expect(value("dpo_pl", group)).toBeCloseTo(value("dpo", group), 14);
    expect(value("dpo_pl", group, { reduction: "mean" })).toBeCloseTo(value("dpo", group) / 2, 14);
  });
  it("robust DPO averages to DPO over flips with the assumed probability", () => {
    const flipped = pair([-17, -12], [-13, -14]);
    const e = 0.2;
    const given = { label_smoothing: e };
    const mean = (1 - e) * value("robust_dpo", group, given) + e * value("robust_dpo", flipped, given);
    expect(mean).toBeCloseTo(value("dpo", group), 12);
  });
  it("R-DPO without a length penalty, and robust DPO without flips, are DPO", () => {
    expect(value("r_dpo", group, { alpha: 0 })).toBe(value("dpo", group));
    expect(value("robust_dpo", group, { label_smoothing: 0 })).toBe(value("dpo", group));
  });
  it("R-DPO pushes a longer chosen response less", () => {
    const longer = { ...group, lengths: [20, 4] };
    const shorter = { ...group, lengths: [4, 20] };
    const push = (g: GroupLogps): number => {
      const loss = lossById("r_dpo");
      return -loss.evaluate(g, resolveLossParams(loss, {}), CONTEXT).gradient[0]!;
    };
    expect(push(longer)).toBeLessThan(push(shorter));
  });
  it("EXO barely corrects a pair that is badly wrong, DPO does", () => {
    const wrong = pair([-400, -10], [-10, -400]);
    const push = (id: string): number => {
      const loss = lossById(id);
      return Math.abs(loss.evaluate(wrong, resolveLossParams(loss, { beta: 0.5 }), CONTEXT).gradient[0]!);
    };
    expect(push("exo")).toBeLessThan(1e-12);
    expect(push("dpo")).toBeCloseTo(0.5, 12);
  });
  it("ties in the scores keep the order of the list", () => {
    const tied = { logps: [-5, -7, -6], refLogps: [-6, -6, -6], lengths: [1, 1, 1], scores: [1, 1, 0] };
    const swapped = { ...tied, logps: [-7, -5, -6] };
    expect(value("dpo_pl", tied)).not.toBeCloseTo(value("dpo_pl", swapped), 6);
    expect(value("rrhf", { ...tied, scores: [1, 1, 1] }, { sft: "none" })).toBe(0);
  });
  it("KTO's baseline is never negative and needs two examples", () => {
    expect(ktoBaseline([-5, -6], [-1, -1])).toBe(0);
    expect(ktoBaseline([-1, -2], [-5, -4])).toBe(3);
    expect(() => ktoBaseline([-1], [-2])).toThrow(/at least two/);
  });
});

describe("settings", () => {
  it("are refused by name, type and range, with the way out", () => {
    const dpo = lossById("dpo");
    expect(() => resolveLossParams(dpo, { betta: 1 })).toThrow(/loss dpo.*"betta".*beta, label_smoothing/s);
    expect(() => resolveLossParams(dpo, { beta: -1 })).toThrow(
      /loss dpo, beta.*-1 is out of range.*0\.0001 to 100/s,
    );
    expect(() => resolveLossParams(dpo, { beta: Number.NaN })).toThrow(/NaN is out of range/);
    expect(() => resolveLossParams(dpo, { beta: "0.1" })).toThrow(/out of range/);
    expect(() => resolveLossParams(lossById("cpo"), { nll: "median" })).toThrow(
      /"median" is not an option.*mean, sum/s,
    );
    expect(() => resolveLossParams(lossById("ipo"), { average: 1 })).toThrow(/not true or false/);
    expect(() => resolveLossParams(lossById("exo"), { label_smoothing: 0 })).toThrow(/out of range/);
    expect(() => lossById("ppo")).toThrow(/no loss called "ppo".*dpo, robust_dpo/s);
  });
});
