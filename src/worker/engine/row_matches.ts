/** Which rows match a query, and histograms of the columns: over all rows, and over those that match. */

import { numbersOf } from "../../base/lazy_list.ts";
import type { Dataset } from "../../data/dataset.ts";
import { FLAG } from "../../data/duplicates.ts";
import { labelsOf } from "../../data/packed/groups.ts";
import type { ColumnBins, RowColumn, RowFilter } from "../api.ts";

export const ROW_COLUMNS: readonly RowColumn[] = ["length", "score", "margin", "h", "weight", "loss"];

/** The flags behind each choice of the filter. */
const FLAGS: Readonly<Record<NonNullable<RowFilter["flag"]>, number>> = {
  duplicate: FLAG.prompt | FLAG.response | FLAG.acrossSources,
  near: FLAG.nearPrompt | FLAG.nearResponse,
  leak: FLAG.leak,
};

/** What rows are matched against. */
export interface Matchable {
  readonly columns: Readonly<Record<RowColumn, Float64Array>>;
  readonly heldOut: ReadonlySet<number>;
  /** Null until the rows were checked: then no row has a flag. */
  readonly flags: Uint8Array | null;
}

export interface Matches {
  /** Indices of groups, ascending. */
  readonly rows: Uint32Array;
  /** Per column: groups that match but for this column's own range. */
  readonly but: Readonly<Record<RowColumn, Uint32Array>>;
}

/** The groups whose texts hold `search`, whatever its case; null for all. */
export function searched({ groups }: Pick<Dataset, "groups">, search: string): Uint8Array | null {
  const wanted = search.trim();
  if (wanted === "") return null;
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+"), "iu");
  return numbersOf(groups, new Uint8Array(groups.length), ({ prompt, responses }) =>
    pattern.test(prompt) || responses.some(({ text }) => pattern.test(text)) ? 1 : 0,
  );
}

/** @param found rows that a search left; null for all */
export function matchRows(
  { groups }: Pick<Dataset, "groups">,
  filter: RowFilter,
  found: Uint8Array | null,
  { columns, heldOut, flags }: Matchable,
): Matches {
  const { source, split, flag } = filter;
  const ranged = ROW_COLUMNS.filter((column) => filter.ranges[column] !== undefined);
  const labels = labelsOf(groups);
  const rows: number[] = [];
  const but: Partial<Record<RowColumn, number[]>> = Object.fromEntries(ranged.map((column) => [column, []]));
  const bits = flag === null ? 0 : FLAGS[flag];
  for (let g = 0; g < groups.length; g++) {
    if (found && found[g] === 0) continue;
    if (split !== null && heldOut.has(g) !== (split === "held-out")) continue;
    if (bits !== 0 && ((flags?.[g] ?? 0) & bits) === 0) continue;
    if (source !== null && !labels[g]!.responses.some((response) => response.source === source)) continue;
    let outside = 0;
    let only: RowColumn | undefined;
    for (const column of ranged) {
      const [low, high] = filter.ranges[column]!;
      const value = columns[column][g]!;
      if (value >= low && value < high) continue;
      outside++;
      only = column;
    }
    if (outside === 0) {
      rows.push(g);
      for (const column of ranged) but[column]!.push(g);
    } else if (outside === 1) but[only!]!.push(g);
  }
  const all = Uint32Array.from(rows);
  const own = (column: RowColumn) => (but[column] ? Uint32Array.from(but[column]) : all);
  return {
    rows: all,
    but: Object.fromEntries(ROW_COLUMNS.map((column) => [column, own(column)])) as Matches["but"],
  };
}

const BINS = 24;

/**
 * Edges of a column's bins: equal steps between its first and its last percentile, so that a few far values do not squeeze all
 * others into one bin. Fewer bins where there are few values. Null when all known values are the same.
 */
export function binEdges(values: Float64Array): readonly number[] | null {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || first === last) return null;
  const at = (share: number): number => known[Math.round(share * (known.length - 1))]!;
  const [low, high] = at(0.01) < at(0.99) ? [at(0.01), at(0.99)] : [first, last!];
  const whole = Number.isInteger(first) && known.every(Number.isInteger);
  if (whole) {
    // Whole numbers per bin, so that no bin holds one value more than its neighbour.
    const width = Math.ceil((high - low + 1) / BINS);
    return Array.from({ length: Math.ceil((high - low + 1) / width) + 1 }, (_, i) => low - 0.5 + i * width);
  }
  return Array.from({ length: BINS + 1 }, (_, i) => low + ((high - low) * i) / BINS);
}

export function binsOf(values: Float64Array, edges: readonly number[], matching: Uint32Array): ColumnBins {
  const bins = edges.length - 1;
  const [low, high] = [edges[0]!, edges[bins]!];
  /** A bin holds [its edge, the next edge), as ranges do, whatever the division rounds to. */
  const place = (value: number): number => {
    let bin = Math.max(0, Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins)));
    while (bin > 0 && value < edges[bin]!) bin--;
    while (bin < bins - 1 && value >= edges[bin + 1]!) bin++;
    return bin;
  };
  const all = new Array<number>(bins).fill(0);
  const shown = new Array<number>(bins).fill(0);
  for (const value of values) if (!Number.isNaN(value)) all[place(value)]!++;
  for (const g of matching) {
    const value = values[g]!;
    if (!Number.isNaN(value)) shown[place(value)]!++;
  }
  return { edges, all, matching: shown };
}
