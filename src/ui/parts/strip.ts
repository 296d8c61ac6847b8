/** The tilt strip: how hard each group of a batch pulls. */
import { html, nothing, svg } from "lit";
import type { DatasetSummary } from "../../worker/api.ts";
import { emptyWords } from "../chart/empty_words.ts";
import { layoutStrip, type Stem, type StripLayout } from "../chart/strip.ts";
import type { TableData } from "../chart/table_data.ts";
import { MeasuredElement } from "../element.ts";
import { sourceMark } from "../marks.ts";
import { sourceLooks } from "../names.ts";
import { fixed } from "../text.ts";
import { pointIn } from "../zoom.ts";
import "./figure.ts";

const BASE = 132;
const EMPTY = "The first training step draws a stem per group.";

class TiltStrip extends MeasuredElement {
  static override properties = { stems: {}, data: {}, what: {}, heading: {}, unit: {}, at: { state: true } };
  declare stems: readonly Stem[];
  declare data: DatasetSummary;
  /** What the stems are: "last batch of DoRA". */
  declare what: string;
  /** Title of the figure, and what stands beside it. */
  declare heading: string;
  declare unit: string;
  /** Index of the stem under the pointer, in the order drawn. */
  declare at: number | null;
  #layout: StripLayout | null = null;

  constructor() {
    super();
    this.stems = [];
    this.what = "";
    this.at = null;
    this.heading = "Tilt weight";
    this.unit = "× equal share";
  }

  override render() {
    return html`<tilt-figure
      .heading=${this.heading}
      .unit=${this.unit}
      .empty=${EMPTY}
      .picture=${html`${this.#stems()}
        <p class="strip-read">${this.#reading()}</p>`}
      .table=${() => this.#table()}
    ></tilt-figure>`;
  }

  #stems() {
    const { stems, data, measured } = this;
    if (measured < 120) return html`<div></div>`;
    const width = measured - 34;
    const layout = layoutStrip(stems, sourceLooks(data).order, width, BASE);
    this.#layout = layout;
    const looks = sourceLooks(data);
    const y = (weight: number): number => BASE - (weight / layout.top) * BASE;
    const step = layout.top > 4 ? 2 : 1;
    const lines = [1, 2, 3, 4, 5, 6, 7, 8].filter((v) => v <= layout.top && (v === 1 || v % step === 0));
    const heaviest = layout.stems.reduce<Stem | null>((a, b) => (a && a.weight >= b.weight ? a : b), null);
    const finding = heaviest
      ? `Tilt weights, ${this.what}: from ${fixed(Math.min(...stems.map((s) => s.weight)), 2)} to ${fixed(heaviest.weight, 2)} times the equal share; heaviest is row ${heaviest.row}, ${looks.at(heaviest.source).name}.`
      : "No weights yet.";
    return html`<div
      role="group"
      tabindex=${stems.length > 0 ? 0 : nothing}
      aria-label=${stems.length > 0 ? "Tilt weights: arrow keys go from group to group" : nothing}
      @pointermove=${this.#point}
      @pointerleave=${() => {
        this.at = null;
      }}
      @keydown=${this.#key}
      @click=${this.#open}
    >
      <svg viewBox="0 -8 ${measured} ${BASE + 30}" width=${measured} height=${BASE + 30} role="img" aria-label=${finding}>
        ${lines.map(
          (v) =>
            svg`<path class=${v === 1 ? "zero" : "grid"} d="M0 ${y(v).toFixed(1)}H${width}"/><text x=${width + 6} y=${y(v) + 4}>${v} ×</text>`,
        )}
        <path class="axis" d="M0 ${BASE + 0.5}H${width}" />
        ${layout.stems.map((stem, i) => {
          const key = looks.at(stem.source).key;
          const dim = this.at !== null && this.at !== i ? "dimmed" : "";
          return svg`<path class="stem s-${key} ${dim}" stroke-width=${layout.stroke} d="M${stem.x.toFixed(1)} ${BASE}V${Math.min(BASE - 1, stem.y).toFixed(1)}"/>${
            stem.clipped
              ? svg`<path class="s-${key}" fill="none" stroke-width="1.4" d="M${(stem.x - 3.5).toFixed(1)} 4l3.5-4.5 3.5 4.5"/>`
              : nothing
          }`;
        })}
        ${layout.blocks.map(({ source, from, to }) => {
          const look = looks.at(source);
          const room = Math.floor((to - from + 10) / 7.4);
          const words = look.name.length <= room ? look.name : look.letter;
          return svg`<text class="label f-${look.key}" x=${from} y=${BASE + 16}>${words}</text>`;
        })}
        ${stems.length === 0 ? emptyWords(EMPTY, width / 2, BASE / 2, width) : nothing}
      </svg>
    </div>`;
  }

  #reading() {
    const stem = this.at === null ? undefined : this.#layout?.stems[this.at];
    if (!stem)
      return this.stems.length > 0
        ? `${capital(this.what)}. Inside each source, loss rises to the right; dashed: equal share.`
        : nothing;
    const look = sourceLooks(this.data).at(stem.source);
    return html`<b>row ${stem.row}</b> ${sourceMark(look)} ${fixed(stem.weight, 2)} × equal share, h
      ${fixed(stem.h, 2)}${stem.loss === null ? nothing : html`, loss ${fixed(stem.loss, 3)} nats`}`;
  }

  /** Heaviest first. */
  #table(): TableData {
    const looks = sourceLooks(this.data);
    return {
      columns: [
        { name: "row" },
        { name: "preferred" },
        { name: "h", decimals: 2 },
        { name: "loss", unit: "nats", decimals: 3 },
        { name: "weight", unit: "×", decimals: 2 },
      ],
      rows: this.stems
        .toSorted((a, b) => b.weight - a.weight)
        .map(({ row, source, h, loss, weight }) => [row, looks.at(source).name, h, loss, weight]),
    };
  }

  readonly #point = (event: PointerEvent): void => {
    const stems = this.#layout?.stems ?? [];
    const [x] = pointIn(event);
    let best = -1;
    stems.forEach((stem, i) => {
      if (best < 0 || Math.abs(stem.x - x) < Math.abs(stems[best]!.x - x)) best = i;
    });
    this.at = best < 0 ? null : best;
  };

  readonly #key = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Enter") this.#open();
    if (event.key === "Escape") this.at = null;
    if (!by || this.stems.length === 0) return;
    event.preventDefault();
    this.at = Math.max(
      0,
      Math.min(this.stems.length - 1, (this.at ?? (by > 0 ? -1 : this.stems.length)) + by),
    );
  };

  readonly #open = (): void => {
    const stem = this.at === null ? undefined : this.#layout?.stems[this.at];
    if (stem) this.dispatchEvent(new CustomEvent("open-row", { detail: stem.row, bubbles: true }));
  };
}

const capital = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1);

customElements.define("tilt-strip", TiltStrip);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-strip": TiltStrip;
  }
}
