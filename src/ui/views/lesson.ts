/** One step of a lesson: words on the left, the live playground on the right, a question before the answer. */
import { html, nothing } from "lit";
import { LESSONS, placeOf, stepAddress } from "../../lessons/index.ts";
import type { Step } from "../../lessons/lesson.ts";
import { TiltElement } from "../element.ts";
import { hiddenParts } from "../embed/parts.ts";
import type { App } from "../engine/app.ts";
import { isFree } from "../keys.ts";
import { answerTo } from "../lessons/answers.ts";
import { labelOf, settingOf, shownValue } from "../lessons/control.ts";
import { ownData } from "../lessons/own_data.ts";
import "../lessons/playground.ts";
import { prose } from "../lessons/prose.ts";
import "../lessons/question.ts";
import "../lessons/rounds.ts";
import { controlOf } from "../../lessons/controls.ts";
import { addSheet } from "../sheet.ts";
import type { State } from "../state/state.ts";
import sheet from "../style/lessons.css?url";

await addSheet(sheet);

/** Milliseconds that "Copied" stands. */
const COPIED = 2500;

class TiltLesson extends TiltElement {
  static override properties = { app: {}, state: {}, copied: { state: true } };
  declare app: App;
  declare state: State;
  declare copied: boolean;
  #shown = "";

  constructor() {
    super();
    this.copied = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#onKey);
  }

  override updated(): void {
    const { rest } = this.state.route;
    if (rest === this.#shown) return;
    const first = this.#shown === "";
    this.#shown = rest;
    this.copied = false;
    if (!first) {
      scrollTo(0, 0);
      this.querySelector<HTMLElement>("h1")?.focus();
    }
  }

  override render() {
    const place = placeOf(this.state.route.rest);
    if (!place)
      return html`<main class="page" id="stage" tabindex="-1"><div class="lesson-lost">
        <h1>No lesson has this address</h1>
        <p class="say">It may have been cut, or the lesson was renamed.</p>
        <a class="btn main" href="#/lessons">All lessons</a></div></main>`;
    const { lesson, at } = place;
    const step = lesson.steps[at]!;
    const key = `${lesson.id}/${step.id}`;
    const ready = this.state.engine === "ready";
    const [before, after] = [lesson.steps[at - 1], lesson.steps[at + 1]];
    const bare = this.state.route.bare === true;
    const { hide = [] } = this.state.route;
    const kept = (bare ? "&embed=1" : "") + (hide.length > 0 ? `&hide=${hide.join(",")}` : "");
    const to = (one: Step): string => stepAddress(lesson, one) + kept;
    return html`<main class="page lesson" id="stage" tabindex="-1" @sets=${this.#onSets} @reveals=${this.#onReveals}>
      <article class="lesson-words">
        <nav class="steps" aria-label="Steps of this lesson">
          <a class="up" href=${bare ? to(step) : "#/lessons"}>${lesson.title}</a>
          <span class="ticks-of">
            ${lesson.steps.map((one, i) => html`<a href=${to(one)} aria-current=${i === at ? "step" : nothing} class=${i < at ? "past" : ""}><span class="vh">Step ${i + 1}: ${one.title}</span></a>`)}
          </span>
          <span class="small dim">${at + 1} of ${lesson.steps.length}</span>
          <button class="link" @click=${() => void this.#copy(to(step))}>${this.copied ? "Copied" : "Copy link to this step"}</button>
        </nav>
        <h1 tabindex="-1">${step.title}</h1>
        <div class="prose">
          ${step.words.map((text) => html`<p>${prose(text)}</p>`)}
          ${step.formula ? html`<p class="formula"><i>${step.formula.text}</i> <span class="small dim">${step.formula.note}</span></p>` : nothing}
        </div>
        ${this.#points(step)}
      </article>
      <div class="lesson-figures">${this.#figure(step, key, ready)}</div>
      <div class="lesson-ask">
        ${step.question ? html`<tilt-question .app=${this.app} .question=${step.question} .place=${key} ?ready=${ready}></tilt-question>` : nothing}
        ${step.tries ? html`<p class="tries"><b>Try it.</b> ${prose(step.tries)}</p>` : nothing}
        <nav class="turn" aria-label="Next and previous step">
          ${before ? html`<a class="btn" href=${to(before)} rel="prev">← ${before.title}</a>` : html`<a class="btn" href="#/lessons">← All lessons</a>`}
          ${after ? html`<a class="btn main" href=${to(after)} rel="next">Next: ${after.title} →</a>` : this.#next(lesson.id)}
        </nav>
      </div>
    </main>`;
  }

  /** What this step set, in words, beside the ring around the control. */
  #points({ points, scene }: Step) {
    if (points.length === 0) return nothing;
    return html`<p class="small dim set-note">This step set ${points.map(
      (id, i) =>
        html`${i > 0 ? " and " : ""}<b>${labelOf(id)}</b> to <b>${shownValue(id, settingOf(scene.changes, controlOf(id).path))}</b>`,
    )}; ${points.length === 1 ? "the control is" : "the controls are"} marked.</p>`;
  }

  #figure(step: Step, key: string, ready: boolean) {
    if (step.figure === "own-data") return ownData(this.state);
    if (step.figure === "rounds" && step.question)
      return html`<tilt-rounds .app=${this.app} .measure=${step.question.measure} ?ready=${ready}></tilt-rounds>`;
    return html`<tilt-playground .app=${this.app} .state=${this.state} .scene=${step.scene} .controls=${step.controls} .points=${step.points} .hide=${[...hiddenParts(this.state.route.hide ?? [])]} ?waits=${this.state.route.bare || (step.question !== undefined && !answerTo(key).revealed)}></tilt-playground>`;
  }

  #next(id: string) {
    const next = placeOf(LESSONS[LESSONS.findIndex((one) => one.id === id) + 1]?.id ?? "");
    return next
      ? html`<a class="btn main" href="#lesson=${next.lesson.id}">Next lesson: ${next.lesson.title} →</a>`
      : html`<a class="btn main" href="#/lessons">All lessons</a>`;
  }

  /** The figures wait while there is something to guess, so that they do not give it away. */
  readonly #onReveals = (): void => this.querySelector("tilt-playground")?.begin();

  readonly #onSets = (event: Event): void => {
    this.querySelector("tilt-playground")?.set((event as CustomEvent<Step["scene"]["changes"]>).detail);
  };

  /** Arrows lead from step to step, unless a control takes them. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (!isFree(event) || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    const link = this.querySelector<HTMLAnchorElement>(
      `.turn a[rel=${event.key === "ArrowLeft" ? "prev" : "next"}]`,
    );
    if (!link) return;
    event.preventDefault();
    link.click();
  };

  async #copy(fragment: string): Promise<void> {
    await navigator.clipboard.writeText(location.href.split("#")[0]! + fragment);
    this.copied = true;
    this.app.store.dispatch({ type: "say", text: "The link to this step was copied." });
    setTimeout(() => {
      this.copied = false;
    }, COPIED);
  }
}

customElements.define("tilt-lesson", TiltLesson);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-lesson": TiltLesson;
  }
}
