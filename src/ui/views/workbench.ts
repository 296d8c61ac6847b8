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
import { problem } from "../parts/problem.ts";
import { canRun, chartRuns, currentDataset, goingRun, ratioRun } from "../state/select.ts";
import type { StageId, State } from "../state/state.ts";

const SENTENCES: Readonly<Record<StageId, string>> = {
  data: "Every row is one prompt with two or more responses; some of them must come from people.",
  ratio:
    "A small classifier learns to tell human responses from synthetic ones; its odds become each response’s likelihood ratio.",
  policy: "A small model learns from the rows; the strategy decides how hard each row pulls.",
  results: "Every run is judged on human rows that no run has seen.",
};

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
      ></tilt-rail>
      <main class="page" id="stage" tabindex="-1">
        <h1 class="vh">Tilt: ${NAMES[state.stage]}</h1>
        <div class="wbar">
          <tilt-transport
            .app=${app}
            .run=${going}
            .queue=${state.queue}
            .strategies=${state.strategies}
            ?ready=${canRun(state)}
          ></tilt-transport>
          <p class="say">${SENTENCES[state.stage]}</p>
          ${
            state.stage === "data"
              ? html`<button class="btn" @click=${() => document.querySelector<HTMLInputElement>("#file")?.click()}>Choose a file</button>`
              : nothing
          }
        </div>
        ${state.runProblem ? problem(state.runProblem, { dismiss: app.dismissProblem }) : nothing}
        ${this.#stage(app, state)}
      </main>
    `;
  }

  #stage(app: App, state: State): TemplateResult {
    switch (state.stage) {
      case "data":
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

customElements.define("tilt-workbench", TiltWorkbench);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-workbench": TiltWorkbench;
  }
}
