/** Results over the seeds: means with intervals, and differences from the baseline paired by seed. */
import { type Interval, interval, isClear, pairedInterval } from "../../base/statistics.ts";
import { labelsOf } from "./plan.ts";
import type { CellResult } from "./result.ts";
import type { Plan, Setting, Sweep } from "./types.ts";

/** One line of the table. */
export interface Row {
  readonly setting: Setting;
  /** A label per axis. */
  readonly labels: readonly string[];
  /** Over the seeds that are done; null before the first. */
  readonly value: Interval | null;
  /** Setting minus baseline, over seeds that both have; null for the baseline itself and where nothing can be compared. */
  readonly difference: Interval | null;
  readonly isBaseline: boolean;
  readonly done: number;
  readonly failed: number;
  readonly of: number;
}

/** @param results by cell id @param metric name as cells keep it */
export function tableOf(
  sweep: Sweep,
  { settings }: Pick<Plan, "settings">,
  results: ReadonlyMap<string, CellResult>,
  metric: string,
): Row[] {
  const values = settings.map((setting) => bySeed(sweep, setting, results, metric));
  const base = sweep.baseline;
  const axis = base ? sweep.axes.findIndex(({ id }) => id === base.axis) : -1;
  const indexOf = new Map(settings.map(({ at }, i) => [at.join(), i]));
  return settings.map((setting, i): Row => {
    const isBaseline = axis >= 0 && setting.at[axis] === base!.value;
    const other =
      axis < 0 || isBaseline ? undefined : indexOf.get(replaced(setting.at, axis, base!.value).join());
    const own = values[i]!;
    const difference = other === undefined ? null : pairedInterval(own, values[other]!);
    const outcomes = setting.cells.map((id) => results.get(id)?.outcome);
    return {
      setting,
      labels: labelsOf(sweep, setting.at),
      value: own.size > 0 ? interval([...own.values()]) : null,
      difference: difference && difference.n > 0 ? difference : null,
      isBaseline,
      done: outcomes.filter((one) => one === "done").length,
      failed: outcomes.filter((one) => one === "failed").length,
      of: setting.cells.length,
    };
  });
}

/** A setting's values of a metric by seed, of the cells that are done. */
export function bySeed(
  { seeds }: Pick<Sweep, "seeds">,
  { cells }: Setting,
  results: ReadonlyMap<string, CellResult>,
  metric: string,
): Map<number, number> {
  const found = new Map<number, number>();
  cells.forEach((id, s) => {
    const value = results.get(id)?.metrics[metric];
    if (results.get(id)?.outcome === "done" && value !== undefined) found.set(seeds[s]!, value);
  });
  return found;
}

function replaced(at: readonly number[], axis: number, value: number): number[] {
  return at.map((old, a) => (a === axis ? value : old));
}

/** Metrics that any finished cell has, in a stable order. */
export function metricsIn(results: Iterable<CellResult>): string[] {
  return [...new Set([...results].flatMap(({ metrics }) => Object.keys(metrics)))].sort();
}

/** What a paired difference says, without naming a winner that the interval does not. */
export type Finding = "higher" | "lower" | "not told apart" | "one seed" | "equal";

export function findingOf(difference: Interval): Finding {
  if (difference.n < 2) return "one seed";
  if (difference.mean === 0 && difference.half === 0) return "equal";
  if (!isClear(difference)) return "not told apart";
  return difference.mean > 0 ? "higher" : "lower";
}

/** A curve's mean over seeds, at the steps that all of them have, and its 95 % t-interval. */
export interface MeanCurve {
  readonly setting: Setting;
  readonly points: readonly { readonly x: number; readonly mean: number; readonly half: number }[];
  /** Seeds in it. */
  readonly n: number;
  /** Each seed by itself: what is drawn where too few make a band. */
  readonly each: readonly (readonly (readonly [x: number, y: number])[])[];
}

/** @param curve reads a cell's curve; undefined where it has none */
export function meanCurve(
  setting: Setting,
  results: ReadonlyMap<string, CellResult>,
  curve: (result: CellResult) => readonly (readonly [number, number])[] | undefined,
): MeanCurve {
  const each = setting.cells.flatMap((id) => {
    const result = results.get(id);
    const found = result?.outcome === "done" ? curve(result) : undefined;
    return found && found.length > 0 ? [found] : [];
  });
  const maps = each.map((one) => new Map(one));
  const steps = [...(maps[0]?.keys() ?? [])].filter((x) => maps.every((map) => map.has(x)));
  const points = steps.map((x) => {
    const { mean, half } = interval(maps.map((map) => map.get(x)!));
    return { x, mean, half };
  });
  return { setting, points, n: each.length, each };
}

const csvCell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csvNumber = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? "" : String(value);

/** The table as CSV, one line per setting; intervals of a single seed are left empty. */
export function tableCsv(sweep: Sweep, rows: readonly Row[], metric: string): string {
  const head = [
    ...sweep.axes.map(({ id }) => id),
    "metric",
    "seeds",
    "mean",
    "half_width_95",
    "sd",
    "difference",
    "difference_half_width_95",
    "difference_seeds",
    "failed",
    "problem",
  ];
  const lines = rows.map(({ setting, labels, value, difference, failed }) =>
    [
      ...labels.map(csvCell),
      csvCell(metric),
      String(value?.n ?? 0),
      csvNumber(value?.mean),
      csvNumber(value?.half),
      csvNumber(value?.sd),
      csvNumber(difference?.mean),
      csvNumber(difference?.half),
      String(difference?.n ?? 0),
      String(failed),
      csvCell(setting.problem?.what ?? ""),
    ].join(","),
  );
  return `${[head.join(","), ...lines].join("\n")}\n`;
}

/** Every cell with every metric as CSV, one line per setting and seed. */
export function cellsCsv(
  sweep: Sweep,
  { settings }: Pick<Plan, "settings">,
  results: ReadonlyMap<string, CellResult>,
): string {
  const metrics = metricsIn(results.values());
  const head = [
    ...sweep.axes.map(({ id }) => csvCell(id)),
    "seed",
    "outcome",
    "seconds",
    "digest",
    ...metrics,
  ];
  const lines = settings.flatMap((setting) =>
    setting.cells.map((id, s) => {
      const result = results.get(id);
      const seconds = result && Object.values(result.seconds).reduce((sum, one) => sum + one, 0);
      return [
        ...labelsOf(sweep, setting.at).map(csvCell),
        String(sweep.seeds[s]),
        result?.outcome ?? "",
        csvNumber(seconds),
        result?.digest ?? "",
        ...metrics.map((name) => csvNumber(result?.metrics[name])),
      ].join(",");
    }),
  );
  return `${[head.map(String).join(","), ...lines].join("\n")}\n`;
}
