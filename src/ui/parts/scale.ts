/** A slider read like a ruler: ticks, a pointer, and the value, which can also be typed. For fields on a log scale. */
import { html, nothing } from "lit";
import type { Problem } from "../../experiment/events.ts";
import { allowed, type Field, fieldAt } from "../../experiment/spec.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { plain } from "../text.ts";

/** Steps of the slider from its low end to its high end. */
const NOTCHES = 100;

class TiltScale extends TiltElement {
  static override properties = {
    app: {},
    path: {},
    value: { type: Number },
    low: { type: Number },
    high: { type: Number },
    hint: {},
    help: { state: true },
    wrong: { state: true },
  };
  declare app: App;
  declare path: string;
  declare value: number;
  /** Range of the slider; typed values may lie outside it. */
  declare low: number;
  declare high: number;
  declare hint: string;
  declare help: boolean;
  declare wrong: Problem | null;

  constructor() {
    super();
    this.help = false;
    this.wrong = null;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("value")) this.wrong = null;
  }

  override render() {
    const { value, low, high } = this;
    const field = fieldAt(this.path) as Field;
    const id = `scale-${this.path.replaceAll(".", "-")}`;
    const at = Math.round((NOTCHES * Math.log(value / low)) / Math.log(high / low));
    const middle = Math.sqrt(low * high);
    const changed = value !== field.default;
    return html`<div class="scale">
        <span class="name">
          <label for=${id}>${changed ? html`<span class="mod" title="changed"></span>` : nothing}${field.label}</label>
          ${
            changed
              ? html`<button class="tiny" aria-label="${field.label}: back to the default, ${field.default}" title="Default: ${field.default}" @click=${() => this.app.resetField(this.path)}>↺</button>`
              : nothing
          }
          <button class="tiny" aria-label="What ${field.label} means" aria-expanded=${this.help} @click=${() => (this.help = !this.help)}>?</button>
        </span>
        <input class="value" aria-label="${field.label}, value" inputmode="decimal" autocomplete="off" aria-invalid=${this.wrong !== null}
          .value=${plain(value)} @change=${this.#typed} />
        <div class="ruler">
          <input id=${id} type="range" min="0" max=${NOTCHES} step="1" .value=${String(Math.min(NOTCHES, Math.max(0, at)))}
            aria-valuetext=${plain(value)} aria-describedby="${id}-hint" title="Double-click: default, ${field.default}"
            @input=${this.#slid} @keydown=${this.#key} @dblclick=${() => this.app.resetField(this.path)} />
          <div class="ticks" aria-hidden="true">
            <span>${plain(low)}</span><span></span><span>${plain(middle)}</span><span></span><span>${plain(high)}</span>
          </div>
        </div>
        ${this.wrong ? html`<p class="wrong" role="alert">${this.wrong.what} ${this.wrong.remedy}</p>` : nothing}
      </div>
      <p class="small dim" id="${id}-hint">${this.hint}${this.help ? html` ${field.help} Default: ${String(field.default)}. Allowed: ${allowed(field)}. A pure number.` : nothing}</p>`;
  }

  #slid(event: Event): void {
    const notch = Number((event.currentTarget as HTMLInputElement).value);
    this.#set(this.low * (this.high / this.low) ** (notch / NOTCHES), true);
  }

  #typed(event: Event): void {
    const text = (event.currentTarget as HTMLInputElement).value.trim();
    const value = Number(text.replace(",", ".").replace("−", "-"));
    if (text !== "" && Number.isFinite(value)) this.#set(value);
    else {
      const field = fieldAt(this.path) as Field;
      this.wrong = { what: `“${text}” is not a number.`, remedy: `Use ${allowed(field)}.` };
    }
  }

  #key(event: KeyboardEvent): void {
    const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!sign || !event.shiftKey) return;
    event.preventDefault();
    this.#set(this.value * (this.high / this.low) ** ((sign * 10) / NOTCHES), true);
  }

  #set(value: number, drawn = false): void {
    this.wrong = this.app.setField(this.path, drawn ? Number(value.toPrecision(2)) : value, drawn);
  }
}

customElements.define("tilt-scale", TiltScale);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-scale": TiltScale;
  }
}
