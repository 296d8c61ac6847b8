/** Policy: the settings, the curves of all strategies over each other, and how hard each group pulls. */
import { html, nothing, type TemplateResult } from "lit";
import type { DatasetSummary } from "../../worker/api.ts";
import type { Stem } from "../chart/strip.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { CURVES } from "../metrics.ts";
import { nameOf } from "../names.ts";
import { problem } from "../parts/problem.ts";
import "../parts/curve_chart.ts";
import "../parts/log_ratio_chart.ts";
import "../parts/settings.ts";
import "../parts/strip.ts";
import { warnings } from "../parts/checks.ts";
import { ratioRows } from "../parts/ratio_rows.ts";
import { seriesOf } from "../series.ts";
import type { RunView } from "../state/run_view.ts";
import { chartRuns, currentDataset, goingRun, ratioRun, spokenRun } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { count, fixed } from "../text.ts";

class TiltPolicyStage extends TiltElement {
  static override properties = { app: {}, state: {}, cursor: { state: true } };
  declare app: App;
  declare state: State;
  declare cursor: number | null;

  constructor() {
    super();
    this.cursor = null;
  }

  override render() {
    const { app, state } = this;
    const dataset = currentDataset(state);
    const runs = chartRuns(state);
    return html`<div class="cols policy">
      <section aria-label="Settings">
        <tilt-settings .app=${app} .spec=${state.spec} .strategies=${state.strategies} ?running=${goingRun(state) !== null}></tilt-settings>
      </section>
      <section
        aria-label="Training curves"
        @cursor=${(event: CustomEvent<number | null>) => {
          this.cursor = event.detail;
        }}
      >
        <div class="charts2">${this.#charts(runs)}</div>
        ${this.#mixed(runs)}
      </section>
      <section aria-label="This batch">${dataset ? html`${this.#strip(dataset)} ${this.#ratio(dataset)}` : nothing}</section>
    </div>`;
  }

  #charts(runs: readonly RunView[]): TemplateResult[] {
    const steps = Math.max(
      1,
      ...runs.map((run) => run.spec?.train.steps ?? 0),
      runs.length === 0 ? this.state.spec.train.steps : 0,
    );
    return CURVES.map(
      (metric) =>
        html`<tilt-curve-chart
          .metric=${metric}
          .series=${seriesOf(runs, metric)}
          .steps=${steps}
          .cursor=${this.cursor}
        ></tilt-curve-chart>`,
    );
  }

  /** Curves of runs on other data settings may be drawn together, but not without a word. */
  #mixed(runs: readonly RunView[]): TemplateResult | typeof nothing {
    const hashes = new Set(runs.filter((run) => run.train.length > 0).map((run) => run.datasetHash));
    return hashes.size > 1
      ? html`<p class="small aside"><b>Different data.</b> These runs did not use the same data settings. Run all strategies again to compare them.</p>`
      : nothing;
  }

  #strip(dataset: DatasetSummary): TemplateResult {
    const run = spokenRun(this.state);
    const { stems, what } = run ? stemsOf(run) : { stems: [], what: "" };
    const failure =
      run?.status === "failed" && run.problem && !this.state.runProblem ? problem(run.problem) : nothing;
    return html`<div class="block">
      <tilt-strip
        .heading=${what.startsWith("last weight") ? "Tilt weight of every group" : "Tilt weight in this batch"}
        .unit=${stems.length > 0 ? `× equal share, ${count(stems.length, "group")}, ${nameOf(run!.strategy)}` : "× equal share"}
        .stems=${stems}
        .data=${dataset}
        .what=${what}
        @open-row=${this.#openRow}
      ></tilt-strip>
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
