/** What a report is made from and the files it consists of: pure, from stored runs to text. */
import { citationsFor } from "../../objective/citations.ts";
import { departures } from "../canonical.ts";
import { digestEnvironment } from "../digest.ts";
import type { RunRecord } from "../events.ts";
import type { JudgedRun } from "../judge_types.ts";
import { bibtex } from "./bibtex.ts";
import { reportPage } from "./page.ts";

export interface ReportedRun {
  readonly record: RunRecord;
  /** Whole address that opens the experiment, where one could be made. */
  readonly link: string | null;
  /** What its policy wrote and what that is worth, where that was judged. */
  readonly judged?: JudgedRun | null;
}

export interface ReportFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/**
 * The report as files: one page without scripts that needs nothing else, the same as JSON, and citations.
 * @param runs at least one
 * @param madeAt ISO 8601
 */
export function reportFiles(runs: readonly ReportedRun[], madeAt: string): ReportFile[] {
  const citations = citationsFor(runs.map(({ record }) => record.spec.train));
  return [
    { name: "report.html", type: "text/html", text: reportPage(runs, citations, madeAt) },
    { name: "report.json", type: "application/json", text: reportJson(runs, madeAt) },
    { name: "references.bib", type: "application/x-bibtex", text: bibtex(citations) },
  ];
}

/** What the page shows, for scripts. Numbers that JSON cannot hold are null. */
function reportJson(runs: readonly ReportedRun[], madeAt: string): string {
  const content = {
    tilt: "report",
    madeAt,
    runs: runs.map(({ record, link, judged = null }) => {
      // Units and weights are as long as the data; `tilt export` gives them.
      const { units, lastWeights: _, ...rest } = record;
      return {
        ...rest,
        link,
        changes: Object.fromEntries(departures(record.spec)),
        digestEnvironment: digestEnvironment(record.environment),
        trainingUnits: units.length,
        judged,
      };
    }),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
