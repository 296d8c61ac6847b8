/** Which strategies run, how robust, and every other setting: generated from the table of fields. */
import { html, nothing, type TemplateResult } from "lit";
import {
  type Field,
  type FieldValue,
  fieldsFor,
  isActive,
  SECTIONS,
  type Spec,
  valueAt,
} from "../../experiment/spec.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { strategyMark } from "../marks.ts";
import { lineOf } from "../names.ts";
import { COLOURED } from "../state/state.ts";
import "./field.ts";
import "./scale.ts";

/** Settings that have a place of their own on the page. */
const ELSEWHERE = new Set(["train.strategy", "train.lambda", "data.source", "data.sha256", "data.target"]);
/** Settings shown without unfolding anything. */
const ALWAYS = ["train.loss", "train.lossParams.beta", "train.steps", "train.batch", "train.lr", "sft.steps"];

/** λ's slider; the box beside it takes any value the spec allows. */
const LAMBDA = { low: 0.05, high: 20 };

class TiltSettings extends TiltElement {
  static override properties = { app: {}, spec: {}, strategies: {}, running: { type: Boolean }, only: {} };
  declare app: App;
  declare spec: Spec;
  declare strategies: readonly string[];
  /** Whether a run goes on, which keeps the settings it started with. */
  declare running: boolean;
  /** Id of the one section to show; all when absent. */
  declare only: string | undefined;

  override render() {
    const fields = fieldsFor(this.spec).filter(
      (field) => !ELSEWHERE.has(field.path) && isActive(field, this.spec),
    );
    if (this.only)
      return html`${this.#fields(fields.filter((field) => field.group === this.only))} ${this.#keeps()}`;
    const first = ALWAYS.map((path) => fields.find((field) => field.path === path)).filter(
      (field) => field !== undefined,
    );
    const rest = fields.filter((field) => !first.includes(field));
    const changed = rest.filter((field) => this.#value(field) !== field.default).length;
    return html`${this.#strategies()} ${this.#lambda()}
      <div class="block">
        <h2 class="sub">Training</h2>
        ${this.#fields(first)} ${this.#keeps()}
        <details class="fold">
          <summary>All ${fields.length} settings<span class="dim">${changed > 0 ? `${changed} changed` : ""}</span></summary>
          ${SECTIONS.map(({ id, label }) => {
            const own = rest.filter((field) => field.group === id);
            return own.length > 0 ? html`<h3>${label}</h3>${this.#fields(own)}` : nothing;
          })}
        </details>
      </div>`;
  }

  #strategies(): TemplateResult {
    return html`<div class="block">
      <h2 class="sub">Strategies <span class="dim">run one after the other</span></h2>
      ${COLOURED.map(
        (id) =>
          html`<label class="pick" title=${lineOf(id)}>
            <input type="checkbox" .checked=${this.strategies.includes(id)} @change=${() => this.app.toggleStrategy(id)} />
            ${strategyMark(id)}
          </label>`,
      )}
    </div>`;
  }

  #lambda(): TemplateResult {
    return html`<div class="block">
      <h2 class="sub">Robustness</h2>
      <tilt-scale .app=${this.app} path="train.lambda" .value=${this.spec.train.lambda} .low=${LAMBDA.low} .high=${LAMBDA.high}
        hint="Small λ: a few groups decide. Large λ: plain average."></tilt-scale>
    </div>`;
  }

  #fields(fields: readonly Field[]): TemplateResult {
    return html`${fields.map(
      (field) =>
        html`<tilt-field .app=${this.app} .field=${field} .value=${this.#value(field)}></tilt-field>`,
    )}`;
  }

  #keeps(): TemplateResult | typeof nothing {
    return this.running
      ? html`<p class="small dim keeps">The run going on keeps the settings it started with. Changes apply to the next one.</p>`
      : nothing;
  }

  #value(field: Field): FieldValue {
    return valueAt(this.spec, field.path) ?? field.default;
  }
}

customElements.define("tilt-settings", TiltSettings);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-settings": TiltSettings;
  }
}
