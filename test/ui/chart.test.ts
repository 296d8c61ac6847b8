import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wilson } from "../../src/base/statistics.ts";
import { layoutCurves, nearest, type Series } from "../../src/ui/chart/curves.ts";
import { wrapped } from "../../src/ui/chart/empty_words.ts";
import { pushApart } from "../../src/ui/chart/labels.ts";
import { linePath, type Point, thin } from "../../src/ui/chart/path.ts";
import { linear, ticks } from "../../src/ui/chart/scale.ts";
import { layoutStrip } from "../../src/ui/chart/strip.ts";

describe("ticks", () => {
  test("are round and cover the values", () => {
    expect(ticks(0.553, 0.69)).toEqual({ values: [0.55, 0.6, 0.65, 0.7], decimals: 2 });
    expect(ticks(0, 100)).toEqual({ values: [0, 25, 50, 75, 100], decimals: 0 });
    expect(ticks(-0.3, 1.2).values).toEqual([-0.5, 0, 0.5, 1, 1.5]);
  });

  test("cover any range with a handful of rising values", () => {
    const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        fc.pre(high - low > 1e-6);
        const { values } = ticks(low, high);
        expect(values.length).toBeGreaterThanOrEqual(2);
        expect(values.length).toBeLessThanOrEqual(8);
        const slack = (high - low) * 1e-6;
        expect(values[0]!).toBeLessThanOrEqual(low + slack);
        expect(values.at(-1)!).toBeGreaterThanOrEqual(high - slack);
      }),
      { examples: [[0, 1.0000000000000002e-6]] },
    );
  });

  test("a scale and its inverse agree", () => {
    const scale = linear([2, 12], [100, 300]);
    expect(scale(7)).toBe(200);
    expect(scale.invert(200)).toBe(7);
  });
});

describe("labels", () => {
  test("are pushed apart, in order, and stay inside", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: 0, max: 180 }), { minLength: 1, maxLength: 8 }),
        (wanted) => {
          const placed = pushApart(wanted, 14, 8, 182);
          expect(placed.length).toBe(wanted.length);
          const rank = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
          for (let i = 0; i < rank.length; i++) {
            const y = placed[rank[i]!]!;
            expect(y).toBeGreaterThanOrEqual(8 - 1e-6);
            expect(y).toBeLessThanOrEqual(182 + 1e-6);
            if (i > 0) expect(y - placed[rank[i - 1]!]!).toBeGreaterThanOrEqual(14 - 1e-6);
          }
        },
      ),
    );
  });

  test("stay where they are when there is room", () => {
    expect(pushApart([20, 100], 14, 8, 182)).toEqual([20, 100]);
  });
});

describe("lines", () => {
  test("have a gap where a value is missing", () => {
    expect(
      linePath([
        [0, 1],
        [1, Number.NaN],
        [2, 3],
        [3, 4],
      ]),
    ).toBe("M0.0 1.0M2.0 3.0L3.0 4.0");
  });

  test("thinning keeps the ends and every extreme", () => {
    const points: Point[] = Array.from({ length: 50_000 }, (_, i) => [
      i / 500,
      i === 31_234 ? 99 : Math.sin(i),
    ]);
    const kept = thin(points);
    expect(kept.length).toBeLessThanOrEqual(4 * 101);
    expect(kept[0]).toEqual(points[0]);
    expect(kept.at(-1)).toEqual(points.at(-1));
    expect(Math.max(...kept.map(([, y]) => y))).toBe(99);
  });

  test("the nearest step is found", () => {
    const points: Point[] = [
      [0, 5],
      [20, 6],
      [40, 7],
    ];
    expect(nearest(points, 11)).toEqual([20, 6]);
    expect(nearest(points, -3)).toEqual([0, 5]);
    expect(nearest(points, 99)).toEqual([40, 7]);
    expect(nearest([], 3)).toBeUndefined();
  });
});

describe("a chart of curves", () => {
  const series = (id: string, points: readonly Point[]): Series => ({
    id,
    label: id,
    short: id,
    key: "erm",
    points,
  });
  const size = { width: 320, height: 208, steps: 60, cursor: null };

  test("reads the end of each line, or the step under the cursor", () => {
    const lines = [
      series("a", [
        [0, 0.7],
        [60, 0.5],
      ]),
      series("b", [
        [0, 0.7],
        [30, 0.6],
      ]),
    ];
    const end = layoutCurves({ ...size, series: lines, zero: false });
    expect(end.lines.map((line) => line.value)).toEqual([0.5, 0.6]);
    expect(
      layoutCurves({ ...size, series: lines, zero: false, cursor: 2 }).lines.map((line) => line.value),
    ).toEqual([0.7, 0.7]);
  });

  test("starts at 0 for shares and never leaves their bounds", () => {
    const { yTicks } = layoutCurves({
      ...size,
      series: [
        series("a", [
          [0, 50],
          [60, 97],
        ]),
      ],
      zero: true,
      bounds: [0, 100],
    });
    expect(yTicks[0]).toBe(0);
    expect(yTicks.at(-1)).toBe(100);
  });

  test("an empty chart keeps its axes", () => {
    const { lines, yTicks } = layoutCurves({ ...size, series: [series("a", [])], zero: false });
    expect(lines[0]).toMatchObject({ path: "", at: null, value: null });
    expect(yTicks.length).toBeGreaterThan(2);
  });
});

describe("the tilt strip", () => {
  const stems = [
    { row: 1, source: 1, h: 0.4, loss: 0.9, weight: 0.3 },
    { row: 2, source: 0, h: 1.8, loss: 0.7, weight: 2.5 },
    { row: 3, source: 0, h: 1.7, loss: 0.2, weight: 1.1 },
    { row: 4, source: 1, h: 0.3, loss: 0.1, weight: 0.1 },
  ];

  test("has a block per source, target first, loss rising to the right", () => {
    const { stems: placed, blocks } = layoutStrip(stems, [0, 1], 300, 100);
    expect(placed.map((stem) => stem.row)).toEqual([3, 2, 4, 1]);
    expect(blocks.map((block) => block.source)).toEqual([0, 1]);
    for (let i = 1; i < placed.length; i++) expect(placed[i]!.x).toBeGreaterThan(placed[i - 1]!.x);
    expect(placed[1]!.y).toBeLessThan(placed[0]!.y);
  });

  test("one heavy group does not flatten the others", () => {
    const { stems: placed, top } = layoutStrip(
      [...stems, { ...stems[0]!, row: 5, weight: 40 }],
      [0, 1],
      300,
      100,
    );
    expect(top).toBe(8);
    expect(placed.find((stem) => stem.row === 5)).toMatchObject({ clipped: true, y: 0 });
  });
});

test("the Wilson interval is the textbook's", () => {
  const [low, high] = wilson(0.1, 30);
  expect(low).toBeCloseTo(0.0346, 3);
  expect(high).toBeCloseTo(0.2562, 3);
  expect(wilson(0, 0)).toEqual([0, 1]);
});

describe("words in an empty chart", () => {
  test("take as many lines as the chart is narrow, and as even ones as they can be", () => {
    const words = "Samples measure this: every so many steps, or when asked.";
    expect(wrapped(words, 80)).toEqual([words]);
    expect(wrapped(words, 40)).toEqual(["Samples measure this: every", "so many steps, or when asked."]);
    expect(wrapped("a wordthatislong b", 5)).toEqual(["a", "wordthatislong", "b"]);
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 9, max: 60 }),
        (all, most) => {
          const lines = wrapped(all.join(" "), most);
          expect(lines.join(" ")).toBe(all.join(" "));
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
