/** What a query leaves out, in words, and how to take each part of it back. Pure. */
import type { Range, RowColumn, RowFilter, RowPage, RowQuery } from "../../worker/api.ts";
import { NO_FILTER } from "../state/state.ts";
import { COLUMNS } from "./columns.ts";
import { isWhole, rangeWords } from "./histogram_layout.ts";

export interface Chip {
  readonly id: string;
  readonly words: string;
  /** The change that takes it back. */
  readonly without: Partial<RowQuery>;
}

export const FLAG_FILTERS: Readonly<Record<NonNullable<RowFilter["flag"]>, string>> = {
  duplicate: "word for word elsewhere",
  near: "nearly the same elsewhere",
  leak: "held out, yet trained on",
};

export function splitWords(split: "train" | "held-out"): string {
  return split === "train" ? "training rows" : "held-out rows";
}

/** @param nameOf the name of a source by its index @param columns of the page, for how their values are spoken of */
export function chipsOf(
  { search, filter }: RowQuery,
  nameOf: (source: number) => string,
  columns: RowPage["columns"] = {},
): readonly Chip[] {
  const { source, split, flag, ranges } = filter;
  const but = (change: Partial<RowFilter>): Partial<RowQuery> => ({ filter: { ...filter, ...change } });
  const chips: Chip[] = [];
  if (search.trim() !== "")
    chips.push({ id: "search", words: `“${search.trim()}”`, without: { search: "" } });
  if (source !== null)
    chips.push({ id: "source", words: `by ${nameOf(source)}`, without: but({ source: null }) });
  if (split !== null) chips.push({ id: "split", words: splitWords(split), without: but({ split: null }) });
  if (flag !== null) chips.push({ id: "flag", words: FLAG_FILTERS[flag], without: but({ flag: null }) });
  for (const [column, range] of Object.entries(ranges) as [RowColumn, Range][]) {
    const { label, unit, format } = COLUMNS[column];
    const words = `${label} ${rangeWords(range, format, isWhole(columns[column]?.edges ?? [0]))}${unit === "" ? "" : ` ${unit}`}`;
    chips.push({ id: column, words, without: but({ ranges: withRange(ranges, column, null) }) });
  }
  return chips;
}

/** The ranges with one set, or taken away. */
export function withRange(
  ranges: RowFilter["ranges"],
  column: RowColumn,
  range: Range | null,
): RowFilter["ranges"] {
  const { [column]: _, ...others } = ranges;
  return range ? { ...others, [column]: range } : others;
}

export const ALL_ROWS: Partial<RowQuery> = { search: "", filter: NO_FILTER };
