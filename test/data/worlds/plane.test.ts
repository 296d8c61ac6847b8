import { describe, expect, test } from "vitest";
import { pairsOf } from "../../../src/data/dataset.ts";
import { planePairs, planeWorld } from "../../../src/data/worlds/plane.ts";
import { BOX, GRID, planeGrid } from "../../../src/data/worlds/plane_grid.ts";
import { PLANE_SHARES, type PlaneOptions } from "../../../src/data/worlds/plane_options.ts";
import { logDensity, planeMixtures } from "../../../src/data/worlds/plane_sources.ts";
import { parsePoint, planeTruth, pointText } from "../../../src/data/worlds/plane_truth.ts";

const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

describe("Plane", { timeout: 30_000 }, () => {
  test("densities integrate to one and describe the samples", () => {
    const options = { seed: 4, groups: 6000, shares: [0.4, 0.3, 0.3] as const };
    const mixtures = planeMixtures(1, [0.85, 0.15]);
    const step = 0.1;
    const { groups } = planeWorld(options);
    const truth = planeTruth(options);
    mixtures.forEach((mixture, source) => {
      let total = 0;
      const moment = [0, 0];
      for (let x = -9; x < 9; x += step) {
        for (let y = -9; y < 9; y += step) {
          const mass = Math.exp(logDensity(mixture, [x, y])) * step * step;
          total += mass;
          moment[0]! += mass * x;
          moment[1]! += mass * y;
        }
      }
      expect(total).toBeCloseTo(1, 5);
      const points = groups
        .flatMap((group) => group.responses)
        .filter((response) => response.source === source)
        .map((response) => truth.score("", response.text)!.point);
      expect(mean(points.map(([x]) => x))).toBeCloseTo(moment[0]!, 1);
      expect(mean(points.map(([, y]) => y))).toBeCloseTo(moment[1]!, 1);
    });
  });

  test("E_P h is 1 for responses and for pairs, and h never exceeds 1/alpha", () => {
    const options = { seed: 2, groups: 8000 };
    const { groups } = planeWorld(options);
    const truth = planeTruth(options);
    const h = groups.flatMap((group) => group.trueLogRatio!.map(Math.exp));
    expect(mean(h)).toBeCloseTo(1, 1.3);
    expect(Math.max(...h)).toBeLessThanOrEqual(1 / 0.3 + 1e-9);
    expect(mean(groups.map((group) => Math.exp(truth.groupLogRatio(group, "joint"))))).toBeCloseTo(1, 1.2);
  });

  test.each([
    ["human pairs follow the human reward", { shares: [1, 0, 0] }, "humanReward", 0],
    ["soft labels follow it at their temperature", { shares: [1, 0, 0], temperature: 0.2 }, "humanReward", 0],
    ["flips turn labels round", { shares: [1, 0, 0], corruption: 0.4 }, "humanReward", 0.4],
    ["tilted pairs follow the other reward", { shares: [1e-9, 1 - 1e-9, 0] }, "annotatorReward", 0],
    [
      "honest tilted pairs follow the human reward",
      { shares: [1e-9, 1 - 1e-9, 0], kappa: 0 },
      "humanReward",
      0,
    ],
    ["scraped pairs are coin flips", { shares: [1e-9, 0, 1 - 1e-9] }, "humanReward", 0.5],
  ] as [string, Partial<PlaneOptions>, "humanReward" | "annotatorReward", number][])(
    "%s",
    (_name, options, judge, flips) => {
      const truth = planeTruth(options);
      let expected = 0;
      let seen = 0;
      const { groups } = planeWorld({ ...options, groups: 5000, seed: 8 });
      for (const group of groups) {
        const [a, b] = group.responses.map((response) => truth.score("", response.text)![judge]);
        const right = 1 / (1 + Math.exp(-Math.abs(a! - b!) / (options.temperature ?? 1)));
        expected += (1 - flips) * right + flips * (1 - right);
        const [winner] = pairsOf(group)[0]!;
        if (winner === (a! >= b! ? 0 : 1)) seen++;
      }
      expect(seen / groups.length).toBeCloseTo(expected / groups.length, 1.5);
    },
  );

  test("shares are met and a pair has one source", () => {
    const { groups } = planeWorld({ groups: 5000, shares: PLANE_SHARES.scarce });
    PLANE_SHARES.scarce.forEach((share, source) => {
      expect(mean(groups.map((group) => (group.responses[0]!.source === source ? 1 : 0)))).toBeCloseTo(
        share,
        1.5,
      );
    });
    for (const group of groups) expect(group.responses[0]!.source).toBe(group.responses[1]!.source);
  });

  test("text holds a point exactly, and pairs come out winner first", () => {
    expect(parsePoint(pointText([0.1 + 0.2, -1e-9]))).toEqual([0.1 + 0.2, -1e-9]);
    for (const text of ["", "1", "1 2 3", "1 x", "1 Infinity"]) expect(parsePoint(text)).toBeNull();
    const { groups } = planeWorld({ groups: 50 });
    const points = planePairs(groups);
    groups.forEach((group, i) => {
      const [winner, loser] = pairsOf(group)[0]!;
      expect(group.responses[winner]!.score).toBeGreaterThan(group.responses[loser]!.score!);
      expect(Array.from(points.subarray(4 * i, 4 * i + 4))).toEqual([
        ...parsePoint(group.responses[winner]!.text)!,
        ...parsePoint(group.responses[loser]!.text)!,
      ]);
    });
  });

  test("is a pure function of its options", () => {
    const short = planeWorld({ seed: 9, groups: 20 });
    expect(planeWorld({ seed: 9, groups: 20 })).toEqual(short);
    expect(planeWorld({ seed: 9, groups: 40 }).groups.slice(0, 20)).toEqual(short.groups);
    expect(planeWorld({ seed: 9, groups: 20, shift: 0.5 }).hash).not.toBe(short.hash);
    expect(() => planeWorld({ temperature: 0 })).toThrow(/temperature/);
    expect(() => planeWorld({ shift: Number.NaN })).toThrow(/shift is NaN/);
    expect(() => planeWorld({ shares: [0.5, 0.2, 0.2] })).toThrow(/shares/);
  });
});

