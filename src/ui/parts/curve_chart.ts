/** One quantity over steps, a line per run, named at its end; a table behind it. Live on a canvas, saved as SVG. */
import { html, nothing, svg, type TemplateResult } from "lit";
import {
  type CurveFrame,
  type CurveLayout,
  type CurveRequest,
  frameCurves,
  layoutCurves,
  PLAIN,
  type Reading,
  ROOMY,
  type Series,
} from "../chart/curves.ts";
import type { LivePlot } from "../chart/live.ts";
import { type Grip, pinched } from "../chart/pinch.ts";
import { drawSoon } from "../chart/slots.ts";
import { MeasuredElement } from "../element.ts";
import type { CurveMetric } from "../metrics.ts";
import { fixed, integer, plain } from "../text.ts";
import { pointIn } from "../zoom.ts";
import { curveTable } from "./curve_table.ts";
import "./figure.ts";

const HEIGHT = 208;
/** Height of the smaller of the two sizes that charts have, for panels. */
export const LOW = 128;
/** Steps that a chart shows at least. */
const CLOSEST = 2;
/** Pixels after which a press is a drag. */
const DRAG = 6;
/** What one press of + or − does to the range. */
const CLOSER = 0.5;

/** The canvas's code, fetched once; null where it cannot be had, and the SVG stays. */
let code: typeof import("../chart/live.ts") | null | undefined;
let fetching: Promise<void> | undefined;

