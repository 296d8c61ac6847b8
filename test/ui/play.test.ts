/** The Play view without a page: what it keeps, where things stand, how density is painted, what it says. */
import { describe, expect, test } from "vitest";
import { ASPECT, cellAt, contourPath, labelPlace, panelScale } from "../../src/ui/play/geometry.ts";
import {
  NO_FRAMES,
  newestStep,
  type PlaneHistory,
  scrubKey,
  shownFrame,
  viewingStep,
  withFrame,
} from "../../src/ui/play/history.ts";
import { LEVELS, paintDensity } from "../../src/ui/play/paint.ts";
import { differences, finding, standing } from "../../src/ui/play/words.ts";
import type { PlaneFrame, PlaneMetrics } from "../../src/worker/api.ts";

const frame = (step: number): PlaneFrame => ({
  step,
  density: new Float32Array(),
  metrics: [],
  batch: {
    pairs: new Uint32Array(),
    sources: new Uint8Array(),
    h: new Float32Array(),
    losses: new Float32Array(),
    weights: new Float32Array(),
  },
});
const history = (...steps: number[]): PlaneHistory =>
  steps.reduce((before, step) => withFrame(before, frame(step)), NO_FRAMES);
const steps = ({ frames }: PlaneHistory) => frames.map(({ step }) => step);

describe("history", () => {
  test("frames come in order; a frame again replaces its like; a reset starts over", () => {
    expect(steps(history(0, 2, 5))).toEqual([0, 2, 5]);
    expect(steps(history(0, 2, 5, 5))).toEqual([0, 2, 5]);
    expect(steps(history(0, 2, 5, 0))).toEqual([0]);
    expect(withFrame({ ...history(0, 2, 5), viewing: 2 }, frame(0)).viewing).toBeNull();
    expect(newestStep(NO_FRAMES)).toBe(0);
  });

  test("looking back holds while frames come; the newest step means now", () => {
    const back = viewingStep(history(0, 3, 6, 9), 7);
    expect(shownFrame(back)!.step).toBe(6);
    const later = withFrame(back, frame(12));
    expect([later.viewing, shownFrame(later)!.step, newestStep(later)]).toEqual([7, 6, 12]);
    expect(viewingStep(later, 12).viewing).toBeNull();
    expect(shownFrame(viewingStep(later, null))!.step).toBe(12);
    expect(viewingStep(later, -4).viewing).toBe(0);
  });

  test("long runs lose every second frame, never the first or the newest", () => {
    const long = history(...Array.from({ length: 1500 }, (_, i) => i));
    expect(long.frames.length).toBeLessThan(730);
    expect([steps(long)[0], steps(long).at(-1)]).toEqual([0, 1499]);
  });

  test("keys go from frame to frame, by fifty, and to both ends", () => {
    const now = viewingStep(history(0, 30, 60, 90, 120), 60);
    const keys = ["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "a"];
    expect(keys.map((key) => scrubKey(now, key))).toEqual([30, 90, 110, 10, 0, null, undefined]);
  });
});

describe("geometry", () => {
  const scale = panelScale(320);

  test("pixels and the plane map onto each other", () => {
    expect(scale.height).toBe(Math.round(320 * ASPECT));
    expect([scale.x(-4), scale.x(4), scale.y(3.4), scale.y(-3.4)]).toEqual([0, 320, 0, scale.height]);
    const [x, y] = scale.at(scale.x(1.3), scale.y(-0.7));
    expect(x).toBeCloseTo(1.3, 9);
    expect(y).toBeCloseTo(-0.7, 9);
  });

  test("closed lines are closed, open ones are not", () => {
    const closed = Float32Array.from([0, 0, 1, 0, 1, 1, 0, 0]);
    expect(contourPath([closed], scale)).toMatch(/^M160\.0 136\.0L200\.0 136\.0L200\.0 96\.0Z$/);
    expect(contourPath([closed.subarray(0, 6)], scale)).not.toContain("Z");
    expect(contourPath([], scale)).toBe("");
  });

  test("labels hang on their side and inside the panel; a line outside has none", () => {
    const ring = Float32Array.from({ length: 80 }, (_, i) =>
      i % 2 === 0 ? Math.cos((i * Math.PI) / 40) : Math.sin(((i - 1) * Math.PI) / 40),
    );
    const [top, bottom, right] = [0, 1, 2].map((source) => labelPlace([ring], source, scale)!);
    expect(top!.y).toBeLessThan(scale.y(0.9));
    expect(bottom!.y).toBeGreaterThan(scale.y(-0.9));
    expect([right!.anchor, right!.x > scale.x(0.5)]).toEqual(["start", true]);
    expect(labelPlace([Float32Array.from([9, 9, 10, 10])], 0, scale)).toBeNull();
  });

  test("cells are found by their place", () => {
    const world = { grid: 40, box: { low: -4, high: 4 } };
    expect([cellAt(world, -3.99, -3.99), cellAt(world, 3.99, 3.99), cellAt(world, 4.1, 0)]).toEqual([
      0,
      1599,
      null,
    ]);
  });
});

test("density is painted in flat steps, top row first, nothing below the first level", () => {
  const grid = 4;
  const density = new Float32Array(16);
  density.fill(2 * LEVELS.at(-1)!, 12, 16); // the top row of cells
  const out = new Uint32Array(8 * 8).fill(7);
  paintDensity(density, grid, 1, { low: -4, high: 4 }, [11, 12, 13, 14, 15], out, 8, 8);
  const column = Array.from({ length: 8 }, (_, row) => out[8 * row]!);
  expect(column[0]).toBe(15);
  expect(column.at(-1)).toBe(0);
  expect(column.every((value, i) => i === 0 || value <= column[i - 1]!)).toBe(true);
  expect(new Set(out).size).toBeGreaterThan(2);
});

describe("words", () => {
  const metrics = (rew: number, rewK = rew): PlaneMetrics => ({
    rew,
    rewK,
    kl: 0.3,
    accuracy: 0.8,
    loss: 0.6,
    ess: 0.5,
    weightBySource: [0.7, 0.2, 0.1],
    flippedWeight: 0,
  });
  const ids = ["erm", "reweight"];
  const apart = [0, 0.1, -0.1, 0.05].map((noise) => [metrics(1 + noise), metrics(1.7 + noise + noise / 5)]);
  const same = [0.2, -0.2, 0.1, -0.1].map((noise) => [metrics(1), metrics(1 + noise)]);

  test("a difference is called one only where its interval leaves 0 out", () => {
    expect(differences(apart, "rew")[1]!.mean).toBeCloseTo(0.7, 1);
    expect(finding(ids, apart, 0.5)![0]).toMatch(/over 4 seeds, against ERM: Reweighting \+0\.70 ± 0\.0\d\./);
    expect(finding(ids, same, 0.5)![1]).toContain("Reweighting cannot be told from ERM");
    expect(finding(ids, apart.slice(0, 2), 0.5)).toBeNull();
  });

  test("at shift 0 it says whether the panels agree", () => {
    expect(finding(ids, same, 0)![0]).toContain("within seed noise they do");
    expect(finding(ids, apart, 0)![0]).toContain("Reweighting does not");
  });

  test("a panel's sentence states the finding", () => {
    const yardsticks = { referenceReward: 1.23, bestReward: 2.56 };
    expect(standing("erm", metrics(1), 40, yardsticks)).toBe(
      "ERM at step 40: human reward 1.00, worse than the reference (1.23); the best possible is 2.56. 70 % of its weight lies on human pairs.",
    );
    expect(standing("erm", metrics(1.23), 0, yardsticks)).toContain("as good as the reference");
  });
});
