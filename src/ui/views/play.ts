/** First sight: the Plane world training live under four strategies, one slider, one place to drop a file. */
import { html, nothing } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import * as icons from "../icons.ts";
import { isFree } from "../keys.ts";
import { strategyMark } from "../marks.ts";
import { lineOf, nameOf } from "../names.ts";
import "../parts/paste.ts";
import { problem } from "../parts/problem.ts";
import { newestStep, shownFrame } from "../play/history.ts";
import {
  createPlayModel,
  MOST_SHIFT,
  PACES,
  type PlayModel,
  type PlayState,
  SEEDS,
  STRATEGIES,
} from "../play/model.ts";
import type { Crosshair } from "../play/panel.ts";
import "../play/panel.ts";
import "../play/ruler.ts";
import "../play/stems.ts";
import "../play/timeline.ts";
import { finding, standing } from "../play/words.ts";
import { VIEW_IDS } from "../route.ts";
import { goingRun } from "../state/select.ts";
import { STAGE_IDS, type State } from "../state/state.ts";
import { fixed, integer } from "../text.ts";

const FORMULAS: Readonly<Record<string, string>> = {
  erm: "1/B",
  reweight: "h / B",
  kl_dro: "softmax(ℓ/λ)",
  dora_inside: "h · softmax(hℓ/λ)",
};

/** One session for as long as the page lives: coming back finds it where it was left. */
const models = new WeakMap<App, PlayModel>();

const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

