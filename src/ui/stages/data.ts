/** Data: what was read, from whom, what was left out, and every row. */
import { html, nothing } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../parts/dataset_panel.ts";
import "../parts/row_panel.ts";
import "../parts/row_table.ts";
import { importFailure } from "../parts/import_problems.ts";
import { chartRuns, currentDataset, savedRun, spokenRun } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { bytes, count, percent } from "../text.ts";

class TiltDataStage extends TiltElement {
  static override properties = { app: {}, state: {} };
  declare app: App;
  declare state: State;

  override render() {
    const { app, state } = this;
    const dataset = currentDataset(state);
    const row = state.group;
    return html`<div class="cols data">
      <section aria-label="Rows">
        ${this.#reading(state)}
        ${state.importFailure ? importFailure(state.importFailure, app) : nothing}
        ${
          dataset
            ? html`<tilt-row-table
                .app=${app}
                .data=${dataset}
                .page=${state.page}
                .query=${state.query}
                ?loading=${state.rowsLoading}
                .problem=${state.rowsProblem}
                .row=${state.row}
                .run=${spokenRun(state)}
              ></tilt-row-table>`
            : html`<p class="dim">${state.datasetsLoaded ? "No data yet. Drop a file." : "Making the built-in data."}</p>`
        }
      </section>
      <section class="side" aria-label=${row ? `Row ${row.row}` : "Dataset"}>
        ${
          row && dataset
            ? html`<tilt-row-panel .app=${app} .group=${row} .data=${dataset} .runs=${chartRuns(state)}></tilt-row-panel>`
            : html`<tilt-dataset-panel .app=${app} .data=${dataset} .all=${state.datasets} .run=${savedRun(state)}></tilt-dataset-panel>`
        }
      </section>
    </div>`;
  }

  #reading({ importing }: State) {
    if (!importing) return nothing;
    const { file, bytes: read, ofBytes, rows } = importing;
    const share = ofBytes > 0 ? Math.min(1, read / ofBytes) : 0;
    return html`<div class="reading">
      <div class="pace">
        Reading <b>${file}</b>, ${count(rows, "row")}, ${bytes(read)} of ${bytes(ofBytes)} (${percent(share)})
        <progress max="1" .value=${share} aria-label="Reading ${file}"></progress>
      </div>
      <button class="btn" @click=${() => this.app.cancelImport()}>Cancel</button>
    </div>`;
  }
}

customElements.define("tilt-data-stage", TiltDataStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-data-stage": TiltDataStage;
  }
}
