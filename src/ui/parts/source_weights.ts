/** How much of each batch's tilt weight goes to each source, over the steps: a panel per run, a line per source. */
import { html, nothing, type TemplateResult } from "lit";
import type { DatasetSummary } from "../../worker/api.ts";
import type { Series } from "../chart/curves.ts";
import type { CurveView } from "../curve_view.ts";
import { sourceMark } from "../marks.ts";
import { nameOf, sourceLooks } from "../names.ts";
import { type createSeriesMemory, sourceSeries } from "../series.ts";
import type { RunView } from "../state/run_view.ts";
import { COLOURED } from "../state/state.ts";

/** Reused while nothing changed, so that charts see that nothing did. */
let covered: { readonly key: string; readonly of: readonly number[] } = { key: "", of: [] };

/**
 * @param planned strategies whose runs are still to come: their panels keep their place from the start
 * @param memory of the view's lines
 * @param steps last step of the axis
 */
export function sourceWeights(
  runs: readonly RunView[],
  planned: readonly string[],
  dataset: DatasetSummary,
  view: CurveView,
  memory: ReturnType<typeof createSeriesMemory>,
  steps: number,
): TemplateResult | typeof nothing {
  // Empty ones, too: nothing moves when the first step draws them.
  const panels = strategiesOf(runs, planned).map((strategy) => {
    const own = runs.filter((run) => run.strategy === strategy);
    const make = (): readonly Series[] => own.flatMap((run) => sourceSeries(run, dataset));
    return { strategy, series: memory(`weights ${strategy}`, own, make) };
  });
  if (panels.length === 0) return nothing;
  const looks = sourceLooks(dataset);
  const cover = coverOf(panels.map(({ series }) => series));
  return html`<div class="block">
    <h2 class="sub">Weight by source <span class="dim">% of each batch’s tilt weight</span></h2>
    <p class="keyline">
      ${looks.order.map((source) => html`<span>${sourceMark(looks.at(source), true)}</span>`)}
    </p>
    <div class="panels ${panels.length === 1 ? "one" : ""}">
      ${panels.map(({ strategy, series }) => {
        const title = nameOf(strategy);
        return view.panel(
          {
            id: `weight-${strategy}`,
            title,
            full: `Weight by source, ${title}`,
            unit: "",
            empty: "Nothing yet.",
            zero: true,
            bounds: [0, 100],
            decimals: 0,
          },
          series,
          steps,
          cover,
        );
      })}
    </div>
  </div>`;
}

/** Those of the runs and those planned, each once, in the fixed order. */
function strategiesOf(runs: readonly RunView[], planned: readonly string[]): readonly string[] {
  const all = new Set([...runs.map((run) => run.strategy), ...planned]);
  return [...COLOURED.filter((one) => all.delete(one)), ...all];
}

/** The largest value of any panel: they share their axis. */
function coverOf(panels: readonly (readonly Series[])[]): readonly number[] {
  let most = 0;
  for (const series of panels)
    for (const { points } of series) for (const [, value] of points) if (value > most) most = value;
  const key = String(most);
  if (covered.key !== key) covered = { key, of: [0, most] };
  return covered.of;
}
