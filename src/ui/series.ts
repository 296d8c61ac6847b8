/** Runs as lines of a chart; runs that differ in nothing but their seed are one line with a band. */
import type { Series } from "./chart/curves.ts";
import type { Point } from "./chart/path.ts";
import { type CurveMetric, pointsOf } from "./metrics.ts";
import { keyOf, nameOf, shortNameOf } from "./names.ts";
import type { RunView } from "./state/run_view.ts";

/** From this many seeds on a band is drawn; below, each seed by itself. */
const BAND_FROM = 3;

/**
 * @param runs the runs to draw, one per line
 * @param others runs among which those with the same settings and other seeds are looked for
 */
export function seriesOf(
  runs: readonly RunView[],
  metric: CurveMetric,
  others: readonly RunView[] = [],
): readonly Series[] {
  return runs.map((run) => {
    const lines = siblings(run, others).map((one) => pointsOf(one, metric));
    const own = { id: run.id, key: keyOf(run.strategy), short: shortNameOf(run.strategy) };
    const label = nameOf(run.strategy);
    if (lines.length < BAND_FROM) {
      const points = pointsOf(run, metric);
      return { ...own, label, points, ...(lines.length > 1 && { seeds: lines }) };
    }
    return { ...own, label: `${label}, ${lines.length} seeds`, ...meanAndBand(lines) };
  });
}

/** Finished runs with the settings of this one, one per seed, this one among them; none while it goes on. */
export function siblings(run: RunView, others: readonly RunView[]): readonly RunView[] {
  if (run.status !== "done" || !run.spec) return [run];
  const key = withoutSeed(run);
  const bySeed = new Map<number, RunView>();
  for (const other of others)
    if (other.status === "done" && other.spec && withoutSeed(other) === key)
      bySeed.set(other.spec.seed, other);
  bySeed.set(run.spec.seed, run);
  return [...bySeed.values()];
}

/** A world's data change with the seed and stay the same world; a file's stay the same file. */
function withoutSeed(run: RunView): string {
  return JSON.stringify({ ...run.spec, seed: 0 });
}

/** Mean of the lines at each step that all of them have, and one standard deviation to either side. */
function meanAndBand(lines: readonly (readonly Point[])[]): Pick<Series, "points" | "band"> {
  const [first = [], ...rest] = lines;
  const maps = rest.map((line) => new Map(line));
  const points: Point[] = [];
  const band: [number, number, number][] = [];
  for (const [step, value] of first) {
    const values = [value, ...maps.map((map) => map.get(step) ?? Number.NaN)];
    if (!values.every(Number.isFinite)) continue;
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1);
    points.push([step, mean]);
    band.push([step, mean - Math.sqrt(variance), mean + Math.sqrt(variance)]);
  }
  return { points, band };
}
