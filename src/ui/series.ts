/** Runs as lines of a chart; runs that differ in nothing but their seed are one line with a band. */

import type { DatasetSummary } from "../worker/api.ts";
import type { Series } from "./chart/curves.ts";
import type { Point } from "./chart/path.ts";
import { type CurveMetric, pointsOf, sourceWeight } from "./metrics.ts";
import { keyOf, nameOf, shortNameOf, sourceLooks } from "./names.ts";
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
    return { ...own, label, over: lines.length, ...meanAndBand(lines) };
  });
}

/**
 * The lines of a chart, the same list as long as the runs are the same ones: what is drawn of them is then kept, too.
 * One memory per view.
 */
export function createSeriesMemory() {
  const known = new Map<string, { readonly runs: readonly RunView[]; readonly of: readonly Series[] }>();
  const same = (a: readonly RunView[], b: readonly RunView[]): boolean =>
    a.length === b.length && a.every((run, i) => run === b[i]);
  return (
    key: string,
    runs: readonly RunView[],
    make: (runs: readonly RunView[]) => readonly Series[],
  ): readonly Series[] => {
    const before = known.get(key);
    if (before && same(before.runs, runs)) return before.of;
    const of = make(runs);
    known.set(key, { runs, of });
    return of;
  };
}

/** Share of the tilt weight that goes to each source, by step: a line per source of the data. */
export function sourceSeries(
  run: RunView,
  dataset: Pick<DatasetSummary, "sources" | "target">,
): readonly Series[] {
  const looks = sourceLooks(dataset);
  return looks.order.flatMap((source) => {
    const { name, letter, key } = looks.at(source);
    const points = pointsOf(run, sourceWeight(name));
    return points.length === 0 ? [] : [{ id: name, label: name, short: letter, key: `src-${key}`, points }];
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

/** Equal for runs that differ in nothing but their seed. A world's data change with the seed and stay the same world. */
export function withoutSeed(run: RunView): string {
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
