/** What a sweep found: small multiples of a metric, and a table with intervals and paired differences. */
import { html, nothing, type TemplateResult } from "lit";
import type { Interval } from "../../base/statistics.ts";
import { cellsCsv, findingOf, metricsIn, type Row, tableCsv, tableOf } from "../../experiment/sweep.ts";
import { TiltElement } from "../element.ts";
import { csvTextLinks } from "../parts/csv_link.ts";
import { count, fixed, signed } from "../text.ts";
import { isShare, wordsOf } from "./metric_words.ts";
import type { OpenSweep } from "./model.ts";
import "./panels.ts";
import { BAND_FROM } from "./panel_layout.ts";
import { type Arrangement, arrangementOf, panelsOf, STEPS } from "./panels_of.ts";

class TiltSweepResults extends TiltElement {
  static override properties = { open: {}, metric: { state: true }, chosen: { state: true } };
  declare open: OpenSweep;
  declare metric: string | null;
  declare chosen: Partial<Arrangement>;

  constructor() {
    super();
    this.metric = null;
    this.chosen = {};
  }

  override render() {
    const { open } = this;
    const { sweep, plan, results } = open;
    const known = metricsIn(results.values());
    const metric = this.metric ?? sweep.metric;
    const arrangement = this.#arrangement(metric);
    const xAxis = sweep.axes.find(({ id }) => id === arrangement.x);
    const panels = panelsOf(sweep, plan.settings, results, metric, arrangement, factorOf(metric));
    const rows = tableOf(sweep, plan, results, metric);
    const words = wordsOf(metric);
    const unit = `${words.unit}${words.unit ? "; " : ""}${intervalWords(open)}`;
    return html`<div class="block">
        ${panels.length > 1 ? html`<h3 class="sub"><span>${words.label} <span class="unit">${unit}</span></span></h3>` : nothing}
        <div class="picks">
          ${this.#select(
            "metric",
            "Metric",
            metric,
            [...new Set([sweep.metric, ...known])].map((name) => [name, wordsOf(name).name]),
            (value) => {
              this.metric = value;
            },
          )}
          ${this.#select("lines", "Lines", arrangement.lines, this.#axes(), (value) => {
            this.chosen = { ...this.chosen, lines: value, ...(arrangement.x === value && { x: STEPS }) };
          })}
          ${this.#select(
            "x",
            "Along",
            arrangement.x,
            [[STEPS, "training steps"], ...this.#axes().filter(([id]) => id !== arrangement.lines)],
            (value) => {
              this.chosen = { ...this.chosen, x: value };
            },
          )}
        </div>
        <tilt-sweep-panels .panels=${panels} .names=${xAxis ? xAxis.values.map(({ label }) => label) : null}
          .along=${xAxis?.label ?? "steps"} .label=${words.label} .unit=${words.unit} .note=${unit} .bounds=${isShare(metric) ? PERCENT : undefined}></tilt-sweep-panels>
        ${xAxis ? html`<p class="small dim">Along: ${xAxis.label}.</p>` : nothing}
      </div>
      <div class="block">
        <h3 class="sub">All settings <span>${csvTextLinks(`${sweep.name} table`, () => tableCsv(sweep, rows, metric), "CSV of this table")}
          ${csvTextLinks(`${sweep.name} runs`, () => cellsCsv(sweep, plan, results), "CSV of every run")}</span></h3>
        ${this.#table(rows, metric)}
        <p class="small dim">± is a 95 % t-interval over seeds. Differences are paired: the same seed, data and reference on both sides. Where an interval covers 0, these runs do not tell the two apart, and no winner is named. With many settings, about one in twenty intervals misses by chance.</p>
      </div>`;
  }

