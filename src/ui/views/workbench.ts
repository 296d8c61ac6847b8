/** The workbench: the rail of stages, the transport, and the open stage. */
import { html, nothing, type TemplateResult } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../parts/rail.ts";
import "../parts/transport.ts";
import "../stages/data.ts";
import "../stages/ratio.ts";
import "../stages/policy.ts";
import "../stages/results.ts";
import { needMapper } from "../import/parts.ts";
import { runProblem } from "../parts/run_problem.ts";
import { aloneButton, aloneResult, staleNote } from "../parts/stage_alone.ts";
import "../parts/settings.ts";
import "../profile/panel.ts";
import { changeNotice } from "../parts/change_notice.ts";
import { say } from "../say/say.ts";
import { canRun, chartRuns, currentDataset, goingRun, ratioRun, spokenRun } from "../state/select.ts";
import type { StageId, State } from "../state/state.ts";
import { count, integer } from "../text.ts";

const NAMES: Readonly<Record<StageId, string>> = {
  data: "Data",
  ratio: "Sources and ratio",
  policy: "Policy",
  results: "Results",
};

class TiltWorkbench extends TiltElement {
  static override properties = { app: {}, state: {} };
  declare app: App;
  declare state: State;

  override render() {
    const { app, state } = this;
    const going = goingRun(state);
    return html`
      <tilt-rail
        .app=${app}
        .stage=${state.stage}
        .data=${currentDataset(state)}
        .importing=${state.importing}
        .shown=${chartRuns(state)}
        .going=${going}
        .ratio=${ratioRun(state)}
        .spec=${state.spec}
      ></tilt-rail>
      <main class="page" id="stage" tabindex="-1">
        <h1 class="vh">Tilt: ${NAMES[state.stage]}</h1>
        <div class="wbar">
          <tilt-transport
            .app=${app}
            .run=${going}
            .queue=${state.queue}
            .strategies=${state.strategies}
            .plan=${planOf(state)}
            ?ready=${canRun(state)}
          ></tilt-transport>
          ${say(state.stage, state)} ${aloneButton(app, state)}
          ${
            state.stage === "data"
              ? html`<button class="btn" @click=${() => document.querySelector<HTMLInputElement>("#file")?.click()}>Choose a file</button>
                  <button class="btn" ?disabled=${state.dataset === null} @click=${() => void this.#toExport()}>Export</button>`
              : nothing
          }
        </div>
        ${runProblem(app, state)} ${this.#settings(app, state)} ${aloneResult(state)} ${staleNote(app, state)}
        ${changeNotice(app, state)}
        ${this.#stage(app, state)}
        ${
          state.stage === "policy"
            ? html`<tilt-profile .app=${app} ?busy=${state.queue !== null} .choices=${spokenRun(state)?.environment?.choices ?? {}}></tilt-profile>`
            : nothing
        }
        ${this.#models(app, state)}
      </main>
    `;
  }

  /** Settings of stages that have no column for them. */
  #settings(app: App, state: State): TemplateResult | typeof nothing {
    const only = { data: "data,run", results: "eval" }[state.stage as string];
    if (!only) return nothing;
    return html`<details class="fold stage-settings">
      <summary>Settings of this stage</summary>
      <tilt-settings class="grid" .app=${app} .spec=${state.spec} .strategies=${state.strategies} ?running=${state.queue !== null} only=${only}></tilt-settings>
    </details>`;
  }

  /** Fetched when somebody brings a model. */
  #models(app: App, state: State): TemplateResult | typeof nothing {
    if (state.dialog !== "models") return nothing;
    void import("../models/dialog.ts");
    return html`<tilt-model-dialog .app=${app} .state=${state}></tilt-model-dialog>`;
  }

  /** Where data are taken elsewhere: beside the rows, while none of them is open. */
  async #toExport(): Promise<void> {
    this.app.showRow(null);
    await this.updateComplete;
    requestAnimationFrame(() => {
      const panel = document.querySelector("tilt-export-panel");
      panel?.scrollIntoView({ block: "start" });
      panel?.querySelector("button")?.focus({ preventScroll: true });
    });
  }

  #stage(app: App, state: State): TemplateResult {
    switch (state.stage) {
      case "data":
        if (state.mapper) {
          needMapper(app.tell);
          return html`<tilt-mapper .app=${app} .mapper=${state.mapper} .importing=${state.importing}></tilt-mapper>`;
        }
        return html`<tilt-data-stage .app=${app} .state=${state}></tilt-data-stage>`;
      case "ratio":
        return html`<tilt-ratio-stage .app=${app} .state=${state}></tilt-ratio-stage>`;
      case "policy":
        return html`<tilt-policy-stage .app=${app} .state=${state}></tilt-policy-stage>`;
      case "results":
        return html`<tilt-results-stage .app=${app} .state=${state}></tilt-results-stage>`;
    }
  }
}

/** "Reference 20 steps, then 60 of each policy." */
function planOf({ spec, strategies }: State): string {
  const policies = strategies.length === 1 ? "the policy" : "each policy";
  return `${spec.sft.steps > 0 ? `Reference ${integer(spec.sft.steps)} steps, then ` : ""}${count(spec.train.steps, "step")} of ${policies}.`;
}

customElements.define("tilt-workbench", TiltWorkbench);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-workbench": TiltWorkbench;
  }
}
