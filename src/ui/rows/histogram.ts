/** A small histogram of a column that filters the table: click a bar, drag over several, or move its ends by keys. */
import { html, nothing, svg } from "lit";
import type { ColumnBins, Range, RowColumn } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import { COLUMNS } from "./columns.ts";
import {
  barsPath,
  binAt,
  type Chosen,
  chosenOf,
  countIn,
  finding,
  isWhole,
  rangeOf,
  rangeWords,
} from "./histogram_layout.ts";

const TALL = 28;

class TiltColumnHistogram extends TiltElement {
  static override properties = { column: {}, bins: {}, range: {}, dragged: { state: true } };
  declare column: RowColumn;
  declare bins: ColumnBins;
  declare range: Range | undefined;
  /** Bins under a drag that has not ended. */
  declare dragged: Chosen | null;
  #from = 0;

  constructor() {
    super();
    this.dragged = null;
  }

  override render() {
    const { edges, all, matching } = this.bins;
    const { label, means, format } = COLUMNS[this.column];
    const most = Math.max(...all);
    const chosen = this.dragged ?? chosenOf(this.range, edges);
    const whole = chosen[0] === 0 && chosen[1] === all.length - 1;
    const told = `${label}, ${means}: ${finding(this.bins, format)}`;
    return html`<div class="histogram ${whole ? "" : "cut"}" title=${this.#title(chosen)}>
      <svg
        viewBox="0 0 ${all.length} ${TALL}"
        preserveAspectRatio="none"
        role="img"
        aria-label=${told}
        @pointerdown=${this.#press}
        @pointermove=${this.#drag}
        @pointerup=${this.#release}
        @pointercancel=${() => (this.dragged = null)}
      >
        ${whole ? nothing : svg`<rect class="window" x=${chosen[0]} width=${chosen[1] + 1 - chosen[0]} height=${TALL} />`}
        <path class="of-all" d=${barsPath(all, most, TALL)} />
        <path class="of-matching" d=${barsPath(matching, most, TALL)} />
        ${
          whole
            ? nothing
            : svg`<path class="ends" d="M${chosen[0]} 0V${TALL}M${chosen[1] + 1} 0V${TALL}" vector-effect="non-scaling-stroke" />`
        }
      </svg>
      ${this.#end("from", 0, chosen)}${this.#end("to", 1, chosen)}
    </div>`;
  }

  /** One end of the range, for keys and for people who cannot see it. */
  #end(word: string, which: 0 | 1, chosen: Chosen) {
    const { edges } = this.bins;
    const { label, format } = COLUMNS[this.column];
    const range = rangeOf(chosen, edges);
    const value = range && Number.isFinite(range[which]) ? format(range[which]) : "open";
    return html`<input
      class="end"
      type="range"
      min="0"
      max=${edges.length - 1}
      .value=${String(chosen[which] + which)}
      aria-label="${label}, ${word}"
      aria-valuetext=${value}
      @input=${(event: Event) => {
        const edge = Number((event.currentTarget as HTMLInputElement).value);
        this.#choose(
          which === 0 ? [Math.min(edge, chosen[1]), chosen[1]] : [chosen[0], Math.max(chosen[0], edge - 1)],
        );
      }}
    />`;
  }

  #title(chosen: Chosen): string {
    const { edges, all, matching } = this.bins;
    const { label, unit, format } = COLUMNS[this.column];
    const range = rangeOf(chosen, edges);
    const words = range ? ` ${rangeWords(range, format, isWhole(edges))} ${unit}`.trimEnd() : "";
    return `${label}${words}: ${countIn(matching, chosen)} of ${countIn(all, chosen)} rows. Click or drag to filter.`;
  }

  #binUnder(event: PointerEvent): number {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return binAt((event.clientX - box.left) / Math.max(1, box.width), this.bins.all.length);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#from = this.#binUnder(event);
    this.dragged = [this.#from, this.#from];
  }

  #drag(event: PointerEvent): void {
    if (!this.dragged) return;
    const to = this.#binUnder(event);
    this.dragged = [Math.min(this.#from, to), Math.max(this.#from, to)];
  }

  #release(): void {
    const { dragged, bins } = this;
    if (!dragged) return;
    const before = chosenOf(this.range, bins.edges);
    // A click on the only chosen bar takes the range away.
    const again = this.range !== undefined && dragged[0] === before[0] && dragged[1] === before[1];
    this.dragged = null;
    this.#choose(again ? [0, bins.all.length - 1] : dragged);
  }

  #choose(chosen: Chosen): void {
    const detail = { column: this.column, range: rangeOf(chosen, this.bins.edges) };
    this.dispatchEvent(new CustomEvent<RangeChosen>("range-chosen", { detail, bubbles: true }));
  }
}

/** What the event "range-chosen" carries; null for all values. */
export interface RangeChosen {
  readonly column: RowColumn;
  readonly range: Range | null;
}

customElements.define("tilt-column-histogram", TiltColumnHistogram);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-column-histogram": TiltColumnHistogram;
  }
}