describe("the grid", () => {
  const grid = planeGrid();

  test("covers the box, and knows the reference and the best policy", () => {
    expect(grid.points).toHaveLength(2 * GRID * GRID);
    expect(Math.min(...grid.points)).toBeCloseTo(BOX.low + 0.1, 12);
    expect(Math.max(...grid.points)).toBeCloseTo(BOX.high - 0.1, 12);
    expect(grid.referenceReward).toBeCloseTo(1.228, 3);
    expect(grid.bestReward).toBeCloseTo(2.563, 3);
    expect(grid.bestKl).toBeCloseTo(0.671, 3);
  });

  test("the best policy scores best, and rewK ignores how far a policy went", () => {
    const best = grid.evaluate(grid.reward);
    expect(best.rew).toBeCloseTo(grid.bestReward, 12);
    expect(best.rewK).toBeCloseTo(grid.bestReward, 6);
    for (const c of [0.01, 0.5, 7]) {
      expect(grid.evaluate(grid.reward.map((value) => c * value)).rewK).toBeCloseTo(grid.bestReward, 6);
    }
    expect(grid.evaluate(grid.reward.map((value) => -value)).rewK).toBeLessThan(grid.referenceReward);
    const still = grid.evaluate(new Float64Array(GRID * GRID));
    expect([still.rew, still.rewK, still.kl]).toEqual([
      expect.closeTo(grid.referenceReward, 12),
      expect.closeTo(grid.referenceReward, 12),
      expect.closeTo(0, 12),
    ]);
  });
});
