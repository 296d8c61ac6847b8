/** Which strategies run, how robust, and every other setting: generated from the table of fields. */
import { html, nothing, type TemplateResult } from "lit";
import { type Field, fieldAt, fieldsFor, isActive, SECTIONS, type Spec } from "../../experiment/spec.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { strategyMark } from "../marks.ts";
import { lineOf } from "../names.ts";
import { found, isChanged, settingValue, whyIdle } from "../settings/search.ts";
import { COLOURED } from "../state/state.ts";
import { count } from "../text.ts";
import "../models/choice.ts";
import "../settings/presets.ts";
import "./field.ts";
import "./scale.ts";

/** Settings that have a place of their own on the page. */
const ELSEWHERE = new Set(["train.strategy", "train.lambda", "data.source", "data.sha256", "data.target"]);
/** Settings that a search does not offer either: they are chosen with the data and by ticking strategies. */
const NOT_FOUND = new Set(["train.strategy", "data.source"]);
/** Settings shown without unfolding anything. */
const ALWAYS = ["train.loss", "train.lossParams.beta", "train.steps", "train.batch", "train.lr", "sft.steps"];

/** λ's slider; the box beside it takes any value the spec allows. */
const LAMBDA = { low: 0.05, high: 20 };

class TiltSettings extends TiltElement {
  static override properties = {
    app: {},
    spec: {},
    strategies: {},
    running: { type: Boolean },
    only: {},
    text: { state: true },
  };
  declare app: App;
  declare spec: Spec;
  declare strategies: readonly string[];
  /** Whether runs go on or wait for their turn, which keep the settings they started with. */
  declare running: boolean;
  /** Ids of the sections to show, with commas between; all when absent. */
  declare only: string | undefined;
  /** What is looked for. */
  declare text: string;

  constructor() {
    super();
    this.text = "";
  }

  override render() {
    const active = fieldsFor(this.spec).filter(
      (field) => !ELSEWHERE.has(field.path) && isActive(field, this.spec),
    );
    if (this.only) return html`${this.#sections(active, this.only.split(","))} ${this.#keeps()}`;
    const first = ALWAYS.map((path) => active.find((field) => field.path === path)).filter(
      (field) => field !== undefined,
    );
    return html`${this.#strategies()} ${this.#lambda()}
      <div class="block">
        <h2 class="sub">Training</h2>
        ${this.#fields(first)}
        <tilt-model-choice .app=${this.app} .spec=${this.spec}></tilt-model-choice>
        <tilt-presets .app=${this.app}></tilt-presets>
        ${this.#keeps()} ${this.#changes()}
        ${this.#all(active, first)}
      </div>`;
  }

  /** Those of some sections, the advanced ones folded. */
  #sections(fields: readonly Field[], sections: readonly string[]): TemplateResult {
    const own = fields.filter((field) => sections.includes(field.group));
    const some = own.some((field) => !field.advanced);
    const plain = own.filter((field) => !field.advanced || !some);
    const advanced = own.filter((field) => !plain.includes(field));
    const changed = advanced.filter((field) => isChanged(this.spec, field)).length;
    return html`${this.#fields(plain)}
      ${
        advanced.length > 0
          ? html`<details class="fold">
              <summary>${advanced.length} more<span class="dim">${changed > 0 ? `${changed} changed` : ""}</span></summary>
              ${this.#fields(advanced)}
            </details>`
          : nothing
      }`;
  }

