/** Log-ratio of every response, a histogram per source; a table behind it. */
import { html, nothing, svg } from "lit";
import type { RatioSummary } from "../../experiment/events.ts";
import { linear, ticks } from "../chart/scale.ts";
import { MeasuredElement } from "../element.ts";
import type { SourceLook } from "../names.ts";
import { fixed, integer, signed } from "../text.ts";

type BySource = RatioSummary["bySource"][number];

/** A source of the ratio with how it looks. */
export interface RatioRow {
  readonly look: SourceLook;
  readonly of: BySource;
}

class TiltLogRatioChart extends MeasuredElement {
  static override properties = { rows: {}, compact: { type: Boolean }, table: { state: true } };
  declare rows: readonly RatioRow[];
  declare compact: boolean;
  declare table: boolean;

  constructor() {
    super();
    this.rows = [];
    this.compact = false;
    this.table = false;
  }

  override render() {
    return html`<figure class="chart" aria-labelledby="log-ratio-title">
      <figcaption>
        <span id="log-ratio-title"><b>Log-ratio of each response</b> <span class="unit">log Q0/P, nats, out of fold</span></span>
        <button class="link" aria-pressed=${this.table} @click=${() => (this.table = !this.table)}>
          ${this.table ? "chart" : "table"}<span class="vh"> of log-ratios by source</span>
        </button>
      </figcaption>
      ${this.table ? this.#table() : this.#ridges()}
    </figure>`;
  }

  #ridges() {
    const { rows, measured, compact } = this;
    const rowHeight = compact || measured < 460 ? 58 : 88;
    const height = rowHeight * rows.length + 34;
    const left = measured < 460 ? 84 : 104;
    const right = measured - 62;
    if (measured < 200) return html`<div></div>`;
    const axis = ticks(...extent(rows), 5);
    const x = linear([axis.values[0]!, axis.values.at(-1)!], [left, right]);
    const foot = rowHeight * rows.length + 12;
    const finding = rows.map(({ look, of }) => `${look.name} ${signed(meanOf(of), 2)}`).join(", ");
    return html`<svg viewBox="0 0 ${measured} ${height}" width=${measured} height=${height} role="img" aria-label="Mean log-ratio: ${finding}.">
      ${axis.values.map(
        (value, i) =>
          svg`<path class=${value === 0 ? "zero" : "grid"} d="M${x(value).toFixed(1)} 8V${foot}"/><text text-anchor="middle" x=${x(value)} y=${foot + 16}>${signed(value, axis.decimals)}${i === axis.values.length - 1 ? " nats" : ""}</text>`,
      )}
      ${rows.map((row, i) => ridge(row, rowHeight * (i + 1) + 6, rowHeight * 0.76, x, left, right))}
    </svg>`;
  }

  #table() {
    return html`<div class="scrolls" tabindex="0" role="region" aria-label="Log-ratios by source, table">
      <table class="t">
        <thead>
          <tr>
            <th scope="col">source</th>
            <th scope="col" class="num">responses</th>
            <th scope="col" class="num">mean log-ratio, nats</th>
            <th scope="col" class="num">mean h</th>
            <th scope="col" class="num">AUC</th>
          </tr>
        </thead>
        <tbody>
          ${this.rows.map(
            ({ look, of }) =>
              html`<tr>
                <th scope="row">${look.name}</th>
                <td class="num">${integer(of.responses)}</td>
                <td class="num">${signed(meanOf(of), 2)}</td>
                <td class="num">${fixed(of.meanH, 2)}</td>
                <td class="num">${fixed(of.auc, 3)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

function ridge(
  { look, of }: RatioRow,
  base: number,
  tall: number,
  x: (value: number) => number,
  left: number,
  right: number,
) {
  const { low, high, counts } = of.logRatio;
  const width = (high - low) / Math.max(1, counts.length);
  const top = Math.max(1, ...counts);
  const bars = counts
    .map((n, bin) => {
      if (n === 0) return "";
      const from = x(low + bin * width) + 0.6;
      const to = x(low + (bin + 1) * width) - 0.6;
      const up = Math.max(1, (tall * n) / top);
      return `M${from.toFixed(1)} ${base}v${(-up).toFixed(1)}H${Math.max(from + 0.8, to).toFixed(1)}V${base}z`;
    })
    .join("");
  const name = look.name.length > 15 ? `${look.name.slice(0, 14)}…` : look.name;
  return svg`<path class="bars f-${look.key}" d=${bars || "M0 0"}/>
    <path class="axis" d="M${left} ${base}H${right}"/>
    <text class="label f-${look.key}" x="0" y=${base - 16}>${name}</text>
    <text x="0" y=${base - 2}>n = ${integer(of.responses)}</text>
    <text x=${right + 8} y=${base - 16}>mean h</text>
    <text class="ttl" x=${right + 8} y=${base - 2}>${fixed(of.meanH, 2)}</text>${nothing}`;
}

/** Smallest and largest log-ratio of any response, to the edges of their bins. */
export function extent(rows: readonly { readonly of: BySource }[]): readonly [number, number] {
  const edges = rows.flatMap(({ of: { logRatio } }) => {
    const { low, high, counts } = logRatio;
    const width = (high - low) / Math.max(1, counts.length);
    const first = counts.findIndex((n) => n > 0);
    const last = counts.findLastIndex((n) => n > 0);
    return first < 0 ? [] : [low + first * width, low + (last + 1) * width];
  });
  return edges.length > 0 ? [Math.min(...edges), Math.max(...edges)] : [-1, 1];
}

/** Mean log-ratio, from the histogram's bins. */
export function meanOf({ logRatio: { low, high, counts } }: BySource): number {
  const width = (high - low) / Math.max(1, counts.length);
  const total = counts.reduce((a, b) => a + b, 0);
  return total === 0
    ? Number.NaN
    : counts.reduce((sum, n, bin) => sum + n * (low + (bin + 0.5) * width), 0) / total;
}

customElements.define("tilt-log-ratio-chart", TiltLogRatioChart);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-log-ratio-chart": TiltLogRatioChart;
  }
}
