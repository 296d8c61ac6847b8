/** A question: guess first, then it is measured here, seed by seed, and the claims are held against the numbers. */
import { html, nothing } from "lit";
import { interval } from "../../base/statistics.ts";
import { FIRST_SEED, type Question } from "../../lessons/lesson.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { problem } from "../parts/problem.ts";
import { fixed } from "../text.ts";
import { type Answer, answerTo, keepAnswer } from "./answers.ts";
import { findings } from "./findings.ts";
import "./guess.ts";
import { type Measurement, measurementOf, onMeasurement, startMeasurement } from "./measurements.ts";
import { prose } from "./prose.ts";
import { equalShares } from "./shares.ts";

class TiltQuestion extends TiltElement {
  static override properties = {
    app: {},
    question: {},
    place: {},
    ready: { type: Boolean },
    answer: { state: true },
  };
  declare app: App;
  declare question: Question;
  /** Lesson and step, the key of the answer. */
  declare place: string;
  /** Whether the engine is there. */
  declare ready: boolean;
  declare answer: Answer;
  #end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#end = onMeasurement(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    void this.app.engine.stopLesson().catch(() => {});
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("place")) this.answer = answerTo(this.place);
    // An answer that was seen before is measured again: numbers of another day, or another Tilt, are not shown.
    if ((changed.has("place") || changed.has("ready")) && this.ready && this.answer.revealed) this.#measure();
  }

  #keep(answer: Answer): void {
    this.answer = answer;
    keepAnswer(this.place, answer);
  }

  #measure(): void {
    const { sets, measure } = this.question;
    this.dispatchEvent(new CustomEvent("reveals", { bubbles: true }));
    if (sets) this.dispatchEvent(new CustomEvent("sets", { detail: sets, bubbles: true }));
    void startMeasurement(this.app.engine, measure).then(() => {
      const { runs, done } = measurementOf(measure);
      if (done)
        this.app.store.dispatch({
          type: "say",
          text: `Measured over ${runs.length} seeds. ${this.#verdict(runs)}`,
        });
    });
  }

  readonly #reveal = (): void => {
    this.#keep({ ...this.answer, revealed: true });
    this.#measure();
  };

  readonly #again = (): void => this.#keep({ revealed: false });

  override render() {
    const { question, answer } = this;
    const now = measurementOf(question.measure);
    return html`<section class="ask" aria-labelledby="ask-title">
      <h2 id="ask-title">${question.ask}</h2>
      ${question.kind === "choice" ? this.#options(now) : this.#bars(now)}
      ${answer.revealed ? this.#measured(now) : this.#buttons()}
    </section>`;
  }

  #options({ runs, done }: Measurement) {
    const { question, answer } = this;
    if (question.kind !== "choice") return nothing;
    const right = answer.revealed && done ? question.answer(runs) : undefined;
    return html`<div class="options" role="radiogroup" aria-labelledby="ask-title">
      ${question.options.map((option, i) => {
        const chosen = answer.guess?.[0] === i;
        return html`<label class="option ${right === i ? "right" : ""} ${chosen ? "chosen" : ""}">
          <input type="radio" name="ask" .checked=${chosen} ?disabled=${answer.revealed} @change=${() => this.#keep({ guess: [i], revealed: false })} />
          <span>${option}</span>
          ${right === i ? html`<span class="small tag"><b class="measured">✓ measured</b>${chosen ? ", as you guessed" : ""}</span>` : chosen && right !== undefined ? html`<span class="small tag dim">your guess</span>` : nothing}
        </label>`;
      })}
    </div>`;
  }

  #bars({ runs }: Measurement) {
    const { question, answer } = this;
    if (question.kind !== "shares") return nothing;
    const measured =
      answer.revealed && runs.length > 0
        ? question.parts.map((_, i) => interval(runs.map((run) => question.shares(run)[i]!)).mean)
        : null;
    return html`<p class="small dim">Drag each bar to your guess, or use ← and → (Shift: 10 %). They add up to 100 %.</p>
      <tilt-guess
        .parts=${question.parts}
        .shares=${answer.guess?.length === question.parts.length ? answer.guess : equalShares(question.parts.length)}
        .measured=${measured}
        ?locked=${answer.revealed}
        @guess=${(event: CustomEvent<readonly number[]>) => this.#keep({ guess: event.detail, revealed: false })}
      ></tilt-guess>
      ${measured ? html`<p class="small dim">striped: your guess · solid: measured, mean over ${runs.length} seeds</p>` : nothing}`;
  }

  #buttons() {
    const { question, answer, ready } = this;
    const guessed = question.kind === "shares" || answer.guess !== undefined;
    const { seeds } = question.measure;
    return html`<div class="btns">
      <button class="btn main" ?disabled=${!ready || !guessed} @click=${this.#reveal}>Run ${seeds} seeds and show</button>
      ${guessed ? nothing : html`<button class="quiet" ?disabled=${!ready} @click=${this.#reveal}>Show without a guess</button>`}
    </div>
    <p class="small dim">${ready ? `Measured now, in this tab: seeds ${FIRST_SEED} to ${FIRST_SEED + seeds - 1}.` : "The engine is starting."}</p>`;
  }

  #measured(now: Measurement) {
    const { question } = this;
    const { seeds } = question.measure;
    const { runs, done, going } = now;
    const state = done
      ? `Measured here over ${seeds} seeds (${FIRST_SEED} to ${FIRST_SEED + seeds - 1}), 95 % intervals.`
      : going
        ? `Measuring seed ${runs.length + 1} of ${seeds} …`
        : "Waiting for the engine.";
    return html`<p class="small dim state">${state}</p>
      ${going || !done ? html`<progress max=${seeds} .value=${runs.length} aria-label="Seeds measured"></progress>` : nothing}
      ${now.problem ? problem(now.problem, { ways: [{ words: "Measure again", go: () => this.#measure(), main: true }] }) : nothing}
      ${runs.length > 0 ? findings(question.claims, runs, done) : nothing}
      ${done ? html`<div class="reveal">${question.reveal.map((text) => html`<p>${prose(text)}</p>`)}</div>` : nothing}
      <div class="btns"><button class="btn" @click=${this.#again}>Guess again</button></div>`;
  }

  /** For the live region. */
  #verdict(runs: Measurement["runs"]): string {
    const { question } = this;
    if (question.kind === "choice") {
      const right = question.answer(runs);
      return right === null ? "The runs cannot tell." : `Answer: ${question.options[right]!}.`;
    }
    const means = question.parts.map(
      ({ name }, i) =>
        `${name} ${fixed(100 * interval(runs.map((run) => question.shares(run)[i]!)).mean, 0)} %`,
    );
    return `Measured: ${means.join(", ")}.`;
  }
}

customElements.define("tilt-question", TiltQuestion);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-question": TiltQuestion;
  }
}
