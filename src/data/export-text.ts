/** Values as text: JSON, and cells of CSV (RFC 4180). */

/** A value as JSON; big integers (Parquet) as numbers where they are exact, else as text. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== "bigint") return item;
    const number = Number(item);
    return BigInt(number) === item ? number : String(item);
  });
  return text ?? "null";
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" || typeof value === "bigint" ? String(value) : jsonText(value);
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One record. A record of one empty cell is quoted, so that it is not taken for an empty line. */
export function csvLine(values: readonly unknown[]): string {
  const cells = values.map(cell);
  return `${cells.length === 1 && cells[0] === "" ? '""' : cells.join(",")}\r\n`;
}
