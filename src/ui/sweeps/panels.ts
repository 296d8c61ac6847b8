/** Small multiples of one metric: shared axes, intervals, a name at the end of each line, a table behind each. */
import { html, nothing, svg } from "lit";
import { emptyWords } from "../chart/empty_words.ts";
import { MeasuredElement } from "../element.ts";
import "../parts/figure.ts";
import { fixed } from "../text.ts";
import { BAND_FROM, type DrawnLine, drawLines, type Frame, frameOf, type Panel } from "./panel_layout.ts";
import { panelTable } from "./panel_table.ts";

const HEIGHT = 200;
/** A panel narrower than this cannot be read. */
const NARROWEST = 250;
const EMPTY = "No run is done here yet.";

class TiltSweepPanels extends MeasuredElement {
  static override properties = {
    panels: {},
    names: {},
    along: {},
    label: {},
    unit: {},
    note: {},
    bounds: {},
  };
  declare panels: readonly Panel[];
  /** Names of the places along x; null for steps. */
  declare names: readonly string[] | null;
  /** What x is, in words. */
  declare along: string;
  /** The quantity; a panel without a title of its own is named by it. */
  declare label: string;
  declare unit: string;
  /** Said beside the name of a panel that stands alone. */
  declare note: string;
  /** Smallest and largest value that the quantity can have. */
  declare bounds: readonly [number, number] | undefined;

  constructor() {
    super();
    this.panels = [];
    this.names = null;
    this.along = "steps";
    this.label = "";
    this.unit = "";
    this.note = "";
  }

  override render() {
    const { panels, names, measured } = this;
    if (measured < 120) return html`<div class="multiples"></div>`;
    const wanted = panels.length === 1 ? 1 : panels.length <= 4 ? 2 : 3;
    const columns = Math.max(1, Math.min(wanted, Math.floor(measured / NARROWEST)));
    const width = Math.floor((measured - 20 * (columns - 1)) / columns);
    const frame = frameOf(panels, width, HEIGHT, names, this.bounds);
    return html`<div class="multiples across${columns}">
      ${panels.map((panel) => this.#panel(panel, frame))}
    </div>`;
  }

  #panel(panel: Panel, frame: Frame) {
    const { width, height, left, right, bottom, x, y, xTicks, yTicks, decimals } = frame;
    const lines = drawLines(panel, frame, this.names !== null);
    const drawn = lines.some(({ end }) => end !== null);
    const picture = html`
      <svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${this.#finding(panel)}>
        ${yTicks.map(
          (value) =>
            svg`<path class="grid" d="M${left} ${y(value).toFixed(1)}H${right}"/><text x=${left - 6} y=${y(value) + 4} text-anchor="end">${drawn ? fixed(value, decimals) : nothing}</text>`,
        )}
        <path class="axis" d="M${left} ${bottom}H${right}" />
        ${xTicks.map(
          ({ at, label }) =>
            svg`<path class="axis" d="M${x(at).toFixed(1)} ${bottom}v4"/><text x=${x(at)} y=${bottom + 16} text-anchor="middle">${label}</text>`,
        )}
        ${this.names ? nothing : svg`<text x=${width} y=${bottom + 16} text-anchor="end">${this.along}</text>`}
        ${lines.map((line) => mark(line, right))}
        ${drawn ? nothing : emptyWords(EMPTY, (left + right) / 2, bottom / 2, right - left)}
      </svg>`;
    const { label, note, unit } = this;
    return html`<tilt-figure
      .heading=${panel.title || label}
      .full=${nameOf(label, panel)}
      .unit=${panel.title ? "" : note}
      .empty=${EMPTY}
      .picture=${picture}
      .table=${() => panelTable(panel, this.along, this.names, unit, Math.max(decimals, 3))}
    ></tilt-figure>`;
  }

  #finding(panel: Panel): string {
    const known = panel.lines.flatMap(({ label, points }) => {
      const last = points.at(-1);
      return last ? [`${label} ${fixed(last.mean, 3)}`] : [];
    });
    const what = nameOf(this.label, panel);
    return known.length === 0
      ? `${what}: nothing yet.`
      : `${what}, at the end of each line: ${known.join(", ")}.`;
  }
}

function nameOf(label: string, { title }: Panel): string {
  return [label, title].filter((part) => part !== "").join(", ");
}

function mark({ line, path, band, seeds, marks, end, labelY }: DrawnLine, right: number) {
  if (!end) return nothing;
  const thin = line.n < BAND_FROM && line.each.length > 1;
  return svg`${band ? svg`<path class="interval b-${line.key}" d=${band}/>` : nothing}
    ${thin ? seeds.map((seed) => svg`<path class="curve seed k-${line.key}" d=${seed}/>`) : nothing}
    <path class="curve k-${line.key}" d=${path}/>
    ${marks.map(
      ({ x, y, low, high }) =>
        svg`<path class="whisker k-${line.key}" d="M${x.toFixed(1)} ${low.toFixed(1)}V${high.toFixed(1)}"/><circle class="b-${line.key}" r="3" cx=${x} cy=${y}/>`,
    )}
    ${marks.length === 0 ? svg`<circle class="b-${line.key}" r="2.6" cx=${end[0]} cy=${end[1]}/>` : nothing}
    <text class="label b-${line.key}" x=${right + 8} y=${labelY + 4}>${line.label}</text>`;
}

customElements.define("tilt-sweep-panels", TiltSweepPanels);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-sweep-panels": TiltSweepPanels;
  }
}
