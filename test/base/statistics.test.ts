import { describe, expect, it } from "vitest";
import { interval, isClear, pairedInterval, t95 } from "../../src/base/statistics.ts";

describe("t-intervals", () => {
  // Two-sided 95 % points as printed in every table of Student's t.
  it.each([
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [9, 2.262],
    [10, 2.228],
    [29, 2.045],
    [120, 1.98],
    [100_000, 1.96],
  ])("with %i degrees of freedom the 95 % point is %f", (freedom, point) => {
    expect(t95(freedom)).toBeCloseTo(point, 3 - (freedom > 30 ? 1 : 0));
  });

  it("mean, deviation and half-width of a few values", () => {
    const found = interval([1, 2, 3, 4]);
    expect(found.mean).toBe(2.5);
    expect(found.sd).toBeCloseTo(1.29099, 5);
    expect(found.half).toBeCloseTo((3.18245 * 1.29099) / 2, 4);
    expect(isClear(found)).toBe(true);
  });

  it("one value is no interval, none is no mean", () => {
    expect(interval([3])).toMatchObject({ mean: 3, half: Number.POSITIVE_INFINITY, n: 1 });
    expect(isClear(interval([3]))).toBe(false);
    expect(interval([]).mean).toBeNaN();
  });

  it("pairs by key and leaves out what only one side has", () => {
    const a = new Map([
      [1, 5],
      [2, 7],
      [3, 9],
      [4, 100],
    ]);
    const b = new Map([
      [1, 4],
      [2, 6],
      [3, 8.5],
    ]);
    const found = pairedInterval(a, b);
    expect(found.n).toBe(3);
    expect(found.mean).toBeCloseTo(2.5 / 3, 12);
  });
});
