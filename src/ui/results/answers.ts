/** The same prompt, answered by the reference and by each run with the same seed. */
import { html, nothing, type TemplateResult } from "lit";
import type { JudgedAnswer } from "../../experiment/judge_types.ts";
import { TiltElement } from "../element.ts";
import { strategyMark } from "../marks.ts";
import { count, signed } from "../text.ts";
import type { ColumnAnswers } from "./answers_of.ts";
import type { Column } from "./columns.ts";
import type { ResultsModel } from "./model.ts";

interface Shown {
  readonly text: string;
  readonly reward: number | null;
  readonly ended: boolean;
}

class TiltAnswers extends TiltElement {
  static override properties = {
    model: {},
    columns: {},
    answers: {},
    prompts: {},
    version: {},
    at: { state: true },
    own: { state: true },
    seed: { state: true },
  };
  declare model: ResultsModel;
  declare columns: readonly Column[];
  declare answers: readonly ColumnAnswers[];
  /** Held-out prompts to go through. */
  declare prompts: readonly string[];
  declare version: number;
  declare at: number;
  /** A prompt typed here; null for one of the held-out ones. */
  declare own: string | null;
  declare seed: number;

  constructor() {
    super();
    this.prompts = [];
    this.at = 0;
    this.own = null;
    this.seed = 1;
  }

  override render() {
    const { columns, prompts, own } = this;
    const { asked, asking, kept } = this.model.get();
    const prompt = own ?? prompts[this.at % Math.max(1, prompts.length)] ?? "";
    const able = columns.filter(({ runs: [run] }) => kept?.has(run.id) === true);
    const live =
      asked && asked.request.prompt === prompt && asked.request.seed === this.seed ? asked.answers : null;
    return html`<div class="block">
      <h2 class="sub"><span>Same prompt, ${count(columns.length, "policy", "policies")}</span></h2>
      <p class="prompt">${prompt === "" ? "…" : `“${prompt}”`}</p>
      <div class="btns ask">
        <button class="btn" ?disabled=${prompts.length < 2} @click=${() => this.#move(-1)}>Previous</button>
        <button class="btn" ?disabled=${prompts.length < 2} @click=${() => this.#move(1)}>Next</button>
        ${
          asking
            ? html`<button class="btn" @click=${() => void this.model.stop()}>Stop</button>`
            : html`<button class="btn" ?disabled=${able.length === 0 || prompt.trim() === ""}
                @click=${() => this.#ask(able, prompt)}>Ask ${count(able.length, "run")}</button>`
        }
        <label>seed <input class="seed" type="number" min="0" max="9999" .value=${String(this.seed)} @change=${this.#setSeed} /></label>
        <label class="vh" for="own-prompt">A prompt of your own</label>
        <input id="own-prompt" class="own" placeholder="or type a prompt" .value=${own ?? ""} @change=${this.#type} />
      </div>
      <div class="answered">
        ${this.#card("reference", html`<b class="ref">Reference</b>`, live?.get("") ?? this.#judged(prompt, null), asking && live !== null)}
        ${columns.map((column) => {
          const [run] = column.runs;
          const told = live?.get(run.id) ?? this.#judged(prompt, column);
          const extra = column.label.includes(",")
            ? html` <span class="small dim">${column.label.slice(column.label.indexOf(",") + 2)}</span>`
            : nothing;
          return this.#card(
            column.key,
            html`${strategyMark(column.strategy)}${extra}`,
            told,
            asking && live !== null,
          );
        })}
      </div>
    </div>`;
  }

  #card(key: string, name: TemplateResult, told: Shown | null, asking: boolean): TemplateResult {
    return html`<div class="one" data-key=${key}>
      ${name}
      <p class=${told ? "" : "dim"}>${told ? (told.text === "" && told.ended ? "(nothing)" : told.text) : asking ? "waiting …" : "not asked yet"}${told && !told.ended ? html`<span class="caret" aria-hidden="true"></span>` : nothing}</p>
      <span class="small dim">${told?.ended ? (told.reward === null ? "no reward: not of the grammar, or empty" : `reward ${signed(told.reward, 2)}`) : nothing}</span>
    </div>`;
  }

  /** The first judged answer to this prompt: of the column's newest run, or of the first reference that has one. */
  #judged(prompt: string, column: Column | null): Shown | null {
    const of = column ? this.answers.filter(({ key }) => key === column.key) : this.answers;
    for (const { bySeed } of of) {
      const items = [...bySeed.values()][0];
      const item = items?.find((one) => one.prompt === prompt && one.draw === 0);
      if (item) return shownOf(column ? item.policy : item.reference);
    }
    return null;
  }

  #ask(able: readonly Column[], prompt: string): void {
    const { settings } = this.model.get();
    void this.model.ask(
      able.map(({ runs: [run] }) => run.id),
      { prompt, seed: this.seed, temperature: settings.temperature },
    );
  }

  #move(by: 1 | -1): void {
    this.own = null;
    this.at = (this.at + by + this.prompts.length) % this.prompts.length;
  }

  #setSeed(event: Event): void {
    const seed = Math.round(Number((event.currentTarget as HTMLInputElement).value));
    if (Number.isFinite(seed) && seed >= 0) this.seed = seed;
  }

  #type(event: Event): void {
    const text = (event.currentTarget as HTMLInputElement).value.trim();
    this.own = text === "" ? null : text;
  }
}

const shownOf = ({ text, reward }: JudgedAnswer): Shown => ({ text, reward, ended: true });

customElements.define("tilt-answers", TiltAnswers);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-answers": TiltAnswers;
  }
}
