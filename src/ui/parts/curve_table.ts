/** The same numbers as a chart of curves, as a table. */
import { nearest, type Series } from "../chart/curves.ts";
import type { TableData } from "../chart/table_data.ts";
import type { CurveMetric } from "../metrics.ts";

/** A row per step that any line has; mean and spread where a line stands for several seeds. */
export function curveTable(
  { unit, decimals: shown }: Pick<CurveMetric, "unit" | "decimals">,
  series: readonly Series[],
): TableData {
  const steps = [...new Set(series.flatMap((one) => one.points.map(([step]) => step)))].sort((a, b) => a - b);
  const decimals = Math.max(3, shown);
  const at = (
    points: readonly (readonly [number, ...number[]])[],
    step: number,
    i: number,
  ): number | null => {
    const found = nearest(points, step);
    return found?.[0] === step ? (found[i] ?? null) : null;
  };
  const columns = series.flatMap((one) => [
    { name: one.label, unit, decimals },
    ...(one.band ? [{ name: `${one.label}, 1 sd`, unit, decimals }] : []),
  ]);
  const rows = steps.map((step) => [
    step,
    ...series.flatMap((one) => {
      const value = at(one.points, step, 1);
      const high = one.band && at(one.band, step, 2);
      return one.band ? [value, value === null || high == null ? null : high - value] : [value];
    }),
  ]);
  return { columns: [{ name: "step" }, ...columns], rows };
}
