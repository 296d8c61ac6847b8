/** One quantity over steps, a line per run, named at its end; a table behind it. Live on a canvas, saved as SVG. */
import { html, nothing, type TemplateResult } from "lit";
import {
  type CurveFrame,
  type CurveRequest,
  frameCurves,
  layoutCurves,
  PLAIN,
  type Reading,
  type Series,
} from "../chart/curves.ts";
import type { LivePlot } from "../chart/live.ts";
import { fetchLiveCode, liveCode } from "../chart/live_code.ts";
import { drawSoon } from "../chart/slots.ts";
import { MeasuredElement } from "../element.ts";
import type { CurveMetric } from "../metrics.ts";
import { CurveHands } from "./curve_hands.ts";
import { curveSvg } from "./curve_svg.ts";
import { curveTable } from "./curve_table.ts";
import "./figure.ts";

const HEIGHT = 208;
/** Height of the smaller of the two sizes that charts have, for panels. */
export const LOW = 128;
/** What a chart is told of its quantity. */
export interface ChartMetric
  extends Pick<CurveMetric, "id" | "title" | "unit" | "empty" | "zero" | "bounds" | "decimals"> {
  /** The title where the figure stands alone, for panels whose own says only what differs. */
  readonly full?: string;
}

class TiltCurveChart extends MeasuredElement {
  static override properties = {
    metric: {},
    series: {},
    steps: { type: Number },
    cursor: { type: Number },
    height: { type: Number },
    reading: {},
    logValues: { type: Boolean },
    labels: { type: Number },
    cover: {},
    dragged: { state: true },
  };
  declare metric: ChartMetric;
  declare series: readonly Series[];
  declare steps: number;
  /** Step under the pointer of any chart of the view; null for none. */
  declare cursor: number | null;
  declare height: number;
  declare reading: Reading;
  declare logValues: boolean;
  /** Pixels kept for labels; by the width when absent. Charts with few have short names. */
  declare labels: number | undefined;
  /** Values that the axis covers whatever the lines do. */
  declare cover: readonly number[] | undefined;
  /** The stretch that is dragged over, in pixels; null for none. */
  declare dragged: readonly [number, number] | null;
  #frame: CurveFrame | null = null;
  #plot: LivePlot | undefined;
  /** Whether the canvas waits for its turn. */
  #due = false;
  /** Whether the picture is drawn as SVG for paper. */
  #printing = false;
  readonly #hands = new CurveHands({
    frame: () => this.#frame,
    drawn: () => this.series.some((one) => one.points.length > 0),
    steps: () => this.steps,
    range: () => this.reading.range,
    cursor: () => this.cursor,
    tell: (step) => this.#tell(step),
    zoom: (range) => this.#zoom(range),
    drag: (over) => {
      this.dragged = over;
    },
  });

  constructor() {
    super();
    this.series = [];
    this.steps = 1;
    this.cursor = null;
    this.height = HEIGHT;
    this.reading = PLAIN;
    this.logValues = false;
    this.dragged = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("beforeprint", this.#print);
    addEventListener("afterprint", this.#print);
    if (liveCode() === undefined) void fetchLiveCode().then(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("beforeprint", this.#print);
    removeEventListener("afterprint", this.#print);
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  protected override scheduleUpdate(): Promise<void> {
    return new Promise((resolve) => {
      drawSoon(() => {
        if (this.isUpdatePending) super.scheduleUpdate();
        resolve();
      });
    });
  }

  override render() {
    const { metric } = this;
    return html`<tilt-figure
      .heading=${metric.title}
      .full=${metric.full}
      .unit=${this.#unit()}
      .empty=${metric.empty}
      .picture=${this.#chart()}
      .drawing=${() => this.#drawing()}
      .table=${() => curveTable(metric, this.series)}
    ></tilt-figure>`;
  }

  /** The unit, then what bands and thin lines are. */
  #unit(): string {
    const { metric, series } = this;
    const over = [...new Set(series.flatMap((one) => one.over ?? []))].sort((a, b) => a - b);
    const many = over.length > 0 ? `; band: ± 1 sd over ${over.join(" or ")} seeds` : "";
    const thin = series.some((one) => one.seeds) ? "; thin: every seed" : "";
    return `${metric.unit}${this.#frame?.logValues ? ", log axis" : ""}${many}${thin}`;
  }

  #request(cursor: number | null): CurveRequest {
    const { metric, series, height, measured, reading, logValues, labels, steps, cover } = this;
    return {
      width: measured,
      height,
      series,
      steps,
      zero: metric.zero,
      ...(metric.bounds && { bounds: metric.bounds }),
      ...(labels !== undefined && { labels }),
      ...(cover && { cover }),
      cursor,
      reading,
      logValues,
    };
  }

  #chart() {
    const { metric, height, measured } = this;
    const hands = this.#hands;
    const box = `canvas ${height === LOW ? "low" : ""}`;
    if (measured < 80) return html`<div class=${box}></div>`;
    const onCanvas = liveCode() && !this.#printing;
    const frame = onCanvas
      ? frameCurves(this.#request(this.cursor))
      : layoutCurves(this.#request(this.cursor));
    this.#frame = frame;
    const drawn = frame.lines.some((line) => line.at !== null);
    return html`<div
      class=${box}
      role="group"
      tabindex=${drawn ? 0 : nothing}
      aria-label=${drawn ? `${metric.title}: arrow keys read out a step, + and − zoom, Escape shows all` : nothing}
      @pointerdown=${hands.down}
      @pointermove=${hands.move}
      @pointerup=${hands.up}
      @pointercancel=${hands.cancel}
      @pointerleave=${hands.leave}
      @blur=${hands.blur}
      @keydown=${hands.key}
      @dblclick=${hands.all}
    >
      <div class="live" ?hidden=${!onCanvas || !drawn}></div>
      ${curveSvg(frame, { ...this.#picture(), cursor: this.cursor, over: this.dragged })}
      ${drawn ? nothing : html`<p class="empty"><span>${metric.empty}</span></p>`}
    </div>`;
  }

  #picture() {
    const { metric, measured, height, labels } = this;
    return { metric, width: measured, height, tight: labels !== undefined };
  }

  #drawing(): TemplateResult | undefined {
    return this.measured < 80
      ? undefined
      : curveSvg(layoutCurves(this.#request(null)), { ...this.#picture(), cursor: null });
  }

  override updated(changed: Map<string, unknown>): void {
    // Cursor and drag are drawn over the canvas, which stays as it is.
    const over = (name: string): boolean => name === "cursor" || name === "dragged";
    if (this.#plot && changed.size > 0 && [...changed.keys()].every(over)) return;
    void this.querySelector("tilt-figure")?.updateComplete.then(() => {
      if (this.#due) return;
      this.#due = true;
      drawSoon(() => this.#draw());
    });
  }

  #draw(): void {
    this.#due = false;
    const host = this.querySelector<HTMLElement>(".live");
    const code = liveCode();
    if (!code || !host || host.hidden || !this.#frame || !this.isConnected) return;
    this.#plot ??= code.createLive(host);
    this.#plot.draw(this.#frame, this.measured, this.height);
  }

  #tell(step: number | null): void {
    this.dispatchEvent(new CustomEvent<number | null>("cursor", { detail: step, bubbles: true }));
  }

  #zoom(range: readonly [number, number] | null): void {
    this.dispatchEvent(new CustomEvent("range", { detail: range, bubbles: true }));
  }

  /** On paper a canvas is a photograph; the SVG is drawn for as long as the browser prints. */
  readonly #print = (event: Event): void => {
    this.#printing = event.type === "beforeprint";
    this.requestUpdate();
    this.performUpdate();
  };
}

customElements.define("tilt-curve-chart", TiltCurveChart);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-curve-chart": TiltCurveChart;
  }
}
