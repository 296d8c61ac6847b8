/** One setting: its control with unit and range, what it means, and the way back to its default. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Problem } from "../../experiment/events.ts";
import { allowed, type Field, type FieldValue } from "../../experiment/spec.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { settingEntry } from "../route.ts";

class TiltField extends TiltElement {
  static override properties = {
    app: {},
    field: {},
    value: {},
    prefix: {},
    idle: {},
    slider: { type: Boolean },
    help: { state: true },
    wrong: { state: true },
  };
  /** Takes the value: the page, or a view with settings of its own. */
  declare app: Pick<App, "setField" | "resetField"> & Partial<Pick<App, "undoSetting" | "redoSetting">>;
  declare field: Field;
  declare value: FieldValue;
  /** Before its id, where a setting is shown twice. */
  declare prefix: string;
  /** Why it has no effect now; empty where it has. */
  declare idle: string;
  /** Also as a slider, where the setting has a range that fits one. */
  declare slider: boolean;
  declare help: boolean;
  declare wrong: Problem | null;

  constructor() {
    super();
    this.help = false;
    this.wrong = null;
    this.prefix = "";
    this.idle = "";
    this.slider = false;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("value")) this.wrong = null;
  }

  override render() {
    const { field, value } = this;
    const id = `${this.prefix}f-${field.path.replaceAll(".", "-")}`;
    const modified = value !== field.default;
    return html`<div class="fld ${this.idle ? "idle" : ""}">
      <label for=${id}>${modified ? html`<span class="mod" title="changed"></span>` : nothing}${field.label}</label>
      <span class="in">
        ${this.slider && slides(field) ? this.#range() : nothing}
        ${this.#control(id)}
        ${field.unit ? html`<span class="unit">${field.unit}</span>` : nothing}
        ${
          modified
            ? html`<button class="tiny" aria-label="${field.label}: back to the default, ${shown(field, field.default)}" title="Default: ${shown(field, field.default)}" @click=${this.#reset}>
                ↺
              </button>`
            : nothing
        }
        <button class="tiny" aria-label="What ${field.label} means" aria-expanded=${this.help} @click=${() => (this.help = !this.help)}>
          ?
        </button>
      </span>
      <span class=${this.help ? "more" : "vh"} id="${id}-help">
        ${field.help} Default: ${shown(field, field.default)}. Allowed: ${allowed(field)}.${field.unit || field.kind === "boolean" || field.kind === "choice" || field.kind === "text" ? "" : " A pure number."}
        ${this.help ? html`<a href="#guide=${settingEntry(field.path)}">In the guide</a>` : nothing}
      </span>
      ${this.idle ? html`<span class="more">${this.idle}</span>` : nothing}
      ${this.wrong ? html`<span class="wrong" role="alert" id="${id}-wrong">${this.wrong.what} ${this.wrong.remedy}</span>` : nothing}
    </div>`;
  }

  /** For the pointer: keys have the number itself, whose arrows do the same. Live: where a value is refused the thumb goes back. */
  #range(): TemplateResult {
    const { min, max, step } = this.field;
    return html`<input class="slide" type="range" aria-hidden="true" tabindex="-1" min=${min!} max=${max!} step=${step ?? "any"} .value=${live(String(this.value))}
      @change=${(event: Event) => this.#set((event.currentTarget as HTMLInputElement).valueAsNumber)} />`;
  }

  #control(id: string): TemplateResult {
    const { field, value } = this;
    const about = `${id}-help${this.wrong ? ` ${id}-wrong` : ""}`;
    if (field.kind === "boolean") {
      return html`<input id=${id} type="checkbox" aria-describedby=${about} .checked=${live(value === true)}
        @change=${(event: Event) => this.#set((event.currentTarget as HTMLInputElement).checked)} />`;
    }
    if (field.kind === "choice") {
      return html`<select id=${id} aria-describedby=${about}
        @change=${(event: Event) => this.#set((event.currentTarget as HTMLSelectElement).value)}>
        ${field.choices?.map((one) => html`<option value=${one.value} .selected=${live(one.value === value)}>${one.label}</option>`)}
      </select>`;
    }
    const text = field.kind === "text";
    return html`<input id=${id} type="text" class=${text ? "wide" : field.nullable || String(value).length > 6 ? "long" : ""} inputmode=${text ? "text" : "decimal"}
      autocomplete="off" spellcheck="false" aria-describedby=${about} aria-invalid=${this.wrong !== null}
      placeholder=${field.nullable || field.default === "" ? "not set" : nothing} list=${field.suggestions ? `${id}-list` : nothing} .value=${value === null ? "" : String(value)}
      @change=${this.#typed} @keydown=${this.#nudge} />${
        field.suggestions
          ? html`<datalist id="${id}-list">${field.suggestions.map((one) => html`<option value=${one.value}>${one.label}</option>`)}</datalist>`
          : nothing
      }`;
  }

  #typed(event: Event): void {
    const { field } = this;
    const input = event.currentTarget as HTMLInputElement;
    const text = input.value.trim();
    if (field.kind === "text") this.#set(text === "" && field.nullable ? null : text);
    else if (text === "") this.#set(field.nullable ? null : field.default);
    else {
      const number = Number(text.replace(",", ".").replace("−", "-"));
      if (Number.isFinite(number)) this.#set(number);
      else this.wrong = { what: `“${text}” is not a number.`, remedy: `Use ${allowed(field)}.` };
    }
  }

  /** Arrows change a number by its step (Shift: ten), or by a factor where the scale is one of ratios; Escape reverts. */
  #nudge(event: KeyboardEvent): void {
    const { field, value } = this;
    if (event.key === "Escape") {
      (event.currentTarget as HTMLInputElement).value = value === null ? "" : String(value);
      this.wrong = null;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") this.#takeBack(event);
    const sign = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!sign || typeof value !== "number") return;
    event.preventDefault();
    const times = event.shiftKey ? 10 : 1;
    const next =
      field.scale === "log" && value > 0
        ? value * 1.25 ** (sign * times)
        : value + sign * times * (field.step ?? 1);
    const inside = Math.min(field.max ?? next, Math.max(field.min ?? next, next));
    this.#set(Number(inside.toPrecision(6)));
  }

  /** The browser takes back what is being typed; once it is taken over, the page takes back the change. */
  #takeBack(event: KeyboardEvent): void {
    const { value } = event.currentTarget as HTMLInputElement;
    if (value !== (this.value === null ? "" : String(this.value))) return;
    event.preventDefault();
    if (event.shiftKey) this.app.redoSetting?.();
    else this.app.undoSetting?.();
  }

  #reset(): void {
    this.wrong = this.app.resetField(this.field.path) ?? null;
  }

  #set(value: FieldValue): void {
    const { path, label } = this.field;
    const wrong = this.app.setField(path, value);
    // Beneath the control its name is known by its label.
    this.wrong = wrong && { ...wrong, what: wrong.what.replace(path, label) };
  }
}

/** Whether a setting is a fraction or the like: a number, no count, on a plain scale between two ends. */
function slides({ kind, scale, nullable, min, max }: Field): boolean {
  return kind === "number" && !scale && !nullable && min !== undefined && max !== undefined;
}

function shown(field: Field, value: FieldValue): string {
  if (value === null || value === "") return "not set";
  if (typeof value === "boolean") return value ? "on" : "off";
  const label = field.choices?.find((one) => one.value === value)?.label;
  return `${label ?? value}${field.unit ? ` ${field.unit}` : ""}`;
}

customElements.define("tilt-field", TiltField);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-field": TiltField;
  }
}
