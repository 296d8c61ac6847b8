/** The page. */
import { html, nothing } from "lit";
import { TiltElement } from "./element.ts";
import type { App } from "./engine/app.ts";
import "./parts/header.ts";
import "./parts/rail.ts";
import "./parts/transport.ts";
import "./parts/shortcuts.ts";
import "./stages/data.ts";
import "./stages/ratio.ts";
import "./stages/policy.ts";
import "./stages/results.ts";
import { drops } from "./drop.ts";
import { keys } from "./keys.ts";
import { problem } from "./parts/problem.ts";
import { canRun, chartRuns, currentDataset, goingRun, ratioRun } from "./state/select.ts";
import type { StageId, State } from "./state/state.ts";
import { pageTitle } from "./title.ts";

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

class TiltApp extends TiltElement {
  static override properties = { app: {}, state: { state: true }, dragging: { state: true } };
  declare app: App | undefined;
  declare state: State | undefined;
  declare dragging: boolean;
  #release: (() => void)[] = [];

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("app") || !this.app) return;
    for (const end of this.#release) end();
    const { app } = this;
    this.state = app.store.get();
    this.#release = [
      app.store.subscribe((state) => {
        this.state = state;
        document.title = pageTitle(state);
      }),
      keys(app),
      drops(app, (dragging) => {
        this.dragging = dragging;
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#release) end();
  }

  override render() {
    const { app, state } = this;
    if (!app || !state) return nothing;
    const dataset = currentDataset(state);
    const going = goingRun(state);
    return html`
      <tilt-header .app=${app} .engine=${state.engine} .environment=${state.environment} ?busy=${going !== null}></tilt-header>
      ${this.#fallback(state)}
      <tilt-rail
        .app=${app}
        .stage=${state.stage}
        .data=${dataset}
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
              ? html`<button class="btn" @click=${() => this.querySelector<HTMLInputElement>("#file")?.click()}>Choose a file</button>`
              : nothing
          }
        </div>
        ${state.runProblem ? problem(state.runProblem, { dismiss: app.dismissProblem }) : nothing}
        ${this.#stage(app, state)}
        <input
          id="file"
          type="file"
          multiple
          class="vh"
          tabindex="-1"
          aria-label="Choose a preference file"
          accept=".json,.jsonl,.ndjson,.gz,.csv,.tsv,.parquet"
          @change=${(event: Event) => {
            const input = event.currentTarget as HTMLInputElement;
            void app.importFiles([...(input.files ?? [])]);
            input.value = "";
          }}
        />
      </main>
      ${this.dragging ? html`<div class="dropping"><p>Drop to read it. It stays in this tab.</p></div>` : nothing}
      ${
        state.toast
          ? html`<div class="toast" role="status">
              <span>${state.toast.text}</span>
              ${state.toast.undoRun ? html`<button @click=${() => app.undoDelete()}>Undo</button>` : nothing}
            </div>`
          : nothing
      }
      <tilt-shortcuts .app=${app} ?open=${state.shortcuts}></tilt-shortcuts>
      <p class="vh" role="status" aria-live="polite" id="live">${state.said}</p>
    `;
  }

  #fallback({ environment }: State) {
    if (environment?.backend !== "cpu" || !environment.fallback) return nothing;
    return html`<div class="notice">
      <div class="page">
        <p><b>Tilt runs on the CPU:</b> ${environment.fallback}. Everything works; training a text model is slower.</p>
      </div>
    </div>`;
  }

  #stage(app: App, state: State) {
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

customElements.define("tilt-app", TiltApp);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-app": TiltApp;
  }
}
