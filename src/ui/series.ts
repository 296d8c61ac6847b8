/** Runs as lines of a chart. */
import type { Series } from "./chart/curves.ts";
import { type CurveMetric, pointsOf } from "./metrics.ts";
import { keyOf, nameOf, shortNameOf } from "./names.ts";
import type { RunView } from "./state/run_view.ts";

export function seriesOf(runs: readonly RunView[], metric: CurveMetric): readonly Series[] {
  return runs.map((run) => ({
    id: run.id,
    label: nameOf(run.strategy),
    short: shortNameOf(run.strategy),
    key: keyOf(run.strategy),
    points: pointsOf(run, metric),
  }));
}
