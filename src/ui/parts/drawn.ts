/** A figure drawn at its true width: a title, a picture made for that width, and the numbers behind it. */
import { html, nothing, type TemplateResult } from "lit";
import type { TableData } from "../chart/table_data.ts";
import { MeasuredElement } from "../element.ts";
import "./figure.ts";

/** A figure as data. */
export interface Drawn {
  /** The quantity, in words. */
  readonly heading: string;
  /** Unit, and what bands or bars mean. */
  readonly unit: string;
  /** An `<svg role="img">` of at most this width, in CSS pixels; undefined while there is nothing to draw. */
  readonly draw: (width: number) => TemplateResult | undefined;
  readonly table: () => TableData;
  /** What will fill it, said while there is nothing. */
  readonly empty?: string;
}

class TiltDrawn extends MeasuredElement {
  static override properties = { of: {} };
  declare of: Drawn;

  override render() {
    const { of, measured } = this;
    const drawn = measured < 80 ? nothing : of.draw(measured);
    return html`<tilt-figure
      heading=${of.heading}
      unit=${of.unit}
      empty=${of.empty ?? "Nothing here yet."}
      .picture=${drawn ?? html`<p class="say">${of.empty ?? nothing}</p>`}
      .table=${of.table}
    ></tilt-figure>`;
  }
}

customElements.define("tilt-drawn", TiltDrawn);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-drawn": TiltDrawn;
  }
}
