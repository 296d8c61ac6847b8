/** The numbers behind a figure: what its table shows and its CSV holds. */

import { fixed, integer } from "../text.ts";

/** A word, a number, or nothing known. */
export type Cell = string | number | null;

export interface Column {
  readonly name: string;
  readonly unit?: string;
  /** Digits after the point in the table, or those of each row; absent for words and for counts. CSV has all digits. */
  readonly decimals?: number | readonly number[];
}

export interface TableData {
  /** The first column names the rows. */
  readonly columns: readonly Column[];
  /** One cell per column, in their order. */
  readonly rows: readonly (readonly Cell[])[];
}

/** Whether a column holds numbers: by its digits, else by its first cell that says anything. */
export function isNumeric({ columns, rows }: TableData, column: number): boolean {
  if (columns[column]?.decimals !== undefined) return true;
  return typeof rows.find((row) => (row[column] ?? null) !== null)?.[column] === "number";
}

/** A cell as the table shows it: words as they are, numbers with the digits of their column, or of their row. */
export function cellText(cell: Cell, column: Column, row: number): string {
  if (typeof cell === "string") return cell;
  const decimals = typeof column.decimals === "object" ? column.decimals[row] : column.decimals;
  const whole = decimals === 0 || (decimals === undefined && Number.isInteger(cell));
  return whole && cell !== null ? integer(cell) : fixed(cell, decimals ?? 3);
}

/**
 * The table as CSV (RFC 4180), a heading per column with its unit in brackets, numbers with all their digits. Words that a
 * spreadsheet would take for a formula get an apostrophe before them.
 */
export function csvOf({ columns, rows }: TableData): string {
  const heads = columns.map(({ name, unit }) => (unit ? `${name} (${unit})` : name));
  return `${[heads, ...rows].map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const text = /^[=+@\t\r-]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
