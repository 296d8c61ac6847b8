/** What could not be read, and why: file, line, field, what stands there, and the way out. */
import { html, nothing, type TemplateResult } from "lit";
import type { ImportProblem } from "../../data/dataset.ts";
import type { Problem } from "../../experiment/events.ts";
import type { App } from "../engine/app.ts";
import { needReport } from "../import/parts.ts";
import type { ImportFailure } from "../state/state.ts";
import { integer } from "../text.ts";
import { problem, type Way } from "./problem.ts";

/** Whether it was read, and there was no room to keep it. */
const isStorage = ({ where }: Problem): boolean => where === "storage";

/** A file of which nothing could be used. */
export function importFailure({ problem: told, problems }: ImportFailure, app: App): TemplateResult {
  const choose = (): void => document.querySelector<HTMLInputElement>("#file")?.click();
  const another: Way = { words: "Choose another file", go: choose, main: true };
  const free: Way = { words: "See what is stored", go: app.openStorage, main: true };
  // The reasons stand below, each with its place: they need not be told twice.
  const short = problems.length > 0 ? { what: "Nothing was imported.", where: told.where } : told;
  return html`${problem(short, {
    ways: [isStorage(told) ? free : another],
    dismiss: app.dismissFailure,
  })}
  ${problems.length > 0 ? importReport(app, null, problems, 0) : nothing}`;
}

/** What was left out or repaired, by reason, with the report to save. @param dataset hash; null when nothing was kept */
export function importReport(
  app: App,
  dataset: string | null,
  problems: readonly ImportProblem[],
  omitted: number,
): TemplateResult {
  needReport(app.tell);
  return html`<tilt-import-report .app=${app} .hash=${dataset} .problems=${problems} .omitted=${omitted}></tilt-import-report>`;
}

/** "answers.jsonl, line 17, field rejected". */
export function placeOf({ file, line, row, field }: ImportProblem): string {
  return [
    file,
    line !== undefined ? `line ${integer(line)}` : row !== undefined ? `row ${integer(row)}` : "",
    field ? `field ${field}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}