  #all(active: readonly Field[], first: readonly Field[]): TemplateResult {
    const rest = active.filter((field) => !first.includes(field));
    const changed = rest.filter((field) => isChanged(this.spec, field)).length;
    const everything = fieldsFor(this.spec).filter(({ path }) => !NOT_FOUND.has(path));
    const matching = found(everything, this.text);
    const looking = this.text.trim() !== "";
    return html`<details class="fold all">
      <summary>All ${active.length} settings<span class="dim">${changed > 0 ? `${changed} changed` : ""}</span></summary>
      <label class="look">
        <span class="vh">Search the settings</span>
        <input type="search" id="look" placeholder="Search the settings" autocomplete="off" .value=${this.text}
          @input=${(event: Event) => {
            this.text = (event.currentTarget as HTMLInputElement).value;
          }} />
      </label>
      ${
        looking
          ? html`<p class="small dim" role="status">${matching.length === 0 ? "No setting says that." : count(matching.length, "setting")}</p>
              ${this.#fields(matching, "found-")}`
          : SECTIONS.map(({ id, label }) => {
              const own = rest.filter((field) => field.group === id);
              return own.length > 0 ? html`<h3>${label}</h3>${this.#fields(own)}` : nothing;
            })
      }
    </details>`;
  }

  #strategies(): TemplateResult {
    const others = (fieldAt("train.strategy")?.choices ?? [])
      .map(({ value }) => value)
      .filter((id) => !(COLOURED as readonly string[]).includes(id));
    const ticked = others.filter((id) => this.strategies.includes(id)).length;
    return html`<div class="block">
      <h2 class="sub">Strategies <span class="dim">run one after the other</span></h2>
      ${COLOURED.map((id) => this.#strategy(id))}
      <details class="fold">
        <summary>${others.length} more<span class="dim">${ticked > 0 ? `${ticked} ticked` : ""}</span></summary>
        ${others.map((id) => this.#strategy(id))}
      </details>
    </div>`;
  }

  #strategy(id: string): TemplateResult {
    return html`<label class="pick" title=${lineOf(id) || nothing}>
      <input type="checkbox" .checked=${this.strategies.includes(id)} @change=${() => this.app.toggleStrategy(id)} />
      ${strategyMark(id)}
    </label>`;
  }

  #lambda(): TemplateResult {
    return html`<div class="block">
      <h2 class="sub">Robustness</h2>
      <tilt-scale .app=${this.app} path="train.lambda" .value=${this.spec.train.lambda} .low=${LAMBDA.low} .high=${LAMBDA.high}
        hint="Small λ: a few groups decide. Large λ: plain average."></tilt-scale>
    </div>`;
  }

  #fields(fields: readonly Field[], prefix = ""): TemplateResult {
    return html`${fields.map(
      (field) =>
        html`<tilt-field .app=${this.app} .field=${field} .value=${settingValue(this.spec, field)} .prefix=${prefix} ?slider=${this.only?.split(",").includes("data") ?? false}
          .idle=${whyIdle(field, this.spec)}></tilt-field>`,
    )}`;
  }

  /** Taking changes back. */
  #changes(): TemplateResult {
    const { past, future } = this.app.store.get();
    const changed = fieldsFor(this.spec).filter(
      (field) => !NOT_FOUND.has(field.path) && isChanged(this.spec, field),
    ).length;
    return html`<p class="changes small" role="group" aria-label="Changes">
      <button class="link" ?disabled=${past.length === 0} aria-keyshortcuts="Control+Z Meta+Z" @click=${() => this.app.undoSetting()}>undo</button>
      <button class="link" ?disabled=${future.length === 0} aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z" @click=${() => this.app.redoSetting()}>redo</button>
      <span class="dim">${changed === 0 ? "all at their defaults" : `${changed} not at ${changed === 1 ? "its default" : "their defaults"}`}</span>
      ${changed > 0 ? html`<button class="link" @click=${() => this.app.resetAll()}>reset all</button>` : nothing}
    </p>`;
  }

  /** Always there: a line that comes and goes moves what is beneath it, and has all of it styled anew. */
  #keeps(): TemplateResult {
    return html`<p class="small dim keeps">${
      this.running
        ? "The run going on keeps its settings; changes apply to the next one."
        : "Changes apply to the next run."
    }</p>`;
  }
}

customElements.define("tilt-settings", TiltSettings);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-settings": TiltSettings;
  }
}
