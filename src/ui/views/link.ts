/** A stranger's link: a card that says what it would do, and waits. Nothing is run or fetched before a button is pressed. */
import { html, nothing, type TemplateResult } from "lit";
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { ImportProgress, OpenedLink, WebSize } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { comparisonOf } from "../link/badge.ts";
import { facts } from "../link/facts.ts";
import { badge } from "../parts/check_badge.ts";
import { problem, type Way } from "../parts/problem.ts";
import { bringToPlay } from "../play/linked.ts";
import { addSheet } from "../sheet.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import type { State } from "../state/state.ts";
import sheet from "../style/link.css?url";
import { bytes, fractionDone, STAGE_WORDS } from "../text.ts";

await addSheet(sheet);

const REQUEST =
  "The Tilt link you sent me arrived damaged or cut. Could you send the recipe file instead? (In Tilt: Copy link, then Save a recipe file.)";

class TiltLink extends TiltElement {
  static override properties = {
    app: {},
    state: {},
    opened: { state: true },
    failure: { state: true },
    trouble: { state: true },
    progress: { state: true },
    size: { state: true },
    brought: { state: true },
    busy: { state: true },
    runId: { state: true },
  };
  declare app: App;
  declare state: State;
  declare opened: OpenedLink | null;
  /** Why the link cannot be read. */
  declare failure: Problem | null;
  /** What went wrong after a button was pressed. */
  declare trouble: Problem | null;
  declare progress: ImportProgress | null;
  declare size: WebSize | null;
  /** Hash of the data that was brought for this link. */
  declare brought: string | null;
  declare busy: boolean;
  /** The run that was made from this link. */
  declare runId: string | null;
  #fragment: string | null = null;

  constructor() {
    super();
    this.#reset();
  }

  override willUpdate(): void {
    const { rest } = this.state.route;
    if (rest === this.#fragment || this.state.engine === "opening") return;
    this.#fragment = rest;
    this.#reset();
    void this.#open(rest);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.app.wantFiles(null);
  }

  #reset(): void {
    this.opened = this.failure = this.trouble = this.progress = this.size = null;
    this.brought = this.runId = null;
    this.busy = false;
  }

  async #open(fragment: string): Promise<void> {
    try {
      const opened = await this.app.openLink(fragment);
      if (this.#fragment !== fragment) return;
      if (opened.content.embed && this.state.route.view === "link") {
        this.app.showRoute({ view: "frame", rest: fragment, bare: true });
        return;
      }
      this.opened = opened;
      this.app.wantFiles(
        opened.card.needs.file && !opened.dataset ? (files) => void this.#take(files) : null,
      );
    } catch (thrown) {
      if (this.#fragment === fragment) this.failure = problemOf(thrown);
    }
    await this.updateComplete;
    this.querySelector<HTMLElement>("h1")?.focus();
  }

  override render() {
    return html`<main class="page link-page" id="stage" tabindex="-1" @keydown=${this.#onKey}>
      <section class="card" aria-labelledby="link-title">${this.#inside()}</section>
    </main>`;
  }

  #inside(): TemplateResult {
    if (this.failure) return this.#refused(this.failure);
    if (!this.opened) return html`<h1 id="link-title" tabindex="-1">Reading the link …</h1>`;
    const { opened, state } = this;
    const run = this.#run();
    const device = state.environment?.backend === "webgpu" ? "GPU" : "CPU";
    const done = run !== null && !isGoing(run);
    return html`<h1 id="link-title" tabindex="-1">
        ${done ? "The experiment was run here" : "This link describes an experiment"}
      </h1>
      <p class="lede">${this.#lede(run)}</p>
      ${done ? this.#outcome(run) : nothing}
      ${facts(opened, device, this.size)}
      ${this.trouble ? problem(this.trouble) : nothing}
      ${this.#actions(run)}
      ${done || opened.content.spec.data.source === "builtin:plane" ? nothing : AFTERWARDS}`;
  }

