/** Data: what was read, from whom, what was left out, and every row. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { nextTask } from "../../base/pause.ts";
import type { DataChecks, DatasetSummary } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../parts/dataset_panel.ts";
import "../parts/export_panel.ts";
import "../parts/row_panel.ts";
import "../parts/row_table.ts";
import { importProgress } from "../import/progress.ts";
import { importFailure } from "../parts/import_problems.ts";
import { readInShort } from "../parts/read_words.ts";
import { routeOf } from "../route.ts";
import { rowAddressOf, rowFragment } from "../rows/address.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { chartRuns, currentDataset, datasetRuns, goingRun, savedRun } from "../state/select.ts";
import { type State, splitOf } from "../state/state.ts";

/** Milliseconds between looks at the weights of a run that goes on. */
const LIVE = 2_000;
const PHONE = matchMedia("(max-width: 640px)");

class TiltDataStage extends TiltElement {
  static override properties = {
    app: {},
    state: {},
    lost: { state: true },
    aside: { state: true },
    opened: { state: true },
  };
  declare app: App;
  declare state: State;
  /** What is wrong with the row that the address names. */
  declare lost: string | null;
  /** What the panel beside the rows is about: drawn a frame after the rows, so that neither waits for both. */
  declare aside: {
    readonly data: DatasetSummary | null;
    readonly checks: DataChecks | null;
    readonly checking: number;
  } | null;
  /** The table is drawn in a task of its own: somebody who brings a file sees at once that it is read. */
  declare opened: boolean;
  #frame = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The address that was followed last, so that it is followed once. */
  #followed = "";
  #checked = "";
  #summary: DatasetSummary | null = null;
  readonly #resize = (): void => this.requestUpdate();