function fetchCode(): Promise<void> {
  fetching ??= import("../chart/live.ts").then(
    async (live) => {
      await live.ready;
      code = live;
    },
    () => {
      code = null;
    },
  );
  return fetching;
}

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
  /** Fingers on the picture, by their pointer, in pixels from its left. */
  readonly #fingers = new Map<number, number>();
  /** Where the axis was when the second finger came. */
  #grip: Grip | null = null;
  /** Where a mouse or a pen went down. */
  #dragFrom: number | null = null;

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
    if (code === undefined) void fetchCode().then(() => this.requestUpdate());
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
    const box = `canvas ${height === LOW ? "low" : ""}`;
    if (measured < 80) return html`<div class=${box}></div>`;
    const onCanvas = code && !this.#printing;
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
      @pointerdown=${this.#touch}
      @pointermove=${this.#point}
      @pointerup=${this.#lift}
      @pointercancel=${(event: PointerEvent) => {
        this.#dragFrom = null;
        this.#lift(event);
      }}
      @pointerleave=${(event: PointerEvent) => {
        if (event.pointerType === "touch") this.#lift(event);
        this.#tell(null);
      }}
      @blur=${() => this.#tell(null)}
      @keydown=${this.#key}
      @dblclick=${() => this.#zoom(null)}
    >
      <div class="live" ?hidden=${!onCanvas || !drawn}></div>
      ${this.#svg(frame, this.cursor, measured, height, this.dragged)}
      ${drawn ? nothing : html`<p class="empty"><span>${metric.empty}</span></p>`}
    </div>`;
  }

  /** @param cursor null for the picture that leaves the page @param over the stretch that is dragged over */
  #svg(
    frame: CurveFrame | CurveLayout,
    cursor: number | null,
    width: number,
    height: number,
    over: readonly [number, number] | null = null,
  ): TemplateResult {
    const { metric } = this;
    const drawn = frame.lines.some((line) => line.at !== null);
    const told = drawn || metric.bounds !== undefined;
    const reading = cursor !== null;
    return html`<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${this.#finding(frame)}>
      ${isLayout(frame) || !drawn ? paths(frame, told, `clip-${metric.id}`) : nothing} ${tickWords(frame, told)}
      ${frame.lines.map((line) => label(line, frame, metric, reading, width >= ROOMY, this.labels !== undefined))}
      ${cursor === null || !drawn ? nothing : hairline(frame, cursor)}
      ${over ? stretch(frame, over) : nothing}
    </svg>`;
  }

  #drawing(): TemplateResult | undefined {
    const { measured, height } = this;
    return measured < 80 ? undefined : this.#svg(layoutCurves(this.#request(null)), null, measured, height);
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
    if (!code || !host || host.hidden || !this.#frame || !this.isConnected) return;
    this.#plot ??= code.createLive(host);
    this.#plot.draw(this.#frame, this.measured, this.height);
  }

  /** What the picture shows, in one sentence. */
  #finding(frame: CurveFrame): string {
    const { metric } = this;
    const values = frame.lines.filter((line) => line.value !== null);
    if (values.length === 0) return `${metric.title}: nothing yet.`;
    const last = Math.max(...values.map((line) => line.series.points.at(-1)![0]));
    const each = values.map((line) => `${line.series.label} ${fixed(line.value, metric.decimals)}`);
    return `${metric.title}, ${metric.unit}, at step ${integer(last)}: ${each.join(", ")}.`;
  }

  readonly #point = (event: PointerEvent): void => {
    const frame = this.#frame;
    if (!frame || this.series.every((one) => one.points.length === 0)) return;
    const pixel = pixelOf(event);
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, pixel);
    if (this.#dragFrom !== null && (this.dragged || Math.abs(pixel - this.#dragFrom) >= DRAG)) {
      const inside = Math.min(frame.right, Math.max(frame.left, pixel));
      this.dragged = this.#dragFrom < inside ? [this.#dragFrom, inside] : [inside, this.#dragFrom];
    }
    if (this.#grip) {
      const [first, second] = this.#fingers.values();
      this.#zoom(pinched(this.#grip, [first!, second!], [0, this.steps]));
      return;
    }
    this.#tell(pixel < frame.left - 6 || pixel > frame.right + 6 ? null : frame.x.invert(pixel));
  };

  /**
   * One finger reads out, two stretch and move the axis; up and down, the page scrolls. A mouse or a pen drags over the
   * stretch that is to fill the picture.
   */
  readonly #touch = (event: PointerEvent): void => {
    const frame = this.#frame;
    if (event.pointerType !== "touch") {
      const pixel = pixelOf(event);
      if (event.button !== 0 || !frame || pixel < frame.left || pixel > frame.right) return;
      this.#dragFrom = pixel;
      try {
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
      } catch {
        // A pointer that is gone again cannot be held; the picture then hears of it only while it is above.
      }
      return;
    }
    this.#fingers.set(event.pointerId, pixelOf(event));
    const [first, second] = this.#fingers.values();
    if (this.#fingers.size !== 2 || !frame || !frame.lines.some((line) => line.at !== null)) {
      this.#grip = null;
      return;
    }
    this.#tell(null);
    const { x, left, right } = frame;
    this.#grip = { x, left, right, fingers: [first!, second!] };
  };

  readonly #lift = ({ pointerId }: PointerEvent): void => {
    if (this.#fingers.delete(pointerId)) this.#grip = null;
    const { dragged } = this;
    const x = this.#frame?.x;
    const dropped = this.#dragFrom !== null;
    this.#dragFrom = null;
    this.dragged = null;
    if (dropped && dragged && x) this.#zoom([x.invert(dragged[0]), x.invert(dragged[1])]);
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [first, last] = this.#ends();
    if (event.key === "Escape" && (this.cursor !== null || this.reading.range)) {
      event.stopPropagation();
      this.#tell(null);
      this.#zoom(null);
    }
    if (event.key === "+" || event.key === "-") {
      event.preventDefault();
      const middle = this.cursor ?? (first + last) / 2;
      const half = ((last - first) / 2) * (event.key === "+" ? CLOSER : 1 / CLOSER);
      this.#zoom([middle - half, middle + half]);
    }
    const far = event.key === "PageUp" || event.key === "PageDown";
    const sign = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }[event.key];
    const end = { Home: first, End: last }[event.key];
    if (!sign && end === undefined) return;
    event.preventDefault();
    this.#tell(end ?? (this.cursor ?? last) + sign! * (far ? 50 : 1));
  };

  #ends(): readonly [number, number] {
    return this.reading.range ?? [0, this.steps];
  }

  #tell(step: number | null): void {
    const [first, last] = this.#ends();
    const bounded = step === null ? null : Math.round(Math.min(last, Math.max(first, step)));
    if (bounded === this.cursor) return;
    this.dispatchEvent(new CustomEvent<number | null>("cursor", { detail: bounded, bubbles: true }));
  }

  #zoom(range: readonly [number, number] | null): void {
    let detail: readonly [number, number] | null = null;
    if (range) {
      const from = Math.max(0, Math.floor(range[0]));
      const to = Math.min(this.steps, Math.ceil(range[1]));
      if (to - from < CLOSEST) return;
      detail = from === 0 && to === this.steps ? null : [from, to];
    }
    if (detail === this.reading.range) return;
    this.dispatchEvent(new CustomEvent("range", { detail, bubbles: true }));
  }

  /** On paper a canvas is a photograph; the SVG is drawn for as long as the browser prints. */
  readonly #print = (event: Event): void => {
    this.#printing = event.type === "beforeprint";
    this.requestUpdate();
    this.performUpdate();
  };
}

/** Pixels from the left of the element that listens. */
const pixelOf = (event: PointerEvent): number => pointIn(event)[0];

function isLayout(frame: CurveFrame | CurveLayout): frame is CurveLayout {
  return frame.lines.every((line) => "path" in line);
}

/** Grid, axes and lines, where no canvas draws them. @param told whether the value axis means anything yet */
function paths(frame: CurveFrame | CurveLayout, told: boolean, clip: string) {
  const { x, y, left, right, top, bottom, xTicks, yTicks } = frame;
  return svg`${yTicks.map((value) => svg`<path class="grid" d="M${left} ${y(value).toFixed(1)}H${right}"/>`)}
    <path class="axis" d="M${left} ${bottom}H${right}"/>
    ${xTicks.map((step) => svg`<path class="axis" d="M${x(step).toFixed(1)} ${bottom}v4"/>`)}
    ${
      told && isLayout(frame)
        ? svg`<defs><clipPath id=${clip}><rect x=${left} y=${top - 4} width=${Math.max(0, right - left + 3)} height=${bottom - top + 8}/></clipPath></defs>
          <g clip-path="url(#${clip})">${frame.lines.map(
            ({ series, path, rawPath, bandPath, seedPaths }) =>
              svg`${
                bandPath === "" ? nothing : svg`<path class="band b-${series.key}" d=${bandPath}/>`
              }${seedPaths.map((seed) => svg`<path class="curve seed k-${series.key}" d=${seed}/>`)}${
                rawPath === "" ? nothing : svg`<path class="curve raw k-${series.key}" d=${rawPath}/>`
              }<path class="curve k-${series.key}" d=${path}/>`,
          )}</g>`
        : nothing
    }`;
}

function tickWords({ x, y, left, bottom, xTicks, yTicks, decimals, logValues }: CurveFrame, told: boolean) {
  return svg`${yTicks.map(
    (value) =>
      svg`<text x=${left - 6} y=${y(value) + 4} text-anchor="end">${told ? (logValues ? plain(value) : fixed(value, decimals)) : nothing}</text>`,
  )}
    ${xTicks.map((step, i) => {
      const last = i === xTicks.length - 1;
      const words = integer(step);
      return svg`<text x=${x(step)} y=${bottom + 16} text-anchor="middle">${words}</text>${
        last ? svg`<text x=${x(step) + 5 + 3.5 * words.length} y=${bottom + 16}>steps</text>` : nothing
      }`;
    })}`;
}

function label(
  line: CurveFrame["lines"][number],
  frame: CurveFrame,
  metric: Pick<CurveMetric, "decimals">,
  reading: boolean,
  roomy: boolean,
  tight: boolean,
) {
  const { series, at, value, labelY } = line;
  if (!at || !Number.isFinite(at[1])) return nothing;
  const reads = fixed(value, metric.decimals);
  const short = reading || tight ? series.short : series.label;
  const text = tight
    ? reading
      ? reads
      : short
    : roomy
      ? `${series.label} ${reads}`
      : reading
        ? `${short} ${reads}`
        : short;
  return svg`<circle class="b-${series.key}" r="2.6" cx=${at[0]} cy=${at[1]}/>
    <text class="label b-${series.key}" x=${frame.labelX} y=${labelY + 4}>${text}</text>`;
}

function hairline({ x, bottom, right }: CurveFrame, step: number) {
  const at = x(step);
  const left = at > right - 60;
  return svg`<path class="head" d="M${at.toFixed(1)} 8V${bottom}"/><text class="ttl" x=${at + (left ? -5 : 5)} y="16" text-anchor=${left ? "end" : "start"}>step ${integer(step)}</text>`;
}

function stretch({ bottom, top }: CurveFrame, [from, to]: readonly [number, number]) {
  return svg`<rect class="stretch" x=${from} y=${top} width=${to - from} height=${bottom - top}/>`;
}

customElements.define("tilt-curve-chart", TiltCurveChart);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-curve-chart": TiltCurveChart;
  }
}
