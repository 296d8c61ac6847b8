/** What stands between the cells of a table. */

/** The delimiter that occurs most often in the first line, outside quotes; commas win ties. */
export function guessDelimiter(head: string): string {
  const line = head.replace(/"(?:[^"]|"")*"/g, "").split("\n", 1)[0]!;
  const count = (mark: string) => line.split(mark).length;
  return [",", ";", "\t", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best), ",");
}

/** A first line by which Excel is told the delimiter. */
export const excelDelimiter = /^\uFEFF?sep=(.)\r?$/i;

/** The delimiter of a table that begins so; a table with the ending of TSV may turn out to have none of its tabs. */
export function delimiterOf(start: string, kind: "csv" | "tsv"): string {
  const text = start.replaceAll(/\r\n?/g, "\n");
  const first = text.split("\n", 1)[0]!;
  return (
    excelDelimiter.exec(first)?.[1] ?? (kind === "tsv" && first.includes("\t") ? "\t" : guessDelimiter(text))
  );
}