  constructor() {
    super();
    this.lost = null;
    this.aside = null;
    this.opened = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    PHONE.addEventListener("change", this.#resize);
    this.#timer = setInterval(() => this.#live(), LIVE);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    PHONE.removeEventListener("change", this.#resize);
    clearInterval(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#address(null);
  }

  override render() {
    const { app, state } = this;
    const dataset = currentDataset(state);
    const open = dataset !== null && state.row !== null;
    const sheet = PHONE.matches;
    return html`<div class="cols data ${open ? "opened" : ""}">
      <section aria-label="Rows">
        ${this.#reading(state)}
        ${state.importFailure ? importFailure(state.importFailure, app) : nothing}
        ${sheet && dataset?.reading && !state.importing ? this.#below(dataset) : nothing}
        ${this.lost ? html`<p class="aside" role="alert">${this.lost}</p>` : nothing}
        ${
          state.page && state.page.hash !== state.dataset
            ? html`<p class="aside small">These are the rows of the run whose weights are shown: its settings made another world than the defaults do.</p>`
            : nothing
        }
        ${
          !this.opened && state.importing
            ? nothing
            : dataset
              ? html`<tilt-row-table
                .app=${app}
                .data=${dataset}
                .page=${state.page}
                .query=${state.query}
                ?loading=${state.rowsLoading}
                .problem=${state.rowsProblem}
                .row=${state.row}
                .runs=${datasetRuns(state)}
                .run=${shownRun(state)}
              ></tilt-row-table>`
              : html`<p class="dim">${state.datasetsLoaded ? "No data yet. Drop a file." : "Making the built-in data."}</p>`
        }
      </section>
      <section class="side" aria-label=${open && !sheet ? "One row" : "Dataset"}>
        ${
          open
            ? html`<tilt-row-panel
                .app=${app}
                .group=${state.group}
                .pinned=${state.pinned}
                .problem=${state.groupProblem}
                .data=${dataset}
                .runs=${chartRuns(state)}
                .search=${state.query.search}
                .hash=${state.page?.hash ?? dataset.hash}
                ?sheet=${sheet}
              ></tilt-row-panel>`
            : nothing
        }
        ${
          (open && !sheet) || this.aside === null
            ? nothing
            : html`<tilt-dataset-panel
                .app=${app}
                .data=${this.aside.data}
                .all=${state.datasets}
                .run=${savedRun(state)}
                .runs=${datasetRuns(state)}
                .checks=${this.aside.checks}
                .checking=${this.aside.checking}
              ></tilt-dataset-panel>`
        }
      </section>
    </div>`;
  }

  /** On a phone what was read stands below all rows: said in a line here, with the way there. */
  #below(dataset: DatasetSummary): TemplateResult {
    const go = (): void => this.querySelector(".side")?.scrollIntoView();
    return html`<p class="aside small">${readInShort(dataset)} <button class="link" @click=${go}>How it was read</button></p>`;
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get("state");
    const { state } = this;
    this.#follow(state);
    this.#check(state);
    this.#beside();
    if (!this.opened) void nextTask().then(() => (this.opened = true));
    if (!before) return;
    if (before.row !== state.row || before.group !== state.group) this.#address(state);
    if (before.row !== state.row && state.row === null) this.#focusRow(before.row);
  }

  #beside(): void {
    const now = () => {
      const { checks, checking } = this.state;
      return { data: currentDataset(this.state), checks, checking };
    };
    const { data, checks, checking } = now();
    const { aside } = this;
    // Not before the table.
    if (!this.opened && this.state.importing) return;
    if (aside && data === aside.data && checks === aside.checks && checking === aside.checking) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => (this.aside = now()));
  }

  /** Back to the row that was open, so that keys go on from there. */
  #focusRow(id: string | null): void {
    if (id === null || document.activeElement !== document.body) return;
    this.querySelector<HTMLElement>(`button[data-row="${CSS.escape(id)}"]`)?.focus();
  }

  /** Opens the row that the address names, once its data are there. */
  #follow({ datasetsLoaded, route, page }: State): void {
    const wanted = rowAddressOf(route);
    if (!wanted || !datasetsLoaded || !page || this.#followed === route.rest) return;
    this.#followed = route.rest;
    void this.app.openAddress(wanted.dataset, wanted.row).then((lost) => {
      this.lost = lost;
    });
  }

  /** The address says which row is open; it is no step of its own for the back button. */
  #address(state: State | null): void {
    const here = routeOf(location.hash);
    if (here.view !== "workbench") return;
    const open = state?.group && state.group.id === state.row ? state.group : null;
    const hash = state?.page?.hash ?? state?.dataset;
    // While a row is being read, the old address stays.
    if (state && state.row !== null && !open) return;
    const fragment = open && hash ? rowFragment(hash, open) : "#/workbench";
    if (open) this.lost = null;
    if (!open && rowAddressOf(here) === null) return;
    if (location.hash === fragment) return;
    history.replaceState(null, "", fragment);
    const route = routeOf(fragment);
    this.#followed = route.rest;
    this.app.showRoute(route);
  }

  /** Copies are looked for once per dataset; the split is counted anew when it changes. */
  #check(state: State): void {
    const { query, page, importing } = state;
    const dataset = currentDataset(state);
    if (!page || !dataset || importing) return;
    const split = splitOf(this.state.spec);
    if (query.run === null && (query.split.seed !== split.seed || query.split.heldOut !== split.heldOut)) {
      void this.app.loadRows({ offset: query.offset });
      return;
    }
    const key = JSON.stringify([page.hash, page.of, query.run === null ? query.split : query.run]);
    // A file that is read in another way is another summary of the same dataset.
    if (key === this.#checked && dataset === this.#summary) return;
    this.#checked = key;
    this.#summary = dataset;
    void this.app.loadChecks();
  }

  /** While a run goes on, its weights are read again and again: of the page, and of the open row. */
  #live(): void {
    const { state, app } = this;
    const going = goingRun(state);
    if (!going || !datasetRuns(state).includes(going) || going.train.length === 0 || state.rowsLoading)
      return;
    if (going.status === "paused" && state.query.run === "live") return;
    void app.loadRows({ offset: state.query.offset, run: "live" });
    if (state.row !== null) void app.loadGroup();
  }

  #reading({ importing }: State) {
    if (!importing) return nothing;
    return importProgress(importing, this.app);
  }
}

/** The run whose weights the table shows. */
function shownRun(state: State): RunView | null {
  const { run } = state.query;
  return datasetRuns(state).find((one) => (isGoing(one) ? run === "live" : one.id === run)) ?? null;
}

customElements.define("tilt-data-stage", TiltDataStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-data-stage": TiltDataStage;
  }
}
