/** Guess bars: the reader's shares, striped, and what was measured, solid. */
import { html, nothing, svg } from "lit";
import type { ShareQuestion } from "../../lessons/lesson.ts";
import { TiltElement } from "../element.ts";
import { fixed } from "../text.ts";
import { rescaled } from "./shares.ts";

const LETTERS: Readonly<Record<string, string>> = { h: "H", a: "A", b: "B", x: "×" };

class TiltGuess extends TiltElement {
  static override properties = { parts: {}, shares: {}, measured: {}, locked: { type: Boolean } };
  declare parts: ShareQuestion["parts"];
  /** Whole per cent; they add up to 100. */
  declare shares: readonly number[];
  /** Shares of 1; null before the reveal. */
  declare measured: readonly number[] | null;
  declare locked: boolean;

  override render() {
    const { parts, measured } = this;
    return html`<div class="guess ${measured ? "revealed" : ""}" role="group" aria-label="Your guess, in per cent">
      ${parts.map(({ key, name }, i) => {
        const own = this.shares[i]!;
        const found = measured?.[i];
        return html`<div class="guess-row">
          <label for="guess-${i}"><span class="src ${key}" aria-hidden="true">${LETTERS[key] ?? ""}</span> ${name}</label>
          <div class="guess-bar">
            <svg class="bar" height="22" width="100%" aria-hidden="true">
              <defs><pattern id="stripes" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(35)"><line x1="0" x2="0" y1="0" y2="5"/></pattern></defs>
              <rect class="guessed" x="0" y="1" height="10" width="${own}%"/>
              <line class="grip" x1="${own}%" x2="${own}%" y1="0" y2="12"/>
              ${found === undefined ? nothing : svg`<rect class="found f-${key}" x="0" y="13" height="8" width="${(100 * found).toFixed(2)}%"/>`}
            </svg>
            <input id="guess-${i}" type="range" min="0" max="100" step="1" .value=${String(own)} ?disabled=${this.locked}
              aria-valuetext="${name}: ${own} per cent${found === undefined ? "" : `, measured ${fixed(100 * found, 0)} per cent`}"
              @input=${(event: Event) => this.#set(i, Number((event.currentTarget as HTMLInputElement).value))}
              @keydown=${(event: KeyboardEvent) => this.#key(event, i)} />
          </div>
          <output for="guess-${i}">${own} %${found === undefined ? nothing : html`<b class="guess-found">${fixed(100 * found, 0)} %</b>`}</output>
        </div>`;
      })}
    </div>`;
  }

  #key(event: KeyboardEvent, i: number): void {
    const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!sign || this.locked) return;
    event.preventDefault();
    this.#set(i, this.shares[i]! + sign * (event.shiftKey ? 10 : 1));
  }

  #set(i: number, value: number): void {
    const detail = rescaled(this.shares, i, value);
    this.dispatchEvent(new CustomEvent<readonly number[]>("guess", { detail, bubbles: true }));
  }
}

customElements.define("tilt-guess", TiltGuess);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-guess": TiltGuess;
  }
}
