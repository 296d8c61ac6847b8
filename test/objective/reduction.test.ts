/** One h per group: what each reduction means, and when it is right. */
import { describe, expect, it } from "vitest";
import {
  calibrateRatios,
  effectiveShare,
  recommendReduction,
  reduceRatios,
} from "../../src/objective/reduction.ts";

/** Three sources over four responses, target first. */
const DENSITY = [
  [0.4, 0.3, 0.2, 0.1],
  [0.1, 0.2, 0.3, 0.4],
  [0.25, 0.25, 0.25, 0.25],
];
const SHARES = [0.3, 0.5, 0.2];

const logRatios = (response: number): number[] =>
  [1, 2].map((source) => Math.log(DENSITY[0]![response]! / DENSITY[source]![response]!));
const mixture = (response: number): number =>
  SHARES.reduce((sum, share, source) => sum + share * DENSITY[source]![response]!, 0);
const ratios = (responses: readonly number[]) => ({
  h: responses.map((response) => DENSITY[0]![response]! / mixture(response)),
  logRatios: responses.map(logRatios),
});

describe("joint", () => {
  it("is Q0(y1)...Q0(yK) over the mixture of products", () => {
    for (const responses of [
      [0, 3],
      [1, 1],
      [0, 2, 3],
    ]) {
      const product = (source: number): number =>
        responses.reduce((all, response) => all * DENSITY[source]![response]!, 1);
      const below = SHARES.reduce((sum, share, source) => sum + share * product(source), 0);
      const got = reduceRatios("joint", ratios(responses), { shares: SHARES });
      expect(got).toBeCloseTo(product(0) / below, 12);
    }
  });
  it("averages to 1 over groups drawn from one source each; product does not", () => {
    let [joint, product] = [0, 0];
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        const p = SHARES.reduce((sum, share, s) => sum + share * DENSITY[s]![a]! * DENSITY[s]![b]!, 0);
        joint += p * reduceRatios("joint", ratios([a, b]), { shares: SHARES });
        product += p * reduceRatios("product", ratios([a, b]));
      }
    }
    expect(joint).toBeCloseTo(1, 12);
    expect(Math.abs(product - 1)).toBeGreaterThan(0.01);
  });
  it("is the response's own ratio for a single response, and finite for log-ratios of thousands", () => {
    expect(reduceRatios("joint", ratios([2]), { shares: SHARES })).toBeCloseTo(ratios([2]).h[0]!, 12);
    const extreme = {
      h: [1, 1],
      logRatios: [
        [3000, 3000],
        [3000, 3000],
      ],
    };
    expect(reduceRatios("joint", extreme, { shares: SHARES })).toBeCloseTo(1 / 0.3, 12);
    const opposite = {
      h: [1, 1],
      logRatios: [
        [-3000, 0],
        [-3000, 0],
      ],
    };
    expect(reduceRatios("joint", opposite, { shares: SHARES })).toBe(0);
  });
  it("asks for per-source ratios and offers product", () => {
    expect(() => reduceRatios("joint", { h: [1, 2] }, { shares: SHARES })).toThrow(
      /log-ratio per response.*product/s,
    );
  });
});

describe("the other reductions", () => {
  const h = [0.5, 2, 1];
  it("do what they are called", () => {
    expect(reduceRatios("mean", { h })).toBeCloseTo(3.5 / 3, 14);
    expect(reduceRatios("product", { h })).toBeCloseTo(1, 14);
    expect(reduceRatios("min", { h })).toBe(0.5);
    expect(reduceRatios("slot", { h }, { slot: -2 })).toBe(2);
    expect(reduceRatios("slot", { h }, { slot: 0 })).toBe(0.5);
    expect(reduceRatios("product", { h: [0, 3] })).toBe(0);
    expect(() => reduceRatios("slot", { h }, { slot: 3 })).toThrow(/no response number 3.*-3 to 2/s);
  });
  it("are recommended by where the responses of a group come from", () => {
    expect(recommendReduction({ oneSourcePerGroup: true, perSourceRatios: true }).reduction).toBe("joint");
    expect(recommendReduction({ oneSourcePerGroup: true, perSourceRatios: false }).reduction).toBe("product");
    expect(recommendReduction({ oneSourcePerGroup: false, perSourceRatios: true }).reduction).toBe("mean");
  });
});

describe("calibration", () => {
  it("clips, then divides by the mean, and says what it did", () => {
    const got = calibrateRatios([0, 1, 40, 3]);
    expect(got.clipped).toBe(1);
    expect(got.mean).toBe(3.5);
    expect(got.h.reduce((a, b) => a + b, 0) / 4).toBeCloseTo(1, 14);
    expect(got.essAfter).toBeGreaterThan(got.essBefore);
    expect(calibrateRatios([0, 0]).h).toEqual([0, 0]);
    expect(calibrateRatios([2, 4], { min: 0, max: 10, meanOne: false }).h).toEqual([2, 4]);
  });
  it("effective share is 1 for equal weights, 1/n for one, 0 for none, whatever their scale", () => {
    expect(effectiveShare([3, 3, 3])).toBeCloseTo(1, 14);
    expect(effectiveShare([0, 5, 0, 0])).toBe(0.25);
    expect(effectiveShare([0, 0])).toBe(0);
    expect(effectiveShare([1e-300, 1e-300])).toBeCloseTo(1, 14);
  });
});
