/** First sight: the Plane world training live under four strategies, one slider, one place to drop a file. */
import { html, nothing } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../parts/paste.ts";
import { problem } from "../parts/problem.ts";
import { deck } from "../play/deck.ts";
import { newestStep } from "../play/history.ts";
import { playKeys } from "../play/keys.ts";
import { showsPlay, takeBrought } from "../play/linked.ts";
import { createPlayModel, PACES, type PlayModel, type PlayState, SEEDS, shiftOf } from "../play/model.ts";
import type { Crosshair } from "../play/panel.ts";
import { panels } from "../play/panels.ts";
import "../play/timeline.ts";
import { finding } from "../play/words.ts";
import { VIEW_IDS } from "../route.ts";
import { goingRun } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { integer } from "../text.ts";

/** One session for as long as the page lives: coming back finds it where it was left. */
const models = new WeakMap<App, PlayModel>();
/** Pages whose session was playing when the view was left: it goes on when somebody comes back. */
const left = new WeakSet<App>();

const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

class TiltPlay extends TiltElement {
  static override properties = { app: {}, state: {}, play: { state: true }, cross: { state: true } };
  declare app: App;
  declare state: State;
  declare play: PlayState;
  /** Where the crosshair of all four planes stands. */
  declare cross: Crosshair | null;
  #model: PlayModel | undefined;
  #said = 0;
  #ends: (() => void)[] = [];

  constructor() {
    super();
    this.cross = null;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!this.#model) this.#begin();
    if (!changed.has("state")) return;
    const before = changed.get("state") as State | undefined;
    // Files dropped anywhere lead to where they are read.
    if (this.state.importing && !before?.importing) location.hash = "#/workbench";
    if (before?.engine === "restarting" && this.state.engine === "ready") this.#model!.reopen();
  }

  #begin(): void {
    const { app } = this;
    const brought = takeBrought();
    let model = models.get(app);
    if (model && brought) model.change(brought);
    if (!model) {
      model = createPlayModel(app.engine, { frames: still() ? 4 : 30, ...(brought && { changes: brought }) });
      models.set(app, model);
    }
    this.#model = model;
    this.play = model.get();
    const quiet = still() || new URLSearchParams(location.search).has("paused");
    this.#ends = [
      model.subscribe(() => {
        this.#announce(this.play, model.get());
        this.play = model.get();
      }),
      playKeys(model, app),
      showsPlay(model),
    ];
    if (left.delete(app)) model.play();
    model.start(quiet);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) end();
    if (this.#model?.get().playing) left.add(this.app);
    this.#model?.pause();
    this.#model = undefined;
  }

  /** State changes and every tenth of a run, never each step. */
  #announce(before: PlayState, now: PlayState): void {
    const step = newestStep(now.history);
    const tenth = now.opened ? Math.floor((10 * step) / now.opened.steps) : 0;
    const end = tenth === 10 && this.#said !== 10;
    if (before.playing === now.playing && tenth === this.#said && !end) return;
    this.#said = tenth;
    if (!now.opened) return;
    const state = end ? "finished" : now.playing ? "playing" : "paused";
    this.app.store.dispatch({ type: "say", text: `Plane ${state}, step ${step} of ${now.opened.steps}.` });
  }

  override render() {
    const { play } = this;
    return html`<main class="page play" id="stage" tabindex="-1">
      <div class="play-head">
        <h1>The solid line is where people’s answers lie. Which policy settles inside it?</h1>
        <p class="prov small">${this.#provenance()}</p>
      </div>
      ${deck(play, this.#model!)}
      ${play.problem ? problem(play.problem, {}) : nothing}
      <p class="key small dim">H: human. A, B: synthetic sources. Blue: where the policy puts its answers.
        <button class="link" @click=${chooseFile}>Or use your own file</button></p>
      ${
        play.opened
          ? panels(play, play.opened, this.cross, (cross) => {
              this.cross = cross;
            })
          : html`<div class="multiples waiting" aria-busy="true"><p class="say">Drawing 1 000 pairs …</p></div>`
      }
      <div class="tl">
        <div>
          ${
            play.opened
              ? html`<tilt-timeline
                  .history=${play.history}
                  .world=${play.opened.world}
                  .strategies=${play.strategies}
                  .steps=${play.opened.steps}
                  .shift=${shiftOf(play.shown)}
                  @scrub=${(event: CustomEvent<number | null>) => this.#model!.view(event.detail)}
                ></tilt-timeline>`
              : nothing
          }
          ${this.#finding()}
        </div>
        ${this.#ways()}
      </div>
    </main>`;
  }

  /** What is computed, on what, how fast; and that a run of the workbench shares the machine. */
  #provenance() {
    const { play, state } = this;
    const { opened, rate, playing } = play;
    if (!opened) return html`<i class="lamp"></i>Starting`;
    const device = opened.backend === "webgpu" ? "GPU" : "CPU";
    const pace = html` · <span class="rate">${rate > 0 ? integer(rate) : "–"}</span> steps/s`;
    const shared = goingRun(state) ? " · shared with a run of the workbench" : play.note && ` · ${play.note}`;
    const choose = (event: Event): void =>
      this.#model!.setPace(PACES[(event.currentTarget as HTMLSelectElement).selectedIndex]![0]);
    return html`<i class="lamp ${playing ? "on" : ""}"></i><span title=${opened.adapter}>Live on this ${device}</span>${pace}${shared}
      <label class="pace-pick"><span class="name">Speed</span>
        <select @change=${choose}>
          ${PACES.map(([one, name]) => html`<option ?selected=${one === play.pace}>${name}</option>`)}
        </select></label>`;
  }

  /** What one run cannot tell: the same world with other seeds. */
  #finding() {
    const { play } = this;
    if (!play.opened) return nothing;
    const told = finding(play.strategies, play.seeds, shiftOf(play.shown));
    if (told) {
      const more = play.seeds.length < SEEDS ? ` ${play.seeds.length} of ${SEEDS} seeds so far.` : "";
      return html`<div class="findings">${told.map((line, i) => html`<p class="say">${line}${i === told.length - 1 ? more : ""}</p>`)}</div>`;
    }
    return html`<div class="findings"><p class="say">${
      newestStep(play.history) >= play.opened.steps
        ? `One seed. ${SEEDS} seeds are being run to see what holds.`
        : "One seed so far; other seeds follow when this run ends."
    }</p></div>`;
  }

  #ways() {
    const lessons = (VIEW_IDS as readonly string[]).includes("lessons");
    return html`<div class="dropbox">
      <h2>Now your own preferences</h2>
      <p>Drop a file anywhere on this page: JSON, JSON lines, CSV or Parquet. It stays in this tab.</p>
      <div class="btns">
        <button class="btn" @click=${chooseFile}>Choose a file</button>
        <tilt-paste .app=${this.app}></tilt-paste>
      </div>
      ${lessons ? html`<p class="small"><a href="#/lessons">Why does this happen? The lessons</a></p>` : nothing}
    </div>`;
  }
}

function chooseFile(): void {
  document.querySelector<HTMLInputElement>("#file")?.click();
}

customElements.define("tilt-play", TiltPlay);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-play": TiltPlay;
  }
}
