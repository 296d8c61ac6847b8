/** Log-ratio of every response, a histogram per source; a table behind it. */
import { html, nothing, svg } from "lit";
import type { RatioSummary } from "../../experiment/events.ts";
import { MeasuredElement } from "../element.ts";
import type { SourceLook } from "../names.ts";
import { extent, layoutRidges, meanOf, type RidgeLayout } from "../ratio/log_ratio_layout.ts";
import { fixed, integer, signed } from "../text.ts";
import "./drawn.ts";
import type { Drawn } from "./drawn.ts";

export { extent };

/** A source of the ratio with how it looks. */
export interface RatioRow {
  readonly look: SourceLook;
  readonly of: RatioSummary["bySource"][number];
}

class TiltLogRatioChart extends MeasuredElement {
  static override properties = { rows: {}, compact: { type: Boolean }, ceiling: { type: Number } };
  declare rows: readonly RatioRow[];
  declare compact: boolean;
  /** log 1/α, above which no log-ratio of the mixture can be; null where there is no such limit. */
  declare ceiling: number | null;

  constructor() {
    super();
    this.rows = [];
    this.compact = false;
    this.ceiling = null;
  }

  override render() {
    return html`<tilt-drawn .of=${this.#figure()}></tilt-drawn>`;
  }

  #figure(): Drawn {
    const { rows, compact, ceiling } = this;
    return {
      heading: "Log-ratio of each response",
      unit: "log Q0/P, nats, out of fold",
      draw(width) {
        if (width < 200) return undefined;
        const layout = layoutRidges(width, rows, compact);
        const { x, foot, height } = layout;
        const finding = rows.map(({ look, of }) => `${look.name} ${signed(meanOf(of), 2)}`).join(", ");
        return html`<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label="Mean log-ratio: ${finding}.">
          ${layout.ticks.map(
            (value, i) =>
              svg`<path class=${value === 0 ? "zero" : "grid"} d="M${x(value).toFixed(1)} 8V${foot}"/><text text-anchor="middle" x=${x(value)} y=${foot + 16}>${signed(value, layout.decimals)}${i === layout.ticks.length - 1 ? " nats" : ""}</text>`,
          )}
          ${rows.map((row, i) => ridge(row, layout, i))}
          ${ceiling !== null && ceiling <= x.domain[1] ? bound(layout, ceiling) : nothing}
        </svg>`;
      },
      table: () => ({
        columns: [
          { name: "source" },
          { name: "from", unit: "nats", decimals: 2 },
          { name: "to", unit: "nats", decimals: 2 },
          { name: "responses" },
          { name: "of the source", unit: "%", decimals: 1 },
        ],
        rows: rows.flatMap(({ look, of: { logRatio, responses } }) => {
          const width = (logRatio.high - logRatio.low) / Math.max(1, logRatio.counts.length);
          return logRatio.counts.flatMap((n, bin) => {
            const from = logRatio.low + bin * width;
            return n === 0 ? [] : [[look.name, from, from + width, n, (100 * n) / Math.max(1, responses)]];
          });
        }),
      }),
    };
  }
}

function ridge({ look, of }: RatioRow, { left, right, ridges }: RidgeLayout, i: number) {
  const { base, bars } = ridges[i]!;
  const name = look.name.length > 15 ? `${look.name.slice(0, 14)}…` : look.name;
  return svg`<path class="bars f-${look.key}" d=${bars || "M0 0"}/>
    <path class="axis" d="M${left} ${base}H${right}"/>
    <text class="label f-${look.key}" x="0" y=${base - 16}>${name}</text>
    <text x="0" y=${base - 2}>n = ${integer(of.responses)}</text>
    <text x=${right + 8} y=${base - 16}>mean h</text>
    <text class="ttl" x=${right + 8} y=${base - 2}>${fixed(of.meanH, 2)}</text>`;
}

/** No response can be more than 1/α times as likely under the target as under a mixture that holds α of it. */
function bound({ x, foot, right }: RidgeLayout, ceiling: number) {
  const at = x(ceiling);
  const before = at > right - 70;
  return svg`<path class="ceiling" d="M${at.toFixed(1)} 8V${foot}"/><g class="haloed"><text x=${at + (before ? -5 : 5)} y="16" text-anchor=${before ? "end" : "start"}>log 1/α = ${fixed(ceiling, 2)}</text></g>`;
}

customElements.define("tilt-log-ratio-chart", TiltLogRatioChart);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-log-ratio-chart": TiltLogRatioChart;
  }
}
