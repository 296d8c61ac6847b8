/** The numeric columns of the table: their words, and which of them a table of some width has room for. */
import type { RowColumn, RowPage } from "../../worker/api.ts";
import { brief, fixed, plain } from "../text.ts";

interface ColumnWords {
  readonly label: string;
  /** What a value is, for tooltips and for people who cannot see the histogram. */
  readonly means: string;
  readonly unit: string;
  readonly format: (value: number | null) => string;
}

export const COLUMNS: Readonly<Record<RowColumn, ColumnWords>> = {
  length: {
    label: "length",
    means: "words per response, on average",
    unit: "words",
    format: (value) => (value === null ? "–" : plain(Math.round(10 * value) / 10)),
  },
  score: { label: "score", means: "highest score of a response", unit: "", format: brief },
  margin: {
    label: "margin",
    means: "score of the preferred response minus that of the least preferred",
    unit: "",
    format: brief,
  },
  loss: {
    label: "loss",
    means: "loss when the row was drawn last",
    unit: "nats",
    format: (value) => fixed(value, 2),
  },
  h: {
    label: "h",
    means: "how target-like the row is: factor on its loss",
    unit: "",
    format: (value) => fixed(value, 2),
  },
  weight: {
    label: "weight",
    means: "tilt weight when the row was drawn last",
    unit: "× equal share",
    format: (value) => fixed(value, value !== null && Math.abs(value) < 0.095 ? 2 : 1),
  },
};

/** From left to right. */
const ORDER: readonly RowColumn[] = ["length", "score", "margin", "loss", "h", "weight"];
/** Which stay when there is little room. */
const FIRST: readonly RowColumn[] = ["weight", "h", "margin", "length", "loss", "score"];

/** Columns that say something on this page: several values, or the weights of the run that was asked for. */
export function knownColumns(page: Pick<RowPage, "columns" | "rows"> | null): readonly RowColumn[] {
  if (!page) return [];
  const filled = (column: RowColumn) => page.rows.some((row) => row[column] !== null);
  const wanted: readonly RowColumn[] = ["h", "weight", "length"];
  return ORDER.filter((column) => page.columns[column] || (wanted.includes(column) && filled(column)));
}

/** Pixels that columns take, the prompt's at the least. */
export const WIDTH = { row: 62, who: 96, number: 76, weight: 132, prompt: 250, narrowPrompt: 150 } as const;

export interface Room {
  readonly row: boolean;
  readonly columns: readonly RowColumn[];
}

/**
 * @param width of the table, in pixels
 * @param known columns that have values
 * @param kept columns that rows are sorted or filtered by: they stay as long as anything does
 */
export function roomFor(width: number, known: readonly RowColumn[], kept: readonly RowColumn[]): Room {
  const narrow = width < 480;
  const row = width >= 560;
  let left = width - WIDTH.who - (row ? WIDTH.row : 0) - (narrow ? WIDTH.narrowPrompt : WIDTH.prompt);
  const byNeed = [
    ...known.filter((column) => kept.includes(column)),
    ...FIRST.filter((column) => known.includes(column) && !kept.includes(column)),
  ];
  const shown = byNeed.filter((column, i) => {
    const need = column === "weight" ? WIDTH.weight : WIDTH.number;
    left -= need;
    return i === 0 || left >= 0;
  });
  return { row, columns: ORDER.filter((column) => shown.includes(column)) };
}
