/** Policy: the settings, the curves of all strategies over each other, and how hard each group pulls. */
import { html, nothing, type TemplateResult } from "lit";
import type { DatasetSummary } from "../../worker/api.ts";
import type { Stem } from "../chart/strip.ts";
import { CurveView } from "../curve_view.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { curveById } from "../metrics.ts";
import { nameOf } from "../names.ts";
import { problem } from "../parts/problem.ts";
import "../parts/curve_bar.ts";
import "../parts/log_ratio_chart.ts";
import "../parts/settings.ts";
import "../parts/strip.ts";
import { warnings } from "../parts/checks.ts";
import { ratioRows } from "../parts/ratio_rows.ts";
import { sourceWeights } from "../parts/source_weights.ts";
import "../samples/panel.ts";
import { createSeriesMemory, seriesOf } from "../series.ts";
import type { RunView } from "../state/run_view.ts";
import { chartRuns, currentDataset, datasetRuns, ratioRun, spokenRun } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { fixed } from "../text.ts";

class TiltPolicyStage extends TiltElement {
  static override properties = { app: {}, state: {} };
  declare app: App;
  declare state: State;
  readonly #curves = new CurveView(this);
  readonly #series = createSeriesMemory();

  override render() {
    const { app, state } = this;
    const dataset = currentDataset(state);
    const runs = chartRuns(state);
    const steps = this.#steps(runs);
    return html`<div class="cols policy">
      <section aria-label="Settings">
        <tilt-settings .app=${app} .spec=${state.spec} .strategies=${state.strategies} ?running=${state.queue !== null}></tilt-settings>
      </section>
      <section aria-label="Training curves">
        <tilt-curve-bar .view=${this.#curves} .steps=${steps} .stamp=${[this.#curves.choices, this.#curves.range]}></tilt-curve-bar>
        <div class="charts2">${this.#charts(runs, steps)}</div>
        ${this.#mixed(runs)}
        <tilt-samples .app=${app} .runs=${runs} .spoken=${spokenRun(state)}></tilt-samples>
      </section>
      <section aria-label="This batch">
        ${
          dataset
            ? html`${this.#strip(dataset)} ${sourceWeights(runs, this.#planned(), dataset, this.#curves, this.#series, steps)} ${this.#ratio(dataset)}`
            : nothing
        }
      </section>
    </div>`;
  }

  /** Last step of the axes. */
  #steps(runs: readonly RunView[]): number {
    const planned = runs.length === 0 ? this.state.spec.train.steps : 0;
    return Math.max(1, planned, ...runs.map((run) => run.spec?.train.steps ?? 0));
  }

  #charts(runs: readonly RunView[], steps: number): TemplateResult[] {
    const all = datasetRuns(this.state);
    // Runs that go on have no seeds beside them; of the others, what is drawn depends on every run of the data.
    const drawnFrom = [...runs, ...all.filter((run) => run.status === "done" && run.loaded)];
    return this.#curves.choices.shown.map((id) => {
      const metric = curveById(id);
      const series = this.#series(id, drawnFrom, () => seriesOf(runs, metric, all));
      return this.#curves.chart(metric, series, steps);
    });
  }

  /** Strategies of the runs that go on or wait for their turn. */
  #planned(): readonly string[] {
    const { queue } = this.state;
    return queue?.spec ? queue.strategies : [];
  }

  /**
   * Curves of runs on other data settings may be drawn together, but not without a word. Always there: what comes and goes
   * among the charts makes the browser style all of them anew.
   */
  #mixed(runs: readonly RunView[]): TemplateResult {
    const [first, ...rest] = runs.filter((run) => run.train.length > 0);
    const mixed = first !== undefined && rest.some((run) => differInData(run, first));
    return html`<p class="small aside" ?hidden=${!mixed}><b>Different data.</b> These runs did not use the same data settings. Run all strategies again to compare them.</p>`;
  }

  #strip(dataset: DatasetSummary): TemplateResult {
    const run = spokenRun(this.state);
    const { stems, what } = run ? stemsOf(run) : { stems: [], what: "" };
    const failure =
      run?.status === "failed" && run.problem && !this.state.runProblem ? problem(run.problem) : nothing;
    return html`<div class="block">
      <tilt-strip
        heading="Tilt weight"
        .unit=${stems.length > 0 ? `× equal share, ${nameOf(run!.strategy)}` : "× equal share"}
        .stems=${stems}
        .data=${dataset}
        .what=${what}
        @open-row=${this.#openRow}
      ></tilt-strip>
      ${remarks(run)}
      ${failure}
    </div>`;
  }

  #ratio(dataset: DatasetSummary): TemplateResult | typeof nothing {
    const ratio = ratioRun(this.state)?.ratio;
    if (!ratio) return nothing;
    return html`<div class="block">
      <h2 class="sub">h by source <span class="dim">AUC ${fixed(ratio.auc, 2)}, by length alone ${fixed(ratio.lengthOnlyAuc, 2)}</span></h2>
      <tilt-log-ratio-chart compact .rows=${ratioRows(ratio, dataset)}></tilt-log-ratio-chart>
      ${ratio.warnings.length > 0 ? warnings(ratio) : nothing}
    </div>`;
  }

  #openRow(event: CustomEvent<number>): void {
    void this.app.openRowNumber(event.detail);
  }
}

/**
 * What a person should know of a run's objective, folded. Its line is always there: strategies that are trained one after the other have
 * different ones, and what comes and goes would move everything below.
 */
function remarks(run: RunView | null): TemplateResult {
  const said = run?.warnings ?? [];
  return html`<details class="fold remarks" ?data-none=${said.length === 0}>
    <summary>${said.length === 1 ? "1 remark" : `${said.length} remarks`} on the objective ${run ? html`<span class="dim">${nameOf(run.strategy)}</span>` : nothing}</summary>
    <div class="asides">${said.map((what) => html`<p class="small aside">${what}</p>`)}</div>
  </details>`;
}

/** A world's hash is that of its rows, which are known when a run has ended: until then its settings tell. */
function differInData(a: RunView, b: RunView): boolean {
  const settings = ({ spec }: RunView): string => JSON.stringify([spec?.seed, spec?.data]);
  return a.datasetHash !== b.datasetHash && settings(a) !== settings(b);
}

/** Stems of a run: its last batch while that is known, else the last weight of every unit it ever drew. */
function stemsOf(run: RunView): { stems: readonly Stem[]; what: string } {
  const name = nameOf(run.strategy);
  if (run.batch.length > 0) return { stems: run.batch, what: `last batch of ${name}` };
  const stems = run.units.flatMap(({ row, source, h }, i) => {
    const weight = run.lastWeights[i];
    return weight === null || weight === undefined ? [] : [{ row, source, h, loss: null, weight }];
  });
  return { stems, what: `last weight of every group under ${name}` };
}

customElements.define("tilt-policy-stage", TiltPolicyStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-policy-stage": TiltPolicyStage;
  }
}
