/** What the live canvas draws: the same points as the SVG, none of their extremes lost. */
import { describe, expect, test } from "vitest";
import { defaultSpec } from "../../src/experiment/spec.ts";
import {
  type CurveRequest,
  frameCurves,
  layoutCurves,
  PLAIN,
  type Series,
} from "../../src/ui/chart/curves.ts";
import { liveData } from "../../src/ui/chart/live_data.ts";
import type { Point } from "../../src/ui/chart/path.ts";
import { sanitiseChoices } from "../../src/ui/curve_view.ts";
import { CURVES, curveById, FIRST_CURVES, pointsOf } from "../../src/ui/metrics.ts";
import { createSeriesMemory, sourceSeries } from "../../src/ui/series.ts";
import { newRun } from "../../src/ui/state/run_view.ts";

const line = (id: string, points: readonly Point[], more: Partial<Series> = {}): Series => ({
  id,
  label: id,
  short: id,
  key: id,
  points,
  ...more,
});
const request = (series: readonly Series[], more: Partial<CurveRequest> = {}): CurveRequest => ({
  width: 320,
  height: 208,
  steps: 100,
  cursor: null,
  zero: false,
  series,
  ...more,
});

describe("the live canvas", () => {
  test("lines of different steps share one list; a missing point is no gap, a broken value is one", () => {
    const { lines, steps, values } = liveData(
      frameCurves(
        request([
          line("a", [
            [0, 1],
            [2, Number.NaN],
            [4, 3],
          ]),
          line("b", [
            [0, 5],
            [3, 6],
          ]),
        ]),
      ),
    );
    expect(lines).toEqual([
      { key: "a", role: "line" },
      { key: "b", role: "line" },
    ]);
    expect(steps).toEqual([0, 2, 3, 4]);
    expect(values).toEqual([
      [1, null, undefined, 3],
      [5, undefined, 6, undefined],
    ]);
  });

  test("bands, seeds and the raw line lie under the lines they belong to", () => {
    const band = [
      [0, 0, 2],
      [9, 1, 3],
    ] as const;
    const { lines } = liveData(
      frameCurves(
        request(
          [
            line(
              "a",
              [
                [0, 1],
                [9, 2],
              ],
              { band, over: 3 },
            ),
            line(
              "b",
              [
                [0, 1],
                [9, 2],
              ],
              { seeds: [[[0, 1]], [[0, 2]]] },
            ),
          ],
          { reading: { ...PLAIN, smoothing: 0.9 } },
        ),
      ),
    );
    expect(lines.map(({ key, role }) => `${key} ${role}`)).toEqual([
      "a low",
      "a high",
      "b seed",
      "b seed",
      "a raw",
      "b raw",
      "a line",
      "b line",
    ]);
  });

  test("of a long run every spike is kept, smoothed or not, on both kinds of axes", () => {
    const spike = 54_321;
    const points = Array.from(
      { length: 100_000 },
      (_, i): Point => [i + 1, i + 1 === spike ? 50 : 1 + 0.1 * Math.sin(i)],
    );
    for (const logSteps of [false, true])
      for (const smoothing of [0, 0.95]) {
        const frame = frameCurves(
          request([line("a", points)], { steps: 100_000, reading: { ...PLAIN, smoothing, logSteps } }),
        );
        const { steps, values } = liveData(frame);
        expect(steps.length).toBeLessThan(8 * 320);
        const raw = values[0]!;
        expect(raw[steps.indexOf(spike)]).toBe(50);
        expect(frame.y.domain[1]).toBeGreaterThanOrEqual(50);
      }
  });

  test("a closer look does not change a smoothed line, and lines run out of the picture", () => {
    const points = Array.from({ length: 101 }, (_, i): Point => [i, i % 7]);
    const at = (range: readonly [number, number] | null) =>
      frameCurves(request([line("a", points)], { reading: { ...PLAIN, smoothing: 0.8, range } })).lines[0]!;
    const whole = new Map(at(null).points);
    const close = at([40, 60]);
    expect(close.points[0]![0]).toBe(39);
    expect(close.points.at(-1)![0]).toBe(61);
    for (const [step, value] of close.points) expect(value).toBe(whole.get(step));
    // What is read at the end is the last value in sight, not the neighbour's.
    expect(close.value).toBe(whole.get(60));
  });

  test("the SVG holds the same lines", () => {
    const layout = layoutCurves(
      request(
        [
          line("a", [
            [0, 1],
            [100, 2],
          ]),
        ],
        { reading: { ...PLAIN, smoothing: 0.5 } },
      ),
    );
    expect(layout.lines[0]!.path).toMatch(/^M/);
    expect(layout.lines[0]!.rawPath).not.toBe(layout.lines[0]!.path);
  });
});

describe("what curves are made of", () => {
  const records = (n: number) =>
    Array.from({ length: n }, (_, i) => ({
      step: i + 1,
      values: { loss: i, "weight/by_source/people": i / 10 },
    }));

  test("a growing run gives growing points, and an earlier answer stays as it was", () => {
    const metric = curveById("loss");
    const all = records(4);
    const early = pointsOf({ train: all.slice(0, 2), evaluation: [] }, metric);
    const late = pointsOf({ train: all, evaluation: [] }, metric);
    expect(early).toEqual([
      [1, 0],
      [2, 1],
    ]);
    expect(late.length).toBe(4);
    expect(early.length).toBe(2);
    // Another run is another list.
    expect(pointsOf({ train: records(1), evaluation: [] }, metric)).toEqual([[1, 0]]);
  });

  test("lines are the same list while their runs are the same", () => {
    const memory = createSeriesMemory();
    const run = newRun("a", defaultSpec(), "x", "2026");
    const make = () => [line("a", [])];
    const first = memory("loss", [run], make);
    expect(memory("loss", [run], make)).toBe(first);
    expect(memory("loss", [{ ...run }], make)).not.toBe(first);
  });

  test("a source that no batch had draws no line; the target comes first", () => {
    const run = { ...newRun("a", defaultSpec(), "x", "2026"), train: records(3) };
    const source = (name: string) => ({ name, responses: 1, meanWords: 1 });
    const series = sourceSeries(run, { sources: [source("parrot"), source("people")], target: 1 });
    expect(series.map(({ label, short, points }) => [label, short, points.at(-1)])).toEqual([
      ["people", "H", [3, 20]],
    ]);
  });

  test("what is remembered of a reader's choices is read back with care", () => {
    const first = { smoothing: 0, logSteps: false, logValues: false, shown: FIRST_CURVES };
    expect(sanitiseChoices(null)).toEqual(first);
    expect(sanitiseChoices({ smoothing: 1, shown: "loss" })).toEqual(first);
    const all = CURVES.map(({ id }) => id);
    expect(sanitiseChoices({ smoothing: 0.9, logSteps: true, shown: [...all, "x"].reverse() })).toEqual({
      smoothing: 0.9,
      logSteps: true,
      logValues: false,
      shown: all,
    });
  });
});
