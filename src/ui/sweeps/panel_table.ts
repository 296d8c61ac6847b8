/** The numbers behind a small multiple. Pure. */
import type { Cell, Column, TableData } from "../chart/table_data.ts";
import { BAND_FROM, type Line, type Panel } from "./panel_layout.ts";

/**
 * A row per place along x; per line its mean and the half-width of its 95 % interval, or every seed where too few make one.
 * @param along what x is: steps, or an axis of the sweep
 * @param names of the places along x; null where they are numbers
 */
export function panelTable(
  { lines }: Panel,
  along: string,
  names: readonly string[] | null,
  unit: string,
  decimals: number,
): TableData {
  const drawn = lines.filter(({ points }) => points.length > 0);
  const places = [...new Set(drawn.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const parts = drawn.map((line) => columnsOf(line, unit, decimals));
  return {
    columns: [{ name: along }, ...parts.flatMap((columns) => columns.map(({ column }) => column))],
    rows: places.map((x) => [names?.[x] ?? x, ...parts.flatMap((columns) => columns.map(({ at }) => at(x)))]),
  };
}

function columnsOf(
  { label, points, n, each }: Line,
  unit: string,
  decimals: number,
): readonly { readonly column: Column; readonly at: (x: number) => Cell }[] {
  const column = (name: string): Column => ({ name, ...(unit !== "" && { unit }), decimals });
  const mean = { column: column(label), at: (x: number) => points.find((one) => one.x === x)?.mean ?? null };
  if (n >= BAND_FROM) {
    const half = (x: number): Cell => {
      const known = points.find((one) => one.x === x)?.half;
      return known !== undefined && Number.isFinite(known) ? known : null;
    };
    return [mean, { column: column(`${label} ± 95 %`), at: half }];
  }
  if (each.length < 2) return [mean];
  return [
    mean,
    ...each.map((seed, i) => ({
      column: column(`${label}, seed ${i + 1} of ${each.length}`),
      at: (x: number) => seed.find(([at]) => at === x)?.[1] ?? null,
    })),
  ];
}
