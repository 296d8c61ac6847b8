/** What the curves of a view are read with: smoothing, logarithmic axes, a range of steps, and which charts there are. */
import { html, nothing } from "lit";
import type { CurveView } from "../curve_view.ts";
import { TiltElement } from "../element.ts";
import { CURVES } from "../metrics.ts";
import { integer } from "../text.ts";

/** Positions of the slider: about how many points a value is the mean of; 1 is no smoothing. */
const SPANS = [1, 2, 3, 5, 10, 20, 50, 100] as const;

class TiltCurveBar extends TiltElement {
  static override properties = { view: {}, steps: { type: Number }, stamp: {} };
  declare view: CurveView;
  /** Last step of the axis. */
  declare steps: number;
  /** Changes whenever the view did: it is the same object all along. */
  declare stamp: unknown;

  override render() {
    const { view } = this;
    const { smoothing, logSteps, logValues, shown } = view.choices;
    const at = SPANS.reduce((best, span, i) => (weightOf(span) <= smoothing + 1e-9 ? i : best), 0);
    const words = at === 0 ? "off" : `≈ ${SPANS[at]} points`;
    return html`<div class="curvebar" role="group" aria-label="How the curves are read">
      <label class="smooth">
        Smoothing
        <input
          type="range"
          min="0"
          max=${SPANS.length - 1}
          step="1"
          .value=${String(at)}
          aria-valuetext=${at === 0 ? "off" : `over about ${SPANS[at]} points`}
          @input=${(event: Event) =>
            view.choose({
              smoothing: weightOf(SPANS[Number((event.currentTarget as HTMLInputElement).value)] ?? 1),
            })}
          @dblclick=${() => view.choose({ smoothing: 0 })}
        />
        <output>${words}</output>
      </label>
      <label><input type="checkbox" .checked=${logSteps} @change=${() => view.choose({ logSteps: !logSteps })} />log steps</label>
      <label title="Only where every value is above 0">
        <input type="checkbox" .checked=${logValues} @change=${() => view.choose({ logValues: !logValues })} />log values
      </label>
      ${this.#range()}
      <details class="choose" @keydown=${this.#key} @focusout=${this.#leave}>
        <summary>Charts <span class="dim">${shown.length} of ${CURVES.length}</span></summary>
        <fieldset>
          <legend class="vh">Charts shown</legend>
          ${CURVES.map(
            ({ id, title, unit }) =>
              html`<label>
                <input type="checkbox" .checked=${shown.includes(id)} @change=${() => this.#toggle(id)} />
                <span>${title} <span class="dim">${unit}</span></span>
              </label>`,
          )}
        </fieldset>
      </details>
    </div>`;
  }

  /** By number, for those who do not drag. */
  #range() {
    const { view, steps } = this;
    const [from, to] = view.range ?? [0, steps];
    const field = (words: string, value: number, take: (step: number) => readonly [number, number]) =>
      html`<input
        type="text"
        inputmode="numeric"
        autocomplete="off"
        aria-label=${words}
        .value=${String(Math.round(value))}
        @change=${(event: Event) => {
          const input = event.currentTarget as HTMLInputElement;
          const [low, high] = take(Math.round(Number(input.value)));
          if (low >= 0 && high <= steps && high - low >= 1)
            view.zoom(low === 0 && high === steps ? null : [low, high]);
          else input.value = String(Math.round(value));
        }}
      />`;
    return html`<span class="range">
      steps ${field("First step in sight", from, (step) => [step, to])} to ${field("Last step in sight", to, (step) => [from, step])}
      ${view.range ? html`<button class="link" title="Shows all ${integer(steps)} steps again" @click=${() => view.zoom(null)}>reset zoom</button>` : nothing}
    </span>`;
  }

  #toggle(id: string): void {
    const { shown } = this.view.choices;
    const next = shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id];
    this.view.choose({ shown: CURVES.map((one) => one.id).filter((one) => next.includes(one)) });
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#close();
    this.querySelector("summary")?.focus();
  }

  #leave(event: FocusEvent): void {
    if (event.relatedTarget instanceof Node && !this.querySelector("details")?.contains(event.relatedTarget))
      this.#close();
  }

  #close(): void {
    this.querySelector("details")?.removeAttribute("open");
  }

  readonly #outside = (event: PointerEvent): void => {
    const list = this.querySelector("details");
    if (list?.open && !event.composedPath().includes(list)) this.#close();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("pointerdown", this.#outside);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("pointerdown", this.#outside);
  }
}

/** The weight of the past under which values are means over about so many points. */
const weightOf = (span: number): number => 1 - 1 / span;

customElements.define("tilt-curve-bar", TiltCurveBar);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-curve-bar": TiltCurveBar;
  }
}
