/**
 * The live playground of lessons and embedded pages: the figures of Play with the controls that somebody chose, and nothing
 * that was hidden.
 */
import { html, nothing, type PropertyValues } from "lit";
import { type ControlId, controlOf } from "../../lessons/controls.ts";
import type { Scene } from "../../lessons/lesson.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import * as icons from "../icons.ts";
import { isFree } from "../keys.ts";
import { problem } from "../parts/problem.ts";
import { newestStep, shownFrame } from "../play/history.ts";
import { type Changes, createPlayModel, type PlayModel, type PlayState, shiftOf } from "../play/model.ts";
import type { Crosshair } from "../play/panel.ts";
import { panels } from "../play/panels.ts";
import "../play/timeline.ts";
import type { State } from "../state/state.ts";
import { integer } from "../text.ts";
import { control, settingOf } from "./control.ts";

const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** What may be hidden of a playground, besides controls and strategies. */
export type PlaygroundPart = "play" | "step" | "reset" | "weights" | "readings" | "timeline" | "provenance";

class TiltPlayground extends TiltElement {
  static override properties = {
    app: {},
    state: {},
    scene: {},
    controls: {},
    points: {},
    hide: {},
    waits: { type: Boolean },
    play: { state: true },
    cross: { state: true },
  };
  declare app: App;
  declare state: State;
  declare scene: Scene;
  declare controls: readonly ControlId[];
  /** Controls that are marked. */
  declare points: readonly ControlId[];
  declare hide: readonly string[];
  /** Whether it waits at step 0 for Play. */
  declare waits: boolean;
  declare play: PlayState | undefined;
  declare cross: Crosshair | null;
  #model: PlayModel | undefined;
  #ends: (() => void)[] = [];
  #said = 0;

  constructor() {
    super();
    this.cross = null;
    this.points = [];
    this.hide = [];
    this.waits = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const onKey = (event: KeyboardEvent): void => this.#key(event);
    addEventListener("keydown", onKey);
    this.#ends.push(() => removeEventListener("keydown", onKey));
    if (this.scene && !this.#model) this.#begin(this.scene);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) end();
    this.#model?.close();
    this.#model = undefined;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("scene") as Scene | undefined;
    if (changed.has("scene")) {
      if (!this.#model || !before || this.waits || !alike(before, this.scene)) this.#begin(this.scene);
      else this.#move(this.scene.changes);
    }
    const { state } = this;
    const past = changed.get("state") as State | undefined;
    if (past?.engine === "restarting" && state.engine === "ready") this.#model?.reopen();
  }

  /** Sets controls from outside, as a reveal does. */
  set(changes: Changes): void {
    this.#model?.change(changes);
  }

  /** Plays what waited, unless nothing may move by itself or the reader was faster. */
  begin(): void {
    const model = this.#model;
    if (!model || newestStep(model.get().history) > 0) return;
    if (still()) this.#jump(model);
    else model.play();
  }

  /** All steps at once. */
  #jump(model: PlayModel): void {
    model.close();
    this.#open(model.get().changes, Number.POSITIVE_INFINITY);
  }

  #begin({ changes }: Scene): void {
    this.#model?.close();
    this.#open(changes, this.waits ? 0 : null);
  }