  #lede(run: RunView | null): string {
    if (run && isGoing(run)) return "Running, as the link describes it.";
    if (run) return "Its run is kept in this browser, beside your own.";
    if (this.brought) return "The data is here and has the right fingerprint. Nothing has been started yet.";
    return "Nothing has been downloaded or started yet.";
  }

  /** A link that cannot be read: why, and what the reader can do. */
  #refused(failure: Problem): TemplateResult {
    const { where, ...rest } = failure;
    const told = where === undefined || where === "link" ? rest : failure;
    const newer = /newest Tilt|newer Tilt/.test(failure.remedy ?? "");
    const again: Way = newer
      ? { words: "Reload the page", go: () => location.reload(), main: true }
      : {
          words: "Copy a request to the sender",
          go: () => void navigator.clipboard.writeText(REQUEST),
          main: true,
        };
    const away: Way = {
      words: "Go to the workbench",
      go: () => {
        location.hash = "#/workbench";
      },
    };
    return html`<h1 id="link-title" tabindex="-1">This link cannot be opened</h1>
      <p class="lede">Nothing was run, and nothing was downloaded.</p>
      ${problem(told, { ways: [again, away] })}
      <p class="small dim">A recipe file says the same as a link and is not cut: drop it anywhere on this page.</p>`;
  }

  #outcome(run: RunView): TemplateResult | typeof nothing {
    if (run.check) return comparisonOf(run);
    const why =
      run.status === "done"
        ? "The link promises no numbers to compare with."
        : `The run ${run.status}, so there is nothing to compare.`;
    return html`<div class="verdict"><p>${badge("unknown")} <span>${why}</span></p></div>`;
  }

  #actions(run: RunView | null): TemplateResult {
    const { opened, progress, busy } = this;
    if (run && isGoing(run)) return this.#going(run);
    if (progress) {
      const words = progress.fetching ? "Downloading" : "Reading";
      return html`<p class="small" role="status">${words} ${progress.file}, ${bytes(progress.bytes)}${progress.ofBytes > 0 ? ` of ${bytes(progress.ofBytes)}` : nothing}</p>
        <div class="btns"><button class="btn big" @click=${() => this.app.cancelImport()}>Cancel</button></div>`;
    }
    const look = html`<button class="btn big" ?disabled=${busy} @click=${() => void this.app.useOpened(opened!, this.brought)}>Open in the workbench</button>`;
    const close = html`<button
      class="quiet"
      @click=${() => {
        location.hash = "#/workbench";
      }}
    >
      Close
    </button>`;
    if (run) {
      return html`<div class="btns">
        <button class="btn main big" @click=${this.#results}>Show it among the results</button>
        ${look}
        <button class="btn big" @click=${() => void this.#report(run)}>Save a report</button>
        <button class="quiet" ?disabled=${busy} @click=${() => void this.#go()}>Run again</button>
      </div>`;
    }
    const plane = opened!.content.spec.data.source === "builtin:plane";
    return html`<div class="btns">${this.#main()}${plane ? nothing : look}${close}</div>`;
  }

  /** The button that agrees: it says what follows. */
  #main(): TemplateResult {
    const { opened, state, busy } = this;
    const { card, content } = opened!;
    const here = this.#dataset() !== null;
    if (content.spec.data.source === "builtin:plane") {
      return html`<button
        class="btn main big"
        @click=${() => {
          bringToPlay(content.spec);
          location.hash = "#/play";
        }}
      >
        Open in Play
      </button>`;
    }
    if (card.needs.file && !here)
      return html`<button class="btn main big" ?disabled=${busy} @click=${this.#choose}>Choose the file</button>`;
    const ready = state.engine === "ready" && state.queue === null && !busy;
    const fetches = card.needs.fetches !== null && !here;
    const words = !fetches
      ? "Run"
      : this.size?.bytes
        ? `Download ${bytes(this.size.bytes)} and run`
        : "Download and run";
    return html`<button class="btn main big" ?disabled=${!ready} @click=${() => void this.#go()}>${words}</button>
      ${fetches && !this.size ? html`<button class="btn big" ?disabled=${busy} @click=${() => void this.#ask()}>Ask ${card.host} for the size</button>` : nothing}
      ${state.queue !== null ? html`<p class="small dim">Another run is going on.</p>` : nothing}`;
  }

  #going(run: RunView): TemplateResult {
    const { progress } = run;
    const share = Math.round(100 * fractionDone(run));
    return html`<p class="small" role="status">
        ${progress ? STAGE_WORDS[progress.stage] : "starting"}${progress && progress.of > 1 ? `, ${progress.done} of ${progress.of}` : nothing}
      </p>
      <progress max="100" .value=${share} aria-label="Progress of the run"></progress>
      <div class="btns">
        ${
          run.status === "paused"
            ? html`<button class="btn main big" @click=${() => void this.app.resume()}>Go on</button>`
            : html`<button class="btn big" @click=${() => void this.app.pause()}>Pause</button>`
        }
        <button class="btn big" @click=${() => void this.app.stop()}>Stop and keep</button>
      </div>`;
  }

  /** The newest run made from this link; while it goes on, the one going on. */
  #run(): RunView | null {
    const { runs } = this.state;
    if (this.busy) return runs.findLast(isGoing) ?? null;
    return runs.find((run) => run.id === this.runId) ?? null;
  }

  #dataset(): string | null {
    return this.brought ?? this.opened?.dataset ?? null;
  }

  /** Escape closes the card, unless something goes on. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !this.busy && !this.progress) location.hash = "#/workbench";
  };

  readonly #choose = (): void => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.onchange = () => void this.#take([...(input.files ?? [])]);
    input.click();
  };

  readonly #results = (): void => {
    const run = this.#run();
    const { datasets } = this.state;
    // A world counts as one dataset whatever its settings; only the usual one is listed.
    const shown =
      datasets.find((one) => one.hash === run?.datasetHash) ??
      datasets.find((one) => `builtin:${one.format}` === run?.spec?.data.source);
    if (shown && shown.hash !== this.state.dataset) void this.app.changeDataset(shown.hash);
    this.app.showStage("results");
    location.hash = "#/workbench";
  };

  /** Asks the host for the size alone: the reader pressed a button that names it. */
  async #ask(): Promise<void> {
    this.trouble = null;
    try {
      this.size = await this.app.engine.askSize(this.opened!.card.needs.fetches!);
    } catch (thrown) {
      this.trouble = problemOf(thrown);
    }
  }

  /** Takes files that were dropped or chosen. */
  async #take(files: readonly File[]): Promise<void> {
    if (files.length > 0 && this.opened) await this.#bring(files);
  }

  /** @returns whether the data is here now */
  async #bring(files: readonly File[] | null): Promise<boolean> {
    this.trouble = null;
    const name = files?.[0]?.name ?? this.opened!.card.data;
    this.progress = { file: name, bytes: 0, ofBytes: 0, rows: 0, fetching: files === null };
    const brought = await this.app.bringLinked(this.opened!.content, files, (progress) => {
      if (this.progress) this.progress = progress;
    });
    this.progress = null;
    if (typeof brought === "string") this.brought = brought;
    else this.trouble = brought;
    return typeof brought === "string";
  }

  /** The reader agreed: gets the data if need be, then runs. */
  async #go(): Promise<void> {
    const opened = this.opened!;
    const builtin = opened.content.spec.data.source.startsWith("builtin:");
    if (!builtin && this.#dataset() === null && !(await this.#bring(null))) return;
    this.trouble = null;
    this.busy = true;
    const outcome = await this.app.runOpened(opened, builtin ? null : this.#dataset());
    this.busy = false;
    if (outcome && "id" in outcome) {
      this.runId = outcome.id;
      // What was measured just now is the best estimate there is.
      this.opened = await this.app.openLink(this.#fragment!).catch(() => opened);
      this.trouble = outcome.problem ?? null;
    } else this.trouble = outcome ?? { what: "The run was stopped before it began." };
    await this.updateComplete;
    this.querySelector<HTMLElement>("h1")?.focus();
  }

  async #report(run: RunView): Promise<void> {
    this.trouble = await this.app.saveReportOf([run.id]);
  }
}

const AFTERWARDS = html`<div class="later">
  <p class="dim">Afterwards you see one of</p>
  <dl>
    <dt>${badge("bit-identical")}</dt>
    <dd>Same machine and browser: every metric has the same bits.</dd>
    <dt>${badge("within tolerance")}</dt>
    <dd>Another machine: the same result within the stated tolerance.</dd>
    <dt>${badge("different")}</dt>
    <dd>Names the first step that disagrees, and by how much.</dd>
  </dl>
</div>`;

customElements.define("tilt-link", TiltLink);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-link": TiltLink;
  }
}
