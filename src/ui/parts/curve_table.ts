/** The same numbers as a chart, as a table. */
import { html, type TemplateResult } from "lit";
import { nearest, type Series } from "../chart/curves.ts";
import type { CurveMetric } from "../metrics.ts";
import { fixed } from "../text.ts";

/** Rows shown; longer runs are shown at evenly spaced steps, the last always. */
const ROWS = 200;

export function curveTable(metric: CurveMetric, series: readonly Series[]): TemplateResult {
  const all = [...new Set(series.flatMap((one) => one.points.map(([step]) => step)))].sort((a, b) => a - b);
  const every = Math.ceil(all.length / ROWS);
  const steps = all.filter((_, i) => i % every === 0 || i === all.length - 1);
  if (steps.length === 0) return html`<div class="canvas"><p class="dim">${metric.empty}</p></div>`;
  const value = (one: Series, step: number): number | null => {
    const found = nearest(one.points, step);
    return found && found[0] === step ? found[1] : null;
  };
  return html`<div class="canvas scrolls" tabindex="0" role="region" aria-label="${metric.title}, table">
    <table class="t">
      <thead>
        <tr>
          <th scope="col" class="num">step</th>
          ${series.map((one) => html`<th scope="col" class="num">${one.label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${steps.map(
          (step) =>
            html`<tr>
              <th scope="row" class="num">${step}</th>
              ${series.map((one) => html`<td class="num">${fixed(value(one, step), Math.max(3, metric.decimals))}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
