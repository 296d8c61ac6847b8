/** What an import left out or repaired, by reason, and the whole report as a file. */
import { html, nothing, type TemplateResult } from "lit";
import type { ImportProblem } from "../../data/dataset.ts";
import type { Problem } from "../../experiment/events.ts";
import type { ReportFormat } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { placeOf } from "../parts/import_problems.ts";
import { problem } from "../parts/problem.ts";
import { sentence } from "../parts/words.ts";
import { addSheet } from "../sheet.ts";
import sheet from "../style/import.css?url";
import { count, integer } from "../text.ts";
import { byReason, type Reason } from "./reasons.ts";

await addSheet(sheet);

/** Places shown of one reason before a person asks for more. */
const SHOWN = 3;
const FORMATS: readonly (readonly [format: ReportFormat, words: string])[] = [
  ["csv", "CSV"],
  ["json", "JSON"],
  ["txt", "Text"],
];

class TiltImportReport extends TiltElement {
  static override properties = {
    app: {},
    hash: {},
    problems: {},
    omitted: {},
    unfolded: { state: true },
    failure: { state: true },
  };
  declare app: App;
  /** Hash of the dataset; null for an import of which nothing was kept. */
  declare hash: string | null;
  declare problems: readonly ImportProblem[];
  /** Problems beyond those listed. */
  declare omitted: number;
  /** Reasons of which all places are shown. */
  declare unfolded: readonly string[];
  declare failure: Problem | null;

  constructor() {
    super();
    this.unfolded = [];
    this.failure = null;
    this.omitted = 0;
    this.problems = [];
    this.hash = null;
  }

  override render() {
    const reasons = byReason(this.problems);
    return html`<ol class="left-out">${reasons.map((reason) => this.#reason(reason))}
        ${this.omitted > 0 ? html`<li class="dim">${count(this.omitted, "more problem")}, in the report</li>` : nothing}
      </ol>
      <div class="btns report-btns" role="group" aria-label="Save the whole report">
        <span class="small dim">Save the report</span>
        ${FORMATS.map(([format, words]) => html`<button class="btn" @click=${() => void this.#save(format)}>${words}</button>`)}
      </div>
      ${this.failure ? problem(this.failure) : nothing}`;
  }

  #reason({ key, what, effect, remedy, problems }: Reason): TemplateResult {
    const all = this.unfolded.includes(key);
    const shown = all ? problems : problems.slice(0, SHOWN);
    const rest = problems.length - shown.length;
    return html`<li>
      <b>${sentence(what)}</b>
      <p class="small dim">${effect === "repaired" ? "kept, repaired" : "left out"}${problems.length > 1 ? html`, ${integer(problems.length)} times` : nothing}</p>
      ${shown.map(
        (one) =>
          html`<div class="at"><code>${placeOf(one)}</code>${one.what === what ? nothing : html`<p>${sentence(one.what)}</p>`}
            ${one.excerpt ? html`<pre class="where ${effect === "repaired" ? "warn" : ""}">${one.excerpt}</pre>` : nothing}</div>`,
      )}
      ${rest > 0 ? html`<button class="link" @click=${() => (this.unfolded = [...this.unfolded, key])}>Show ${count(rest, "more row", "more rows")} like this</button>` : nothing}
      ${remedy ? html`<p>${sentence(remedy)}</p>` : nothing}
    </li>`;
  }

  async #save(format: ReportFormat): Promise<void> {
    this.failure = await this.app.saveReport(this.hash, format);
  }
}

customElements.define("tilt-import-report", TiltImportReport);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-import-report": TiltImportReport;
  }
}
