/**
 * The frame of every figure: title and unit, the picture, the table behind it, and a menu that saves and copies both.
 *
 *     <tilt-figure
 *       heading="Win rate"                       the quantity, in words
 *       unit="% of 200 prompts; bracket: 95 %"   its unit, then what bands or brackets are
 *       .picture=${html`<svg role="img" …>…`}    what is seen; elements that draw themselves are welcome
 *       .table=${() => ({ columns, rows })}      asked for only when the table or the CSV is wanted
 *     ></tilt-figure>
 *
 * The picture is rendered by this element, so its event handlers must be arrow functions: a method would find this
 * element as its `this`. What is saved as SVG or PNG is the picture's first `<svg role="img">`, with the looks that the
 * page's style sheet gives it. Pictures that are no SVG (a canvas), or show more than should be saved (a cursor), give
 * `.drawing`: a function that returns an `<svg>` element or a lit template of one.
 */
import { html, nothing, type TemplateResult } from "lit";
import type { TableData } from "../chart/table_data.ts";
import { TiltElement } from "../element.ts";
import { figureTable } from "./figure_table.ts";
import type { Takeaway } from "./save_menu.ts";
import { take } from "./take.ts";

class TiltFigure extends TiltElement {
  static override properties = {
    heading: {},
    full: {},
    unit: {},
    picture: {},
    table: {},
    drawing: {},
    empty: {},
    tabled: { state: true },
  };
  /** The quantity, in words. */
  declare heading: string;
  /** The title where the figure stands alone: in files and for those who hear it. The heading when absent. */
  declare full: string | undefined;
  /** Unit, and what bands or brackets mean. */
  declare unit: string;
  declare picture: TemplateResult | typeof nothing;
  declare table: () => TableData;
  /** What is saved as a picture, where it is not the first `<svg>` in sight. */
  declare drawing: (() => SVGSVGElement | TemplateResult | undefined) | undefined;
  /** Said in the table's place while it has no rows. */
  declare empty: string;
  declare tabled: boolean;
  #of: Takeaway | undefined;

  constructor() {
    super();
    this.heading = "";
    this.unit = "";
    this.empty = "Nothing here yet.";
    this.tabled = false;
  }

  override render() {
    const { heading, unit, tabled } = this;
    const full = this.full ?? heading;
    const named = html`<b>${heading}</b>${unit === "" ? nothing : html` <span class="unit">${unit}</span>`}`;
    return html`<figure class="chart" aria-label=${full}>
      <figcaption>
        <span>${named}</span>
        ${take(this.#takeaway(full, unit), full, tabled, () => (this.tabled = !tabled))}
      </figcaption>
      <div class="picture" ?hidden=${tabled}>${this.picture}</div>
      ${tabled ? figureTable(this.table(), full, this.empty) : nothing}
    </figure>`;
  }

  /** The same while its words are the same: a picture that changes many times a second leaves its menu alone. */
  #takeaway(title: string, unit: string): Takeaway {
    if (this.#of?.title !== title || this.#of.unit !== unit) {
      this.#of = {
        title,
        unit,
        table: () => this.table(),
        drawing: () => (this.drawing ? this.drawing() : this.#seen()),
      };
    }
    return this.#of;
  }

  #seen(): SVGSVGElement | undefined {
    return this.querySelector<SVGSVGElement>(".picture svg[role=img]") ?? undefined;
  }
}

customElements.define("tilt-figure", TiltFigure);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-figure": TiltFigure;
  }
}
