/** The weights of a run, for training a real model elsewhere. */
import { html, nothing } from "lit";
import type { Problem } from "../../experiment/events.ts";
import type { ExportFormat } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { strategyMark } from "../marks.ts";
import type { RunView } from "../state/run_view.ts";
import { problem } from "./problem.ts";

const FORMATS: readonly (readonly [format: ExportFormat, words: string])[] = [
  ["csv", "CSV"],
  ["jsonl", "JSON lines"],
  ["parquet", "Parquet"],
];

class TiltExportPanel extends TiltElement {
  static override properties = { app: {}, run: {}, failure: { state: true }, busy: { state: true } };
  declare app: App;
  /** A run that has ended and is stored. */
  declare run: RunView;
  declare failure: Problem | null;
  declare busy: boolean;

  constructor() {
    super();
    this.failure = null;
    this.busy = false;
  }

  override render() {
    const { app, run, busy } = this;
    return html`<h2 class="sub">Weights to train elsewhere <span class="dim">of ${strategyMark(run.strategy)}</span></h2>
      <p class="ink2">Your rows as they were, with log-ratio, h, weight and split beside them; or what TRL trains from.</p>
      <div class="btns save">
        ${FORMATS.map(
          ([format, words]) =>
            html`<button class="btn" ?disabled=${busy} @click=${() => this.#save(() => app.exportRows(run.id, format))}>${words}</button>`,
        )}
        <button class="btn" ?disabled=${busy} @click=${() => this.#save(() => app.exportScript(run.id))}>TRL files</button>
      </div>
      ${this.failure ? problem(this.failure) : nothing}`;
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
