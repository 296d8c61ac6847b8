/** The numbers behind the histograms over the columns of the table: a row per column and bin. */
import type { ColumnBins, RowColumn, RowPage } from "../../worker/api.ts";
import type { Cell, TableData } from "../chart/table_data.ts";
import { COLUMNS } from "./columns.ts";
import { isWhole } from "./histogram_layout.ts";

/**
 * Bins of whole numbers name those they hold, others their edges: from the first (included) to the second (not included).
 * The end bins are open, for they hold what lies beyond, too.
 */
export function histogramTable(columns: RowPage["columns"]): TableData {
  const known = Object.entries(columns) as [RowColumn, ColumnBins][];
  const decimals = known.flatMap(([, { edges, all }]) => {
    const digits = isWhole(edges) ? 0 : digitsOf(edges);
    return all.map(() => digits);
  });
  return {
    columns: [
      { name: "column" },
      { name: "from", decimals },
      { name: "to", decimals },
      { name: "all rows" },
      { name: "rows that match" },
    ],
    rows: known.flatMap(([column, { edges, all, matching }]) => {
      const { label, unit } = COLUMNS[column];
      const named = unit === "" ? label : `${label}, ${unit}`;
      const whole = isWhole(edges);
      return all.map((count, bin): Cell[] => {
        const from = whole ? edges[bin]! + 0.5 : edges[bin]!;
        const to = whole ? edges[bin + 1]! - 0.5 : edges[bin + 1]!;
        return [named, bin === 0 ? null : from, bin === all.length - 1 ? null : to, count, matching[bin]!];
      });
    }),
  };
}

/** Share by which an edge may miss a number of few digits by rounding alone. */
const ROUNDING = 1e-9;

/** The fewest digits after the point that tell all of these numbers, or three. */
function digitsOf(numbers: readonly number[]): number {
  const enough = [0, 1, 2].find((digits) =>
    numbers.every((one) => Math.abs(Number(one.toFixed(digits)) - one) < ROUNDING * (1 + Math.abs(one))),
  );
  return enough ?? 3;
}
