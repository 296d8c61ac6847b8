/** One axis of a draft: which field, and which values of it. Generated from the table of fields. */
import { html, nothing, type TemplateResult } from "lit";
import {
  allowed,
  type Field,
  type FieldValue,
  fieldsFor,
  SECTIONS,
  type Spec,
  withField,
} from "../../experiment/spec.ts";
import { type Axis, axisOver, rangeOf } from "../../experiment/sweep.ts";
import { TiltElement } from "../element.ts";
import { count } from "../text.ts";
import type { SweepsModel } from "./model.ts";

/** Fields that a sweep has a place of its own for. */
const ELSEWHERE = new Set(["seed"]);

/** Up to so many choices are shown at once; of more, those that are ticked. */
const FEW = 5;

/** All fields that may be an axis, as options by section. */
export function fieldOptions(base: Spec, chosen: string): TemplateResult {
  const fields = fieldsFor(base).filter(({ path }) => !ELSEWHERE.has(path));
  return html`${SECTIONS.map(({ id, label }) => {
    const own = fields.filter(({ group }) => group === id);
    return own.length === 0
      ? nothing
      : html`<optgroup label=${label}>
          ${own.map(({ path, label: name }) => html`<option value=${path} .selected=${path === chosen}>${name}</option>`)}
        </optgroup>`;
  })}`;
}

class TiltAxisEditor extends TiltElement {
  static override properties = { model: {}, base: {}, axis: {}, wrong: { state: true } };
  declare model: SweepsModel;
  declare base: Spec;
  declare axis: Axis;
  declare wrong: string;

