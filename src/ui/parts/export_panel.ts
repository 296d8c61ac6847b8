/** Data and weights to take elsewhere: the rows with what a run found, and what trains a real model from them. */
import { html, nothing } from "lit";
import type { Problem } from "../../experiment/events.ts";
import type { ExportFormat } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { runWords } from "../rows/tools.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { problem } from "./problem.ts";

const FORMATS: readonly (readonly [format: ExportFormat, words: string])[] = [
  ["jsonl", "JSON Lines"],
  ["csv", "CSV"],
  ["parquet", "Parquet"],
];

class TiltExportPanel extends TiltElement {
  static override properties = {
    app: {},
    runs: {},
    run: {},
    chosen: { state: true },
    failure: { state: true },
    busy: { state: true },
  };
  declare app: App;
  /** Runs on the data in use. */
  declare runs: readonly RunView[];
  /** The run that is offered first, once it has ended; until then, and for null, the last that has. */
  declare run: RunView | null;
  /** Id of the run that a person chose; "" for none, null while nobody chose. */
  declare chosen: string | null;
  declare failure: Problem | null;
  declare busy: boolean;

  constructor() {
    super();
    this.runs = [];
    this.chosen = null;
    this.failure = null;
    this.busy = false;
  }

  override render() {
    const { app, busy } = this;
    const ended = this.runs.filter((run) => !isGoing(run));
    const run = this.#chosenRun(ended);
    return html`<h2 class="sub" id="export">Take it elsewhere</h2>
      <p class="ink2">
        Your rows in their order with all their columns, and beside them of each response source, log-ratio, h and
        probability of the target, and of each row weight, fold and split.
      </p>
      ${
        ended.length > 0
          ? html`<div class="fld">
              <label for="export-run">As found by</label>
              <select id="export-run" @change=${(event: Event) => (this.chosen = (event.currentTarget as HTMLSelectElement).value)}>
                ${ended
                  .toReversed()
                  .map(
                    (one) =>
                      html`<option value=${one.id} .selected=${one.id === run?.id}>${runWords(one)}</option>`,
                  )}
                <option value="" .selected=${run === null}>no run</option>
              </select>
            </div>`
          : nothing
      }
      ${run ? nothing : html`<p class="small dim">Without a run, what a run finds is left empty.</p>`}
      <div class="btns save">
        ${FORMATS.map(
          ([format, words]) =>
            html`<button class="btn" ?disabled=${busy} @click=${() => this.#save(() => app.exportRows(run, format))}>Save ${words}</button>`,
        )}
      </div>
      <p class="ink2 trl">
        For Hugging Face TRL, on any number of machines: prompt, chosen, rejected and weight, with a script that trains
        under the same strategy and settings.
      </p>
      <div class="btns save">
        <button class="btn" ?disabled=${busy || !run} @click=${() => run && this.#save(() => app.exportScript(run.id))}>Save TRL files</button>
        ${run ? nothing : html`<span class="small dim">needs a finished run</span>`}
      </div>
      ${this.failure ? problem(this.failure) : nothing}`;
  }

  #chosenRun(ended: readonly RunView[]): RunView | null {
    if (this.chosen === "") return null;
    const shown = this.run && !isGoing(this.run) ? this.run : null;
    return ended.find((one) => one.id === this.chosen) ?? shown ?? ended.at(-1) ?? null;
  }

  async #save(act: () => Promise<Problem | null>): Promise<void> {
    this.busy = true;
    this.failure = await act();
    this.busy = false;
  }
}

customElements.define("tilt-export-panel", TiltExportPanel);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-export-panel": TiltExportPanel;
  }
}
