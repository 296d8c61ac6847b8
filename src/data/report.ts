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

export type ReportFormat = "json" | "csv";

const COLUMNS = ["effect", "file", "row", "line", "field", "what", "remedy", "excerpt"] as const;

/** @returns the text of the report: JSON with everything, or CSV with one line per problem */
export function reportText(report: ImportReport, format: ReportFormat): string {
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