  /** As chosen, else what says most; without a curve there is only the end of each run. */
  #arrangement(metric: string): Arrangement {
    const { sweep, results } = this.open;
    const first = arrangementOf(sweep);
    const next = { ...first, ...this.chosen };
    const curved =
      results.size === 0 ||
      [...results.values()].some(({ curves }) => curves.some(({ name }) => name === metric));
    if (next.x !== STEPS || curved) return next;
    const other = sweep.axes.find(({ id, values }) => id !== next.lines && values.length > 1);
    return other ? { ...next, x: other.id } : { lines: "", x: next.lines };
  }

  #axes(): [string, string][] {
    return this.open.sweep.axes.filter(({ values }) => values.length > 1).map(({ id, label }) => [id, label]);
  }

  #select(
    id: string,
    label: string,
    value: string,
    options: readonly (readonly [string, string])[],
    take: (value: string) => void,
  ): TemplateResult {
    return html`<label for="sweep-${id}">${label}
      <select id="sweep-${id}" @change=${(event: Event) => take((event.currentTarget as HTMLSelectElement).value)}>
        ${options.map(([key, words]) => html`<option value=${key} .selected=${key === value}>${words}</option>`)}
      </select></label>`;
  }

  #table(rows: readonly Row[], metric: string): TemplateResult {
    const { sweep } = this.open;
    const { baseline } = sweep;
    const against = baseline
      ? sweep.axes.find(({ id }) => id === baseline.axis)?.values[baseline.value]?.label
      : undefined;
    const digits = digitsOf(rows, metric);
    return html`<div class="scrolls" tabindex="0" role="region" aria-label="All settings, table">
      <table class="t sweep-table">
        <thead>
          <tr>
            ${sweep.axes.map(({ label }) => html`<th scope="col">${label}</th>`)}
            <th scope="col" class="num">mean</th>
            <th scope="col" class="num">± 95 %</th>
            ${against === undefined ? nothing : html`<th scope="col" class="num">difference from ${against}</th><th scope="col">reads as</th>`}
            <th scope="col" class="num">seeds</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`<tr>
              ${row.labels.map((label) => html`<td>${label}</td>`)}
              ${
                row.setting.problem
                  ? html`<td colspan=${against === undefined ? 2 : 4} class="dim">${row.setting.problem.what}</td>`
                  : html`<td class="num">${row.value ? scaled(row.value.mean, metric, digits) : "–"}</td>
                      <td class="num dim">${half(row.value, metric, digits)}</td>
                      ${against === undefined ? nothing : this.#difference(row, metric, digits)}`
              }
              <td class="num dim">${row.done === row.of ? row.done : `${row.done} of ${row.of}`}${row.failed > 0 ? html` <span class="warn-text">${row.failed} failed</span>` : nothing}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #difference({ difference, isBaseline }: Row, metric: string, digits: number): TemplateResult {
    if (isBaseline) return html`<td class="num dim">–</td><td class="dim">compared with</td>`;
    if (!difference) return html`<td class="num dim">–</td><td></td>`;
    const factor = factorOf(metric);
    const finding = findingOf(difference);
    const clear = finding === "higher" || finding === "lower";
    const interval = Number.isFinite(difference.half) ? ` ± ${fixed(difference.half * factor, digits)}` : "";
    return html`<td class="num ${clear ? "" : "dim"}">${signed(difference.mean * factor, digits)}${interval}</td>
      <td class=${clear ? "" : "dim"}>${FINDINGS[finding]}</td>`;
  }
}

const FINDINGS: Readonly<Record<ReturnType<typeof findingOf>, string>> = {
  higher: "higher",
  lower: "lower",
  "not told apart": "not told apart: the interval covers 0",
  "one seed": "one seed: no interval",
  equal: "equal",
};

const PERCENT = [0, 100] as const;
const factorOf = (metric: string): number => (isShare(metric) ? 100 : 1);
const scaled = (value: number, metric: string, digits: number): string =>
  fixed(value * factorOf(metric), digits);
const half = (value: Interval | null, metric: string, digits: number): string =>
  value && Number.isFinite(value.half) ? scaled(value.half, metric, digits) : "–";

/** Enough decimals for two digits of the smallest half-width. */
function digitsOf(rows: readonly Row[], metric: string): number {
  if (isShare(metric)) return 1;
  const halves = rows.flatMap(({ value }) =>
    value && value.half > 0 && Number.isFinite(value.half) ? [value.half] : [],
  );
  if (halves.length === 0) return 3;
  return Math.max(0, Math.min(5, 1 - Math.floor(Math.log10(Math.min(...halves)))));
}

function intervalWords({ sweep, results }: OpenSweep): string {
  const seeds = sweep.seeds.length;
  if (results.size === 0) return `over ${count(seeds, "seed")}`;
  return seeds >= BAND_FROM
    ? `95 % intervals of the mean over ${count(seeds, "seed")}`
    : `each of ${count(seeds, "seed")} by itself`;
}

customElements.define("tilt-sweep-results", TiltSweepResults);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-sweep-results": TiltSweepResults;
  }
}
