/** Writes runs up as a report, and says so when that fails. */
import { html, nothing } from "lit";
import type { Problem } from "../../experiment/events.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { problem } from "./problem.ts";

class TiltReportButton extends TiltElement {
  static override properties = { app: {}, runs: {}, failure: { state: true }, busy: { state: true } };
  declare app: App;
  /** Ids of stored runs. */
  declare runs: readonly string[];
  declare failure: Problem | null;
  declare busy: boolean;

  constructor() {
    super();
    this.runs = [];
    this.failure = null;
    this.busy = false;
  }

  override render() {
    const none = this.runs.length === 0;
    return html`<div class="btns">
        <button class="btn" ?disabled=${none || this.busy} @click=${() => void this.#save()}>Report</button>
        <span class="small dim">of the runs in the charts: a page, JSON and BibTeX</span>
      </div>
      ${this.failure ? problem(this.failure) : nothing}`;
  }

  async #save(): Promise<void> {
    this.busy = true;
    this.failure = await this.app.saveReportOf(this.runs);
    this.busy = false;
  }
}

customElements.define("tilt-report-button", TiltReportButton);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-report-button": TiltReportButton;
  }
}