  constructor() {
    super();
    this.wrong = "";
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("axis")) this.wrong = "";
  }

  override render() {
    const { axis, base } = this;
    const field = fieldsFor(base).find(({ path }) => path === axis.id);
    const id = `axis-${axis.id.replaceAll(/[^a-zA-Z0-9]/g, "-")}`;
    return html`<div class="axis-edit" id=${id} role="group" aria-labelledby="${id}-name">
      <div class="axis-head">
        <b id="${id}-name">${axis.label}</b>
        <button class="link" aria-label="Take out the axis ${axis.label}" @click=${() => this.model.setAxis(axis.id, null)}>take out</button>
      </div>
      ${field ? this.#values(field, id) : this.#several()}
      ${this.wrong ? html`<p class="wrong" role="alert">${this.wrong}</p>` : nothing}
    </div>`;
  }

  /** Values that set several fields at once come from a preset or a file; here they can be taken out. */
  #several(): TemplateResult {
    const { axis } = this;
    return html`<div class="ticks-list">
      ${axis.values.map(
        (value, i) =>
          html`<label class="pick" title=${Object.entries(value.set)
            .map(([path, to]) => `${path} ${to}`)
            .join(", ")}>
            <input type="checkbox" checked ?disabled=${axis.values.length === 1}
              @change=${() => this.model.setAxis(axis.id, { ...axis, values: axis.values.filter((_, at) => at !== i) })} />
            ${value.label}
          </label>`,
      )}
    </div>`;
  }

  #values(field: Field, id: string): TemplateResult {
    const values = this.axis.values.map(({ set }) => set[field.path]!);
    const choices: readonly { readonly value: string | boolean; readonly label: string }[] =
      field.kind === "boolean"
        ? [
            { value: true, label: "on" },
            { value: false, label: "off" },
          ]
        : (field.choices ?? []);
    if (choices.length > 0) {
      const pick = ({ value, label }: (typeof choices)[number]) =>
        html`<label class="pick">
          <input type="checkbox" .checked=${values.includes(value)} @change=${() => this.#toggle(field, values, value, choices)} />${label}
        </label>`;
      const first = choices.filter(({ value }) => choices.length <= FEW || values.includes(value));
      const others = choices.filter((choice) => !first.includes(choice));
      return html`<div class="ticks-list">${first.map(pick)}</div>
        ${
          others.length > 0
            ? html`<details class="range"><summary>${count(others.length, "other")}</summary><div class="ticks-list">${others.map(pick)}</div></details>`
            : nothing
        }`;
    }
    const numeric = field.kind === "number" || field.kind === "integer";
    return html`<label class="small dim" for="${id}-values">Values${field.unit ? `, ${field.unit}` : ""}, separated by commas</label>
      <input id="${id}-values" class="wide" type="text" autocomplete="off" spellcheck="false" inputmode=${numeric ? "text" : nothing}
        .value=${values.map((value) => (value === null ? "not set" : String(value))).join(", ")}
        @change=${(event: Event) => this.#typed(field, (event.currentTarget as HTMLInputElement).value)} />
      ${numeric ? this.#range(field, id) : nothing}`;
  }

  #range(field: Field, id: string): TemplateResult {
    const number = (name: string, label: string) =>
      html`<label>${label} <input id="${id}-${name}" name=${name} type="text" inputmode="decimal" autocomplete="off" /></label>`;
    return html`<details class="range">
      <summary>Fill with a range</summary>
      <div>
        ${number("from", "from")} ${number("to", "to")} ${number("count", "values")}
        <button class="btn" @click=${() => this.#fill(field, id)}>Fill${field.scale === "log" ? " in equal ratios" : ""}</button>
      </div>
    </details>`;
  }

  #toggle(
    field: Field,
    values: readonly FieldValue[],
    value: FieldValue,
    choices: readonly { readonly value: FieldValue }[],
  ): void {
    const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
    const order = choices.map((one): FieldValue => one.value);
    this.#set(
      field,
      next.sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    );
  }

  #typed(field: Field, text: string): void {
    const parts = text
      .split(/[,;]/)
      .map((part) => part.trim())
      .filter((part) => part !== "");
    const values = parts.map((part): FieldValue => {
      if (field.nullable && /^(not set|null)$/.test(part)) return null;
      return field.kind === "text" ? part : Number(part.replace("−", "-"));
    });
    const odd = parts.find((_, i) => Number.isNaN(values[i]));
    if (odd !== undefined) this.wrong = `“${odd}” is not a number.`;
    else this.#set(field, values);
  }

  #fill(field: Field, id: string): void {
    const read = (name: string): number =>
      Number(
        this.querySelector<HTMLInputElement>(`#${id}-${name}`)!.value.trim().replace(",", ".") || Number.NaN,
      );
    const [from, to, count] = [read("from"), read("to"), read("count")];
    if (![from, to, count].every(Number.isFinite) || count < 1 || count > 100) {
      this.wrong = "A range needs a first value, a last value, and how many: 1 to 100.";
      return;
    }
    const values = rangeOf({ from, to, count: Math.round(count), scale: field.scale ?? "linear" });
    this.#set(field, field.kind === "integer" ? values.map(Math.round) : values);
  }

  /** Takes the values, if the field does. */
  #set(field: Field, values: readonly FieldValue[]): void {
    const { base, model, axis } = this;
    const bad = values.find((value) => !fits(base, field, value));
    if (values.length === 0) this.wrong = "An axis needs a value. “Take out” removes the axis.";
    else if (bad !== undefined) this.wrong = `${field.label} cannot be ${bad}: use ${allowed(field)}.`;
    else model.setAxis(axis.id, axisOver(base, field.path, [...new Set(values)]));
    this.requestUpdate();
  }
}

/** Whether a value is in a field's own range; what it needs of other fields is the plan's business. */
function fits(base: Spec, field: Field, value: FieldValue): boolean {
  if (typeof value === "number" && field.min !== undefined && field.max !== undefined)
    return value >= field.min && value <= field.max && (field.kind !== "integer" || Number.isInteger(value));
  try {
    withField(base, field.path, value);
    return true;
  } catch {
    return field.kind === "choice" && field.choices?.some((one) => one.value === value) === true;
  }
}

customElements.define("tilt-axis-editor", TiltAxisEditor);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-axis-editor": TiltAxisEditor;
  }
}
