/** The numbers behind a figure: what its table shows and its CSV holds. */

/** A word, a number, or nothing known. */
export type Cell = string | number | null;

export interface Column {
  readonly name: string;
  readonly unit?: string;
  /** Digits after the point in the table; absent for words and for counts. CSV has all digits. */
  readonly decimals?: number;
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
