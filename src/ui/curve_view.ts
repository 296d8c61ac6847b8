/** How the curves of a view are read: one cursor and one range for all its charts, and what a reader chose to keep. */
import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import type { Reading, Series } from "./chart/curves.ts";
import { CURVES, FIRST_CURVES } from "./metrics.ts";
import { type ChartMetric, LOW } from "./parts/curve_chart.ts";

/** Kept in this browser. */
export interface CurveChoices {
  /** Weight of the past in the smoothed lines, in [0, 1); 0 for none. */
  readonly smoothing: number;
  readonly logSteps: boolean;
  readonly logValues: boolean;
  /** Ids of the charts shown. */
  readonly shown: readonly string[];
}

const KEY = "tilt.curves";
/** Pixels for a letter, or a value, at the end of a panel's lines. */
const PANEL_LABELS = 34;
const FIRST: CurveChoices = { smoothing: 0, logSteps: false, logValues: false, shown: FIRST_CURVES };

/** @param told parsed JSON of any shape */
export function sanitiseChoices(told: unknown): CurveChoices {
  if (typeof told !== "object" || told === null) return FIRST;
  const { smoothing, logSteps, logValues, shown } = told as Record<string, unknown>;
  return {
    smoothing: typeof smoothing === "number" && smoothing >= 0 && smoothing < 1 ? smoothing : 0,
    logSteps: logSteps === true,
    logValues: logValues === true,
    shown: Array.isArray(shown) ? CURVES.map(({ id }) => id).filter((id) => shown.includes(id)) : FIRST.shown,
  };
}

function kept(): CurveChoices {
  try {
    return sanitiseChoices(JSON.parse(localStorage.getItem(KEY) ?? "null"));
  } catch {
    return FIRST;
  }
}

/**
 * A view's curves. In an element:
 *
 *     readonly #curves = new CurveView(this);
 *     … html`<tilt-curve-bar .view=${this.#curves}></tilt-curve-bar> ${this.#curves.chart(metric, series, steps)}`
 */
export class CurveView implements ReactiveController {
  /** Step under the pointer, or under the keyboard's cursor; null for none. */
  cursor: number | null = null;
  /** First and last step in sight; null for all. */
  range: readonly [number, number] | null = null;
  choices: CurveChoices = kept();
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.choices = kept();
  }

  choose(change: Partial<CurveChoices>): void {
    this.choices = { ...this.choices, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.choices));
    } catch {
      // Forbidden storage: the choice then lasts as long as the page.
    }
    this.#host.requestUpdate();
  }

  zoom(range: readonly [number, number] | null): void {
    this.range = range;
    this.#host.requestUpdate();
  }

  get reading(): Reading {
    const { smoothing, logSteps } = this.choices;
    return { smoothing, logSteps, range: this.range };
  }

  /** @param steps last step of the axis */
  chart(metric: ChartMetric, series: readonly Series[], steps: number): TemplateResult {
    return html`<tilt-curve-chart
      .metric=${metric}
      .series=${series}
      .steps=${steps}
      .reading=${this.reading}
      .logValues=${this.choices.logValues}
      .cursor=${this.cursor}
      @cursor=${this.#onCursor}
      @range=${this.#onRange}
    ></tilt-curve-chart>`;
  }

  /** One of a set of small charts that share their axes; lines are named by a letter. */
  panel(
    metric: ChartMetric,
    series: readonly Series[],
    steps: number,
    cover: readonly number[],
  ): TemplateResult {
    return html`<tilt-curve-chart
      .metric=${metric}
      .series=${series}
      .steps=${steps}
      .reading=${this.reading}
      .cursor=${this.cursor}
      .height=${LOW}
      .labels=${PANEL_LABELS}
      .cover=${cover}
      @cursor=${this.#onCursor}
      @range=${this.#onRange}
    ></tilt-curve-chart>`;
  }

  readonly #onCursor = (event: CustomEvent<number | null>): void => {
    this.cursor = event.detail;
    this.#host.requestUpdate();
  };

  readonly #onRange = (event: CustomEvent<readonly [number, number] | null>): void => this.zoom(event.detail);
}