class TiltPlay extends TiltElement {
  static override properties = { app: {}, state: {}, play: { state: true }, cross: { state: true } };
  declare app: App;
  declare state: State;
  declare play: PlayState;
  /** Where the crosshair of all four planes stands. */
  declare cross: Crosshair | null;
  #model: PlayModel | undefined;
  #resume = false;
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
    let model = models.get(app);
    if (!model) {
      model = createPlayModel(app.engine, still() ? 4 : 30);
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
      keysOf(model, app),
    ];
    if (this.#resume) model.play();
    model.start(quiet);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) end();
    this.#resume = this.#model?.get().playing ?? false;
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
      ${this.#deck()}
      ${play.problem ? problem(play.problem, {}) : nothing}
      <p class="key small dim">H: human. A, B: synthetic sources. Blue: where the policy puts its answers.</p>
      ${play.opened ? this.#panels() : html`<div class="multiples waiting" aria-busy="true"><p class="say">Drawing 1 000 pairs …</p></div>`}
      <div class="tl">
        <div>
          ${
            play.opened
              ? html`<tilt-timeline
                  .history=${play.history}
                  .world=${play.opened.world}
                  .strategies=${STRATEGIES}
                  .steps=${play.opened.steps}
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

  #deck() {
    const { play } = this;
    const model = this.#model!;
    const steps = play.opened?.steps ?? 300;
    const step = shownFrame(play.history)?.step ?? 0;
    const end = play.opened !== null && newestStep(play.history) >= steps;
    return html`<div class="deck">
      <div class="transport" role="group" aria-label="Training">
        <button class="btn main big" aria-keyshortcuts="Space" ?disabled=${!play.opened} @click=${() => model.toggle()}>
          ${play.playing ? icons.pause : icons.play}${play.playing ? "Pause" : end ? "Play again" : "Play"}
        </button>
        <span class="group">
          <button class="btn icon" aria-label="One step" title="One step (S)" aria-keyshortcuts="S" ?disabled=${!play.opened || end} @click=${() => model.step()}>${icons.step}</button>
          <button class="btn icon" aria-label="Reset to the same seed" title="Reset to the same seed (R)" aria-keyshortcuts="R" ?disabled=${!play.opened} @click=${() => model.reset()}>${icons.reset}</button>
        </span>
        <span class="count">step <b>${step}</b> of ${steps}</span>
      </div>
      <div class="scale">
        <label for="shift">Shift strength</label>
        <div class="ruler">
          <input id="shift" type="range" min="0" max=${MOST_SHIFT} step="0.05" .value=${String(play.shift)}
            aria-valuetext="shift ${fixed(play.shift, 2)}: how far the synthetic source A stands from people"
            @input=${(event: Event) => model.setShift(Number((event.currentTarget as HTMLInputElement).value))}
            @dblclick=${() => model.setShift(0.75)} />
          <div class="ticks" aria-hidden="true"><span>0</span><span>0.5</span><span>1</span><span>1.5</span></div>
        </div>
        <output for="shift">${fixed(play.shift, 2)}</output>
      </div>
      <div class="heatkey" aria-hidden="true">
        <span class="steps">${[1, 2, 3, 4, 5].map((i) => html`<i class="heat-${i}"></i>`)}</span><span>policy density, one scale for all four</span>
        <svg viewBox="0 0 80 9"><path class="c-h" d="M0 4.5H24"/><path class="c-a" d="M29 4.5H52"/><path class="c-b" d="M58 4.5H80"/></svg><span>each line holds 50 % or 90 % of a source</span>
      </div>
      <a class="btn" href="#/workbench">Open the workbench</a>
    </div>`;
  }

  #panels() {
    const { play, cross } = this;
    const { world, steps } = play.opened!;
    const frame = shownFrame(play.history);
    const cells = world.grid ** 2;
    const moving = play.shift !== play.shownShift;
    return html`<div class="multiples ${moving ? "moving" : ""}" @cross=${(
      event: CustomEvent<Crosshair | null>,
    ) => {
      this.cross = event.detail;
    }}>
      ${STRATEGIES.map((strategy, s) => {
        const metrics = frame?.metrics[s];
        const first = s === 0;
        return html`<section class="mult" aria-label=${nameOf(strategy)}>
          <h2>${strategyMark(strategy)}<span class="f">${FORMULAS[strategy]}</span></h2>
          <tilt-plane
            .world=${world}
            .density=${frame ? frame.density.subarray(s * cells, (s + 1) * cells) : null}
            .cross=${cross}
            .name=${nameOf(strategy)}
            .line=${lineOf(strategy)}
            .finding=${metrics ? standing(strategy, metrics, frame.step, world) : `${nameOf(strategy)}: not trained yet.`}
            ?first=${first}
          ></tilt-plane>
          <tilt-stems .stems=${frame ? stemsOf(frame, s) : []} .name=${nameOf(strategy)} ?first=${first}></tilt-stems>
          <tilt-reading
            .metrics=${metrics}
            .world=${world}
            .seeds=${frame?.step === steps ? play.seeds : []}
            .strategy=${s}
            ?first=${first}
          ></tilt-reading>
        </section>`;
      })}
    </div>`;
  }

  /** What is computed, on what, how fast; and that a run of the workbench shares the machine. */
  #provenance() {
    const { play, state } = this;
    const { opened, rate, playing } = play;
    if (!opened) return "Starting";
    const device = opened.backend === "webgpu" ? "GPU" : "CPU";
    const pace = rate > 0 ? html` · ${integer(rate)} steps/s` : nothing;
    const shared = goingRun(state) ? " · shared with a run of the workbench" : "";
    const choose = (event: Event): void =>
      this.#model!.setPace(PACES[(event.currentTarget as HTMLSelectElement).selectedIndex]![0]);
    return html`<i class="lamp ${playing ? "on" : ""}"></i><span title=${opened.adapter}>Live on this ${device}</span>${pace}${shared}
      <label class="pace-pick">Speed
        <select @change=${choose}>
          ${PACES.map(([one, name]) => html`<option ?selected=${one === play.pace}>${name}</option>`)}
        </select></label>`;
  }

  /** What one run cannot tell: the same world with other seeds. */
  #finding() {
    const { play } = this;
    if (!play.opened) return nothing;
    const told = finding(STRATEGIES, play.seeds, play.shownShift);
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
        <button class="btn" @click=${() => document.querySelector<HTMLInputElement>("#file")?.click()}>Choose a file</button>
        <tilt-paste .app=${this.app}></tilt-paste>
      </div>
      ${lessons ? html`<p class="small"><a href="#/lessons">Why does this happen? The lessons</a></p>` : nothing}
    </div>`;
  }
}

/** The last batch of one strategy as stems. */
function stemsOf({ batch }: NonNullable<ReturnType<typeof shownFrame>>, strategy: number) {
  const n = batch.pairs.length;
  return Array.from(batch.pairs, (pair, i) => ({
    row: pair + 1,
    source: batch.sources[i]!,
    h: batch.h[i]!,
    loss: batch.losses[strategy * n + i]!,
    weight: batch.weights[strategy * n + i]!,
  }));
}

/** Keys of this view, before those of the workbench. @returns a function that stops listening */
function keysOf(model: PlayModel, app: App): () => void {
  const act: Readonly<Record<string, () => void>> = {
    " ": model.toggle,
    s: model.step,
    r: model.reset,
    ...Object.fromEntries(
      STAGE_IDS.map((stage, i) => [
        String(i + 1),
        () => {
          app.showStage(stage);
          location.hash = "#/workbench";
        },
      ]),
    ),
  };
  const onKey = (event: KeyboardEvent): void => {
    const go = isFree(event) ? act[event.key.toLowerCase()] : undefined;
    if (!go) return;
    event.preventDefault();
    go();
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}

customElements.define("tilt-play", TiltPlay);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-play": TiltPlay;
  }
}
