/** One quantity over steps, a line per run, named at its end; a table behind it. */
import { html, nothing, svg } from "lit";
import { type CurveLayout, layoutCurves, ROOMY, type Series } from "../chart/curves.ts";
import { MeasuredElement } from "../element.ts";
import type { CurveMetric } from "../metrics.ts";
import { fixed } from "../text.ts";
import { curveTable } from "./curve_table.ts";
import "./figure.ts";

const HEIGHT = 208;

class TiltCurveChart extends MeasuredElement {
  static override properties = {
    metric: {},
    series: {},
    steps: { type: Number },
    cursor: { type: Number },
    height: { type: Number },
  };
  declare metric: CurveMetric;
  declare series: readonly Series[];
  declare steps: number;
  /** Step under the pointer of any chart of the view; null for none. */
  declare cursor: number | null;
  declare height: number;
  #layout: CurveLayout | null = null;

  constructor() {
    super();
    this.series = [];
    this.steps = 1;
    this.cursor = null;
    this.height = HEIGHT;
  }

  override render() {
    const { metric } = this;
    return html`<tilt-figure
      .heading=${metric.title}
      .unit=${metric.unit}
      .empty=${metric.empty}
      .picture=${this.#chart()}
      .table=${() => curveTable(metric, this.series)}
    ></tilt-figure>`;
  }

  #chart() {
    const { metric, series, height, measured } = this;
    if (measured < 80) return html`<div class="canvas"></div>`;
    const layout = layoutCurves({
      width: measured,
      height,
      series,
      steps: this.steps,
      zero: metric.zero,
      ...(metric.bounds && { bounds: metric.bounds }),
      cursor: this.cursor,
    });
    this.#layout = layout;
    const drawn = layout.lines.some((line) => line.path !== "");
    return html`<div
      class="canvas"
      role="group"
      tabindex=${drawn ? 0 : nothing}
      aria-label=${drawn ? `${metric.title}: arrow keys read out a step` : nothing}
      @pointermove=${this.#point}
      @pointerleave=${() => this.#tell(null)}
      @blur=${() => this.#tell(null)}
      @keydown=${this.#key}
    >
      <svg viewBox="0 0 ${measured} ${height}" width=${measured} height=${height} role="img" aria-label=${this.#finding(layout)}>
        ${axes(layout, drawn || metric.bounds !== undefined)} ${layout.lines.map((line) => curve(line, layout, metric, this.cursor !== null, measured >= ROOMY))}
        ${this.cursor === null || !drawn ? nothing : hairline(layout, this.cursor)}
        ${
          drawn
            ? nothing
            : svg`<text class="empty" x=${(layout.left + layout.right) / 2} y=${layout.bottom / 2} text-anchor="middle">${metric.empty}</text>`
        }
      </svg>
    </div>`;
  }

  /** What the picture shows, in one sentence. */
  #finding(layout: CurveLayout): string {
    const { metric } = this;
    const values = layout.lines.filter((line) => line.value !== null);
    if (values.length === 0) return `${metric.title}: nothing yet.`;
    const last = Math.max(...values.map((line) => line.series.points.at(-1)![0]));
    const each = values.map((line) => `${line.series.label} ${fixed(line.value, metric.decimals)}`);
    return `${metric.title}, ${metric.unit}, at step ${last}: ${each.join(", ")}.`;
  }

  #point(event: PointerEvent): void {
    const layout = this.#layout;
    if (!layout || this.series.every((one) => one.points.length === 0)) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const pixel = event.clientX - box.left;
    this.#tell(pixel < layout.left - 6 || pixel > layout.right + 6 ? null : layout.x.invert(pixel));
  }

  #key(event: KeyboardEvent): void {
    const far = event.key === "PageUp" || event.key === "PageDown";
    const sign = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }[event.key];
    if (event.key === "Escape") this.#tell(null);
    if (!sign) return;
    event.preventDefault();
    this.#tell((this.cursor ?? this.steps) + sign * (far ? 50 : 1));
  }

  #tell(step: number | null): void {
    const bounded = step === null ? null : Math.round(Math.min(this.steps, Math.max(0, step)));
    if (bounded === this.cursor) return;
    this.dispatchEvent(new CustomEvent<number | null>("cursor", { detail: bounded, bubbles: true }));
  }
}

/** @param told whether the value axis means anything yet */
function axes({ x, y, left, right, bottom, xTicks, yTicks, decimals }: CurveLayout, told: boolean) {
  return svg`${yTicks.map(
    (value) =>
      svg`<path class="grid" d="M${left} ${y(value).toFixed(1)}H${right}"/><text x=${left - 6} y=${y(value) + 4} text-anchor="end">${told ? fixed(value, decimals) : nothing}</text>`,
  )}
    <path class="axis" d="M${left} ${bottom}H${right}"/>
    ${xTicks.map((step, i) => {
      const last = i === xTicks.length - 1;
      return svg`<path class="axis" d="M${x(step).toFixed(1)} ${bottom}v4"/><text x=${x(step)} y=${bottom + 16} text-anchor="middle">${fixed(step, 0)}</text>${
        last ? svg`<text x=${x(step) + 5 + 3.5 * String(step).length} y=${bottom + 16}>steps</text>` : nothing
      }`;
    })}`;
}

function curve(
  line: CurveLayout["lines"][number],
  layout: CurveLayout,
  metric: CurveMetric,
  reading: boolean,
  roomy: boolean,
) {
  const { series, path, at, value, labelY } = line;
  if (!at) return nothing;
  const reads = fixed(value, metric.decimals);
  const text = roomy ? `${series.label} ${reads}` : reading ? `${series.short} ${reads}` : series.label;
  return svg`<path class="curve k-${series.key}" d=${path}/>
    <circle class="b-${series.key}" r="2.6" cx=${at[0]} cy=${at[1]}/>
    <text class="label b-${series.key}" x=${layout.labelX} y=${labelY + 4}>${text}</text>`;
}

function hairline({ x, bottom, right }: CurveLayout, step: number) {
  const at = x(step);
  const left = at > right - 60;
  return svg`<path class="head" d="M${at.toFixed(1)} 8V${bottom}"/><text class="ttl" x=${at + (left ? -5 : 5)} y="16" text-anchor=${left ? "end" : "start"}>step ${step}</text>`;
}

customElements.define("tilt-curve-chart", TiltCurveChart);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-curve-chart": TiltCurveChart;
  }
}
