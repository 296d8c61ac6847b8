/** Lines around a density, and what is drawn of a world. */
import { expect, test } from "vitest";
import { PLANE_DEFAULTS } from "../../../src/data/worlds/plane_options.ts";
import { logDensity, planeMixtures } from "../../../src/data/worlds/plane_sources.ts";
import { contourLines, enclosingLevel } from "../../../src/experiment/plane/contour.ts";
import { planeWorldView } from "../../../src/experiment/plane/statics.ts";

const lattice = { size: 41, low: -4, high: 4 };
const at = (i: number) => [-4 + (i % 41) * 0.2, -4 + Math.floor(i / 41) * 0.2] as const;
const field = (f: (x: number, y: number) => number) =>
  Float64Array.from({ length: 41 * 41 }, (_, i) => f(...at(i)));

test("a round hill has one closed line of the right radius", () => {
  const lines = contourLines(
    field((x, y) => Math.exp(-(x * x + y * y) / 2)),
    lattice,
    Math.exp(-2),
  );
  expect(lines.length).toBe(1);
  const [line] = lines;
  expect([line![0], line![1]]).toEqual([line!.at(-2), line!.at(-1)]);
  for (let i = 0; i < line!.length; i += 2) expect(Math.hypot(line![i]!, line![i + 1]!)).toBeCloseTo(2, 1);
});

test("two hills have two lines, a slope one open line, a plain none", () => {
  const hills = field((x, y) => Math.exp(-((Math.abs(x) - 2) ** 2 + y * y)));
  expect(contourLines(hills, lattice, 0.5).length).toBe(2);
  const open = contourLines(
    field((x) => x),
    lattice,
    0.33,
  );
  expect(open.length).toBe(1);
  expect(Math.abs(open[0]![1]! - open[0]!.at(-1)!)).toBeCloseTo(8, 6);
  expect(
    contourLines(
      field(() => 1),
      lattice,
      0.5,
    ),
  ).toEqual([]);
});

test("a saddle is two lines that do not cross", () => {
  const two = contourLines([1, 0, 0, 1], { size: 2, low: 0, high: 1 }, 0.4);
  expect(two.map((line) => line.length)).toEqual([4, 4]);
});

test("a level encloses the mass that it is asked for", () => {
  const [, [bump]] = planeMixtures(1, [0.85, 0.15]);
  const densities = field((x, y) => Math.exp(logDensity([bump!], [x - 1.7, y + 0.2])));
  const level = enclosingLevel(densities, 0.04, 0.5)!;
  const radius = Math.sqrt(-2 * Math.log(level * 2 * Math.PI * 0.64)) * 0.8;
  // Nodes 0.2 apart place the line to within half of that.
  expect(Math.abs(radius - 0.8 * Math.sqrt(2 * Math.log(2)))).toBeLessThan(0.1);
  expect(enclosingLevel(densities, 0.04, 1.5)).toBeNull();
});

test("a world is drawn with three sources and its yardsticks", () => {
  const view = planeWorldView(PLANE_DEFAULTS);
  expect(view.sources.map(({ name }) => name)).toEqual(["human", "tilted", "scrape"]);
  expect(view.sources.map(({ lines }) => lines.map((each) => each.length))).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  expect(view.referenceReward).toBeCloseTo(1.228, 3);
  expect(view.bestReward).toBeCloseTo(2.563, 3);
  const mass = view.sources[0]!.density.reduce((sum, density) => sum + density * 0.04, 0);
  expect(mass).toBeCloseTo(1, 2);
});
