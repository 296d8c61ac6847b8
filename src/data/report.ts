/** What an import kept and what it left out and why, as a file to keep or to send to whoever made the data. */
import type { ImportProblem } from "./dataset.ts";
import { csvLine } from "./export-text.ts";
import type { ImportCounts, ImportedFile } from "./import.ts";

/** An import in numbers and names. Plain data. */
export interface ImportReport {
  readonly dataset: string;
  readonly counts: ImportCounts;
  readonly files: readonly ImportedFile[];
  /** What was assumed beyond what the files say. */
  readonly notes: readonly string[];
  readonly problems: readonly ImportProblem[];
  /** Problems beyond those listed. */
  readonly problemsOmitted: number;
}

export type ReportFormat = "json" | "csv" | "txt";

export const REPORT_TYPES: Readonly<Record<ReportFormat, string>> = {
  json: "application/json",
  csv: "text/csv",
  txt: "text/plain",
};

const COLUMNS = ["effect", "file", "row", "line", "field", "what", "remedy", "excerpt"] as const;

/** Where a problem is: "answers.jsonl, line 17, column rejected". */
function placeOf({ file, line, row, field }: ImportProblem): string {
  const at = line !== undefined ? `line ${line}` : row !== undefined ? `row ${row}` : undefined;
  return [file, at, field && `column ${field}`].filter(Boolean).join(", ");
}

/** The report as people read it: what was read and kept, then every problem under its reason. */
function plainText({ dataset, counts, files, notes, problems, problemsOmitted }: ImportReport): string {
  const { rowsRead, rowsKept, rowsLeftOut, rowsRepaired, groups, responses, pairs, unpaired } = counts;
  const reasons = new Map<string, ImportProblem[]>();
  for (const problem of problems) {
    const key = `${problem.effect === "repaired" ? "Kept, repaired" : "Left out"}: ${problem.what}`;
    const same = reasons.get(key);
    if (same) same.push(problem);
    else reasons.set(key, [problem]);
  }
  const lines = [
    `Import of ${dataset}`,
    "",
    `Rows read: ${rowsRead}. Kept: ${rowsKept}, of these repaired: ${rowsRepaired}. Left out: ${rowsLeftOut}.`,
    `Groups: ${groups}. Responses: ${responses}. Pairs: ${pairs}. Single judged responses: ${unpaired}.`,
    ...files.map(
      ({ name, size, container, gzipped, format, rowsRead: rows, hash }) =>
        `${name}: ${size} bytes, ${container ?? "not opened"}${gzipped ? ", gzipped" : ""}, format ${format ?? "unknown"}, ${rows} rows, SHA-256 ${hash}`,
    ),
    ...notes.map((note) => `Assumed: ${note}`),
    ...problems
      .filter(({ effect, row }) => effect === "left-out" && row === undefined)
      .map(({ file, what }) => `Not all of ${file} was read. ${what}`),
  ];
  for (const [reason, found] of reasons) {
    lines.push("", `${reason} (${found.length})`);
    for (const problem of found) {
      lines.push(`  ${placeOf(problem)}`);
      if (problem.excerpt !== undefined) lines.push(`    ${problem.excerpt}`);
    }
    const remedy = found.find((problem) => problem.remedy !== undefined)?.remedy;
    if (remedy !== undefined) lines.push(`  What to do: ${remedy}`);
  }
  if (problemsOmitted > 0) lines.push("", `${problemsOmitted} more problems are not listed.`);
  return `${lines.join("\n")}\n`;
}

/** @returns the text of the report: JSON with everything, CSV with one line per problem, or plain text grouped by reason */
export function reportText(report: ImportReport, format: ReportFormat): string {
  if (format === "txt") return plainText(report);
  if (format === "json") return `${JSON.stringify(report, null, 2)}\n`;
  const lines = report.problems.map((problem) => csvLine(COLUMNS.map((name) => problem[name] ?? null)));
  const rest =
    report.problemsOmitted > 0
      ? [
          csvLine([
            "left-out",
            report.files[0]?.name ?? null,
            null,
            null,
            null,
            `${report.problemsOmitted} more problems are not listed.`,
            null,
            null,
          ]),
        ]
      : [];
  return [csvLine(COLUMNS), ...lines, ...rest].join("");
}
