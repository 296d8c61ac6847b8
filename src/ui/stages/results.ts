/** Results: every stored run on this data, what it reached on held-out target rows, and how its settings differ. */
import { html, nothing, type TemplateResult } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { strategyMark } from "../marks.ts";
import { curveById, lastValue } from "../metrics.ts";
import { nameOf } from "../names.ts";
import { checkBadge } from "../parts/check_badge.ts";
import "../parts/curve_chart.ts";
import "../parts/report_button.ts";
import { sideBySide } from "../parts/side_by_side.ts";
import { seriesOf } from "../series.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { chartRuns, currentDataset, datasetRuns } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { count, duration, fixed, plain } from "../text.ts";

const SHOWN = ["held-out-accuracy", "held-out-loss"].map(curveById);

class TiltResultsStage extends TiltElement {
  static override properties = { app: {}, state: {}, cursor: { state: true } };
  declare app: App;
  declare state: State;
  declare cursor: number | null;

  constructor() {
    super();
    this.cursor = null;
  }

  override render() {
    const runs = datasetRuns(this.state).toReversed();
    const drawn = chartRuns(this.state);
    const dataset = currentDataset(this.state);
    const steps = Math.max(1, ...drawn.map((run) => run.spec?.train.steps ?? 0));
    return html`<div class="cols results">
      <section aria-label="Runs">
        <div class="block"><h2 class="sub">Runs <span class="dim">${count(runs.length, "run")} on this data, kept in this browser</span></h2>
        ${
          runs.length === 0
            ? html`<p class="say">No runs yet. Press Run; each strategy becomes one run, and stays here.</p>`
            : html`${this.#table(runs, drawn)}
                <tilt-report-button
                  .app=${this.app}
                  .runs=${drawn.filter((run) => !isGoing(run)).map((run) => run.id)}
                ></tilt-report-button>`
        }</div>
        ${sideBySide(drawn, dataset && dataset.target >= 0 ? dataset.sources[dataset.target]?.name : undefined)}
      </section>
      <section
        aria-label="Curves"
        @cursor=${(event: CustomEvent<number | null>) => {
          this.cursor = event.detail;
        }}
      >
        ${SHOWN.map(
          (metric) =>
            html`<div class="block">
              <tilt-curve-chart
                .metric=${metric}
                .steps=${steps}
                .cursor=${this.cursor}
                .series=${seriesOf(drawn, metric)}
              ></tilt-curve-chart>
            </div>`,
        )}
      </section>
    </div>`;
  }

  #table(runs: readonly RunView[], drawn: readonly RunView[]): TemplateResult {
    return html`<div class="scrolls" tabindex="0" role="region" aria-label="Runs, table">
      <table class="t runs">
        <thead>
          <tr>
            <th scope="col"><span class="vh">in the charts</span></th>
            <th scope="col">strategy</th>
            <th scope="col">started</th>
            <th scope="col" class="num">λ</th>
            <th scope="col" class="num">steps</th>
            <th scope="col" class="num">held-out pairs right, %</th>
            <th scope="col" class="num">held-out loss</th>
            <th scope="col" class="num">time</th>
            <th scope="col"><span class="vh">delete</span></th>
          </tr>
        </thead>
        <tbody>
          ${runs.map((run) => this.#run(run, drawn.includes(run)))}
        </tbody>
      </table>
    </div>`;
  }

  #run(run: RunView, drawn: boolean): TemplateResult {
    const { app } = this;
    const when = new Date(run.startedAt);
    const named = `${nameOf(run.strategy)}, ${when.toLocaleTimeString()}`;
    const accuracy = lastValue(run.evaluation, "eval_rewards/accuracies");
    const seconds = Object.values(run.seconds).reduce((a, b) => a + (b ?? 0), 0);
    const tilted = run.strategy !== "erm" && run.strategy !== "reweight";
    return html`<tr>
      <td><input type="checkbox" aria-label="Show ${named} in the charts" .checked=${drawn} @change=${() => app.toggleRun(run.id)} /></td>
      <th scope="row">${strategyMark(run.strategy)}</th>
      <td><time datetime=${run.startedAt} title=${run.name}>${whenWords(when)}</time>${run.status === "done" ? nothing : html` <span class="dim">${run.status}</span>`}${run.check ? html` ${checkBadge(run.check)}` : nothing}</td>
      <td class="num">${tilted && run.spec ? plain(run.spec.train.lambda) : "–"}</td>
      <td class="num">${run.loaded ? run.train.length : "…"}</td>
      <td class="num">${accuracy === null ? "–" : fixed(100 * accuracy, 1)}</td>
      <td class="num">${fixed(lastValue(run.evaluation, "eval_loss"), 3)}</td>
      <td class="num">${seconds > 0 ? duration(seconds) : "–"}</td>
      <td>${isGoing(run) ? nothing : html`<button class="link" aria-label="Delete ${named}" @click=${() => app.deleteRun(run.id)}>delete</button>`}</td>
    </tr>`;
  }
}

/** Today by the clock, other days by the date. */
function whenWords(when: Date): string {
  const today = when.toDateString() === new Date().toDateString();
  return today
    ? when.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })
    : when.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

customElements.define("tilt-results-stage", TiltResultsStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-results-stage": TiltResultsStage;
  }
}
