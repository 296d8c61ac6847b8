/** The tilt strip under a plane: one stem per pair of the last batch, blocks by source, loss rising to the right. */
import { html, nothing, svg } from "lit";
import { layoutStrip, type Stem } from "../chart/strip.ts";
import type { TableData } from "../chart/table_data.ts";
import { MeasuredElement } from "../element.ts";
import { figureTable } from "../parts/figure_table.ts";
import type { Takeaway } from "../parts/save_menu.ts";
import { take } from "../parts/take.ts";
import { fixed } from "../text.ts";
import { sourceKey, sourceLetter, sourceName } from "./sources.ts";

/** Multiple of the equal share at the top of the strip: the same in all panels and at all steps. */
const TOP = 6;
const BASE = 46;

class TiltStems extends MeasuredElement {
  static override properties = { stems: {}, name: {}, first: { type: Boolean }, tabled: { state: true } };
  declare stems: readonly Stem[];
  declare name: string;
  declare first: boolean;
  declare tabled: boolean;
  #of: Takeaway | undefined;

  constructor() {
    super();
    this.stems = [];
    this.tabled = false;
  }

  /** The observer measures: asking for the width here would lay the page out anew for each of twelve small figures. */
  protected override shouldUpdate(): boolean {
    return true;
  }

  override render() {
    const { measured, stems } = this;
    const width = Math.max(40, measured);
    const room = width - 26;
    const { stems: placed, blocks, stroke } = layoutStrip(stems, [0, 1, 2], room, BASE);
    const y = (weight: number): number => BASE - (Math.min(TOP, weight) / TOP) * BASE;
    const over = placed.filter((stem) => stem.weight > TOP);
    const top = Math.max(...over.map((stem) => stem.weight));
    const caption = html`<div class="fig-t">
      <span><b>Tilt weight per pair</b>${this.first ? html`<span class="more">dashed: equal share</span>` : nothing}</span>
      ${take(this.#takeaway(), `the weights of ${this.name}`, this.tabled, () => (this.tabled = !this.tabled))}
    </div>`;
    if (this.tabled)
      return html`${caption}<div class="stems-table">${figureTable(this.#table(), `Tilt weights of ${this.name}`, "None before the first step.")}</div>`;
    return html`${caption}
      <svg class="stems" viewBox="0 -8 ${width} ${BASE + 24}" width=${width} height=${BASE + 24} role="img" aria-label=${this.#finding()}>
        ${[1, TOP].map(
          (weight) =>
            svg`<path class=${weight === 1 ? "zero" : "grid"} d="M0 ${y(weight)}H${room}"/><text x=${room + 5} y=${y(weight) + 4}>${weight} ×</text>`,
        )}
        <path class="axis" d="M0 ${BASE + 0.5}H${room}" />
        ${blocks.map(({ source }) => {
          const own = placed.filter((stem) => stem.source === source);
          const path = own.map(
            ({ x, weight }) => `M${x.toFixed(1)} ${BASE}V${Math.min(BASE - 1, y(weight)).toFixed(1)}`,
          );
          return svg`<path class="stem s-${sourceKey(source)}" stroke-width=${stroke} d=${path.join("")}/>`;
        })}
        ${over.map(
          (stem) =>
            svg`<path class="s-${sourceKey(stem.source)}" fill="none" stroke-width="1.4" d="M${(stem.x - 3.5).toFixed(1)} 3l3.5-4.5 3.5 4.5"/>`,
        )}
        ${
          over.length > 0
            ? svg`<text x=${Math.min(room - 4, over.at(-1)!.x + 8)} y="3" text-anchor=${over.at(-1)!.x > room - 60 ? "end" : "start"} dx=${over.at(-1)!.x > room - 60 ? -12 : 0}>${fixed(top, 1)} ×</text>`
            : nothing
        }
        ${blocks.map(({ source, from, to }) => {
          const words =
            to - from > 6.6 * sourceName(source).length ? sourceName(source) : sourceLetter(source);
          return svg`<text class="label f-${sourceKey(source)}" x=${from} y=${BASE + 14}>${words}</text>`;
        })}
      </svg>`;
  }

  /** The same while its name is: frames come many times a second. */
  #takeaway(): Takeaway {
    const title = `Tilt weight per pair, ${this.name}`;
    if (this.#of?.title !== title) {
      this.#of = {
        title,
        unit: "× equal share, last batch",
        table: () => this.#table(),
        drawing: () => this.querySelector<SVGSVGElement>("svg.stems") ?? undefined,
      };
    }
    return this.#of;
  }

  #table(): TableData {
    return {
      columns: [
        { name: "pair" },
        { name: "preferred" },
        { name: "weight", unit: "×", decimals: 2 },
        { name: "h", decimals: 2 },
        { name: "loss", unit: "nats", decimals: 3 },
      ],
      rows: this.stems.map(({ row, source, h, loss, weight }) => [row, sourceName(source), weight, h, loss]),
    };
  }

  #finding(): string {
    if (this.stems.length === 0) return `Tilt weights of ${this.name}: none before the first step.`;
    const shares = [0, 1, 2].map((source) => {
      const own = this.stems.filter((stem) => stem.source === source);
      const mean = own.reduce((sum, stem) => sum + stem.weight, 0) / own.length;
      return own.length > 0 ? `${sourceName(source)} ${fixed(mean, 2)}` : "";
    });
    return `Tilt weights of ${this.name} in the last batch, mean per pair as multiple of the equal share: ${shares.filter(Boolean).join(", ")}.`;
  }
}

customElements.define("tilt-stems", TiltStems);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-stems": TiltStems;
  }
}
