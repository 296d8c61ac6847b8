/** A row's tilt weight under each strategy: when it was drawn last, and every time before. */
import { html, nothing, svg, type TemplateResult } from "lit";
import type { GroupDetail } from "../../worker/api.ts";
import type { Series } from "../chart/curves.ts";
import { strategyMark } from "../marks.ts";
import type { CurveMetric } from "../metrics.ts";
import { keyOf, nameOf, shortNameOf } from "../names.ts";
import "../parts/curve_chart.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { fixed } from "../text.ts";

const METRIC: CurveMetric = {
  id: "row-weight",
  title: "Weight over time",
  unit: "× equal share, at the steps that drew this row",
  empty: "No run has drawn this row.",
  from: "train",
  name: "",
  factor: 1,
  zero: true,
  decimals: 2,
};

export interface RowRun {
  readonly run: RunView;
  readonly last: number;
  readonly steps: readonly number[];
  readonly weights: readonly number[];
  readonly of: number;
}

/** The runs that drew the row, in the order of the charts. */
function rowRuns(group: Pick<GroupDetail, "curves" | "id">, runs: readonly RunView[]): readonly RowRun[] {
  return runs.flatMap((run) => {
    const curve = group.curves.find((one) => one.run === (isGoing(run) ? "live" : run.id));
    const last = curve?.weights.at(-1);
    return curve && last !== undefined ? [{ ...curve, run, last }] : [];
  });
}

/** @param cursor step that the chart reads out @param read asks it to read out another */
export function rowWeights(
  group: GroupDetail,
  runs: readonly RunView[],
  cursor: number | null,
  read: (step: number | null) => void,
): TemplateResult {
  const drawn = rowRuns(group, runs);
  if (drawn.length === 0) return html`<p class="small dim">${noneWords(group, runs)}</p>`;
  const top = Math.max(2, ...drawn.map(({ last }) => last));
  const series = drawn.map(({ run, steps, weights }): Series => {
    const { strategy } = run;
    return {
      id: run.id,
      key: keyOf(strategy),
      label: nameOf(strategy),
      short: shortNameOf(strategy),
      points: steps.map((step, i) => [step, weights[i]!] as const),
    };
  });
  return html`<div class="wt">
      ${drawn.map(
        ({ run, last }) =>
          html`<span>${strategyMark(run.strategy)}</span>
            <svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
              <rect class="b-${keyOf(run.strategy)}" y="6" height="8" width=${(100 * last) / top} />
              ${svg`<path class="zero" d="M${100 / top} 0V20" vector-effect="non-scaling-stroke" />`}
            </svg>
            <span class="num">${fixed(last, 2)} ×</span>`,
      )}
    </div>
    <tilt-curve-chart
      .metric=${METRIC}
      .series=${series}
      .steps=${Math.max(...drawn.map(({ of }) => of))}
      .cursor=${cursor}
      .height=${148}
      @cursor=${(event: CustomEvent<number | null>) => read(event.detail)}
    ></tilt-curve-chart>
    ${drawn.some(({ steps }) => steps.length === 1) ? html`<p class="small dim">A run that drew this row once has a single point.</p>` : nothing}`;
}

function noneWords(group: GroupDetail, runs: readonly RunView[]): string {
  if (group.split === "held-out") return "Held-out rows are never trained on, so they have no weight.";
  return runs.length === 0
    ? "No run yet. Each run gives every row that it draws a weight."
    : "No run in the charts has drawn this row, or it kept no weights over time.";
}