  /** @param to step to stand at; null plays, or shows the last step where nothing may move by itself */
  #open(changes: Changes, to: number | null): void {
    const { strategies, extras } = this.scene;
    const model = createPlayModel(this.app.engine, {
      frames: still() ? 4 : 30,
      strategies,
      changes,
      ...(extras && { extras }),
      seeds: 0,
    });
    this.#model = model;
    this.play = model.get();
    this.#said = 0;
    model.subscribe(() => {
      this.play = model.get();
      this.#announce(this.play);
    });
    if (to === null) model.start(still());
    else model.start(true, to);
  }

  /** Takes a step's settings; what an earlier step or the reader changed goes back to the published value. */
  #move(changes: Changes): void {
    const back = Object.fromEntries(
      Object.keys(this.#model!.get().changes).flatMap((path) =>
        path in changes ? [] : [[path, published(path)] as const],
      ),
    );
    this.#model!.change({ ...back, ...changes });
  }

  #announce({ opened, history, playing }: PlayState): void {
    if (!opened) return;
    const tenth = Math.floor((10 * newestStep(history)) / opened.steps);
    if (tenth === this.#said) return;
    this.#said = tenth;
    const text = `Plane ${tenth === 10 ? "finished" : playing ? "playing" : "paused"}, step ${newestStep(history)} of ${opened.steps}.`;
    this.app.store.dispatch({ type: "say", text });
  }

  #key(event: KeyboardEvent): void {
    const model = this.#model;
    if (!model || !isFree(event) || !this.#shows("play")) return;
    const act = { " ": model.toggle, s: model.step, r: model.reset }[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #shows(part: string): boolean {
    return !this.hide.includes(part);
  }

  override render() {
    const { play } = this;
    if (!play) return nothing;
    const hidden = ["weights", "readings"].filter((part) => !this.#shows(part)).map((part) => `no-${part}`);
    const formulas = (this.hide.includes("formulas") ? ["no-formulas"] : []).concat(hidden);
    return html`<div class="playground ${formulas.join(" ")}">
      ${this.#deck(play)}
      ${play.problem ? problem(play.problem) : nothing}
      ${
        play.opened
          ? panels(play, play.opened, this.cross, (cross) => {
              this.cross = cross;
            })
          : html`<div class="multiples waiting" aria-busy="true"><p class="say">Drawing the pairs …</p></div>`
      }
      ${
        play.opened && this.#shows("timeline")
          ? html`<tilt-timeline
              .history=${play.history}
              .world=${play.opened.world}
              .strategies=${play.strategies}
              .steps=${play.opened.steps}
              .shift=${shiftOf(play.shown)}
              .measure=${this.scene.timeline ?? "rew"}
              @scrub=${(event: CustomEvent<number | null>) => this.#model!.view(event.detail)}
            ></tilt-timeline>`
          : nothing
      }
      ${this.#shows("provenance") ? this.#provenance(play) : nothing}
    </div>`;
  }

  #deck(play: PlayState) {
    const model = this.#model!;
    const steps = play.opened?.steps ?? 0;
    const step = shownFrame(play.history)?.step ?? 0;
    const end = play.opened !== null && newestStep(play.history) >= steps;
    const controls = this.controls.filter((id) => this.#shows(id));
    const buttons = this.#shows("play");
    if (!buttons && controls.length === 0) return nothing;
    return html`<div class="board">
      ${
        buttons
          ? html`<div class="transport" role="group" aria-label="Training">
              <button class="btn main" aria-keyshortcuts="Space" ?disabled=${!play.opened} @click=${() => model.toggle()}>
                ${play.playing ? icons.pause : icons.play}${play.playing ? "Pause" : end ? "Play again" : "Play"}
              </button>
              <span class="group">
                ${this.#shows("step") ? html`<button class="btn icon" aria-label="One step" title="One step (S)" aria-keyshortcuts="S" ?disabled=${!play.opened || end} @click=${() => model.step()}>${icons.step}</button>` : nothing}
                ${this.#shows("reset") ? html`<button class="btn icon" aria-label="Reset to the same seed" title="Reset to the same seed (R)" aria-keyshortcuts="R" ?disabled=${!play.opened} @click=${() => model.reset()}>${icons.reset}</button>` : nothing}
              </span>
              ${play.opened ? html`<span class="count small dim">step <b>${step}</b> of ${steps}</span>` : nothing}
            </div>`
          : nothing
      }
      ${controls.map((id) =>
        control(id, {
          changes: play.changes,
          home: this.scene.changes,
          pointed: this.points.includes(id),
          onChange: (changes) => this.#change(changes),
        }),
      )}
    </div>`;
  }

  #change(changes: Changes): void {
    this.#model!.change(changes);
    this.dispatchEvent(new CustomEvent("moved", { bubbles: true }));
  }

  #provenance({ opened, rate, playing, note }: PlayState) {
    if (!opened) return nothing;
    const device = opened.backend === "webgpu" ? "GPU" : "CPU";
    return html`<p class="small dim prov-line"><i class="lamp ${playing ? "on" : ""}"></i><span title=${opened.adapter}>Live on this ${device}</span>${rate > 0 ? ` · ${integer(rate)} steps/s` : nothing}${note ? ` · ${note}` : nothing}${this.#own()}</p>`;
  }

  /** A way back when the reader moved something. */
  #own() {
    const { changes } = this.#model!.get();
    const moved = this.controls.some((id) => !sameControl(id, changes, this.scene.changes));
    return moved
      ? html` · <button class="link" @click=${() => this.#move(this.scene.changes)}>back to this step’s settings</button>`
      : nothing;
  }
}

const published = (path: string) => settingOf({}, path);

const sameControl = (id: ControlId, a: Changes, b: Changes): boolean => {
  const { path } = controlOf(id);
  return settingOf(a, path) === settingOf(b, path);
};

/** Whether two scenes are one session with other settings. */
function alike(a: Scene, b: Scene): boolean {
  return (
    JSON.stringify([a.strategies, a.extras ?? null]) === JSON.stringify([b.strategies, b.extras ?? null])
  );
}

customElements.define("tilt-playground", TiltPlayground);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-playground": TiltPlayground;
  }
}
