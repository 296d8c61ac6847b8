/** A slider read like a ruler: ticks, a pointer, and the value, which can also be typed. For fields on a log scale. */
import { html } from "lit";
import { type Field, fieldAt } from "../../experiment/spec.ts";
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
  };
  declare app: App;
  declare path: string;
  declare value: number;
  /** Range of the slider; typed values may lie outside it. */
  declare low: number;
  declare high: number;
  declare hint: string;

  override render() {
    const { value, low, high } = this;
    const field = fieldAt(this.path) as Field;
    const id = `scale-${this.path.replaceAll(".", "-")}`;
    const at = Math.round((NOTCHES * Math.log(value / low)) / Math.log(high / low));
    const middle = Math.sqrt(low * high);
    return html`<div class="scale">
        <label for=${id}>${value === field.default ? "" : "• "}${field.label}</label>
        <input class="value" aria-label="${field.label}, value" inputmode="decimal" autocomplete="off" .value=${plain(value)} @change=${this.#typed} />
        <div class="ruler">
          <input id=${id} type="range" min="0" max=${NOTCHES} step="1" .value=${String(Math.min(NOTCHES, Math.max(0, at)))}
            aria-valuetext=${plain(value)} aria-describedby="${id}-hint" title="Double-click: default, ${field.default}"
            @input=${this.#slid} @keydown=${this.#key} @dblclick=${() => this.app.resetField(this.path)} />
          <div class="ticks" aria-hidden="true">
            <span>${plain(low)}</span><span></span><span>${plain(middle)}</span><span></span><span>${plain(high)}</span>
          </div>
        </div>
      </div>
      <p class="small dim" id="${id}-hint">${this.hint}</p>`;
  }

  #slid(event: Event): void {
    const notch = Number((event.currentTarget as HTMLInputElement).value);
    this.#set(this.low * (this.high / this.low) ** (notch / NOTCHES));
  }

  #typed(event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    const value = Number(input.value.replace(",", "."));
    if (Number.isFinite(value) && value > 0) this.#set(value);
    input.value = plain(this.value);
  }

  #key(event: KeyboardEvent): void {
    const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!sign || !event.shiftKey) return;
    event.preventDefault();
    this.#set(this.value * (this.high / this.low) ** ((sign * 10) / NOTCHES));
  }

  #set(value: number): void {
    this.app.setField(this.path, Number(value.toPrecision(2)));
  }
}

customElements.define("tilt-scale", TiltScale);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-scale": TiltScale;
  }
}
