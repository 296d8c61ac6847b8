/** Results: runs side by side, their curves, and what they write, judged. */
import { html, nothing, type TemplateResult } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { type CurveMetric, curveById } from "../metrics.ts";
import "../parts/curve_chart.ts";
import "../parts/export_panel.ts";
import "../parts/report_button.ts";
import "../results/answers.ts";
import { answersOf, type ColumnAnswers } from "../results/answers_of.ts";
import { type Column, columnsOf } from "../results/columns.ts";
import { type ResultsModel, resultsModel } from "../results/model.ts";
import { heldOutPrompts } from "../results/prompts.ts";
import { runList } from "../results/run_list.ts";
import "../results/side_by_side.ts";
import "../results/wins.ts";
import { seriesOf } from "../series.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { chartRuns, currentDataset, datasetRuns, savedRun } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { count } from "../text.ts";

const SHOWN: readonly CurveMetric[] = [
  curveById("held-out-accuracy"),
  curveById("held-out-loss"),
  {
    ...curveById("held-out-accuracy"),
    id: "mixture-accuracy",
    title: "Accuracy on the training distribution",
    unit: "% of held-out pairs of every source",
    name: "eval_mixture_rewards/accuracies",
  },
  {
    ...curveById("held-out-loss"),
    id: "mixture-loss",
    title: "Loss on the training distribution",
    unit: "nats per held-out pair of every source",
    name: "eval_mixture_loss",
  },
];

/** Letters from which labels need more room than charts keep by themselves, and the most pixels they get. */
const LONG = 14;
const MOST_LABEL = 220;

class TiltResultsStage extends TiltElement {
  static override properties = {
    app: {},
    state: {},
    cursor: { state: true },
    version: { state: true },
    prompts: { state: true },
  };
  declare app: App;
  declare state: State;
  declare cursor: number | null;
  /** Counts the changes of the model. */
  declare version: number;
  declare prompts: readonly string[];
  #model: ResultsModel | undefined;
  #release: () => void = () => {};
  #asked = "";

  constructor() {
    super();
    this.cursor = null;
    this.version = 0;
    this.prompts = [];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
    this.#model = undefined;
  }

  override willUpdate(): void {
    if (!this.#model) {
      this.#model = resultsModel(this.app);
      this.#release = this.#model.subscribe(() => {
        this.version++;
      });
    }
    const runs = datasetRuns(this.state);
    for (const run of runs) if (!run.loaded && !this.#loading.has(run.id)) void this.#load(run.id);
    const ended = runs.filter((run) => !isGoing(run)).map(({ id }) => id);
    void this.#model.look(ended);
    const newest = runs.findLast((run) => run.status === "done");
    const key = newest ? `${this.state.dataset} ${newest.id}` : "";
    if (newest && key !== this.#asked) {
      this.#asked = key;
      void heldOutPrompts(this.app.engine, this.state, newest.id).then((prompts) => {
        this.prompts = prompts;
      });
    }
  }

  readonly #loading = new Set<string>();

  async #load(id: string): Promise<void> {
    this.#loading.add(id);
    await this.app.loadRecord(id).catch(() => {});
  }

  override render() {
    const model = this.#model!;
    const runs = datasetRuns(this.state);
    const all = columnsOf(runs);
    const columns = all.filter((column) => this.#shows(column));
    const { judged, coming } = model.get();
    const answers = columns.map((column) => answersOf(column, judged, coming));
    const dataset = currentDataset(this.state);
    const target = dataset && dataset.target >= 0 ? dataset.sources[dataset.target]?.name : undefined;
    if (runs.length === 0) {
      return html`<div class="cols results">
        <section aria-label="Comparison">
          <p class="say">No runs on this data yet. Press Run: each strategy becomes one run, is judged here on held-out rows, and stays in this browser. Then its answers to held-out prompts can be judged, too.</p>
        </section>
        <section aria-label="Curves and answers">${this.#curves([], [])}</section>
      </div>`;
    }
    return html`<div class="cols results">
      <section aria-label="Comparison">
        ${
          columns.length > 0
            ? html`<tilt-side-by-side .model=${model} .columns=${columns} .answers=${answers} .target=${target}></tilt-side-by-side>
                <tilt-wins .model=${model} .columns=${columns} .answers=${answers} .version=${this.version}></tilt-wins>`
            : html`<p class="say">Tick runs in the list of all runs to compare them.</p>`
        }
        ${this.#take(columns)}
      </section>
      <section aria-label="Curves and answers">
        ${this.#curves(columns, runs)}
        ${columns.length > 0 ? html`<tilt-answers .model=${model} .columns=${columns} .answers=${answers} .prompts=${promptsOf(answers, this.prompts)} .version=${this.version}></tilt-answers>` : nothing}
        ${this.#runs(runs, all)}
      </section>
    </div>`;
  }

  #curves(columns: readonly Column[], runs: readonly RunView[]): TemplateResult {
    const drawn = columns.map(({ runs: [run] }) => run);
    const asked =
      drawn.length > 0 ? drawn.map((run) => run.spec?.train.steps ?? 0) : [this.state.spec.train.steps];
    const steps = Math.max(1, ...asked);
    const labels = new Map(columns.map(({ runs: [run], label }) => [run.id, label]));
    const longest = Math.max(0, ...columns.map(({ label }) => label.length));
    const shown = SHOWN.filter(
      ({ name }, i) =>
        i < 2 || drawn.some(({ evaluation }) => evaluation.some(({ values }) => values[name] !== undefined)),
    );
    return html`<div
      class="block overlays ${longest > LONG ? "long" : ""}"
      @cursor=${(event: CustomEvent<number | null>) => {
        this.cursor = event.detail;
      }}
    >
      ${shown.map(
        (metric) =>
          html`<tilt-curve-chart
            .metric=${metric}
            .steps=${steps}
            .labels=${longest > LONG ? Math.min(MOST_LABEL, 6.6 * longest + 52) : undefined}
            .cursor=${this.cursor}
            .series=${seriesOf(drawn, metric, runs).map((one) => {
              const label = labels.get(one.id) ?? one.label;
              return { ...one, label, short: longest > LONG ? label : one.short };
            })}
          ></tilt-curve-chart>`,
      )}
    </div>`;
  }

  #runs(runs: readonly RunView[], all: readonly Column[]): TemplateResult {
    const { kept } = this.#model!.get();
    const columnOf = (run: RunView): Column | undefined =>
      all.find((column) => column.runs.some(({ id }) => id === run.id));
    const listed = runs.toReversed().map((run) => {
      const column = columnOf(run);
      return {
        run,
        shown: column !== undefined && this.#shows(column),
        kept: kept === null || isGoing(run) ? null : kept.has(run.id),
      };
    });
    return html`<div class="block">
      <h2 class="sub">All runs <span class="dim">${count(runs.length, "run")} on this data, kept in this browser; seeds of one setting are compared together</span></h2>
      ${runList(listed, this.app, (run) => this.#toggle(columnOf(run), all))}
    </div>`;
  }

  #take(columns: readonly Column[]): TemplateResult {
    const saved = savedRun(this.state);
    const ended = columns.flatMap(({ runs }) => runs.filter((run) => !isGoing(run)).map(({ id }) => id));
    return html`<div class="block">
      <h2 class="sub">Take it along</h2>
      <tilt-report-button .app=${this.app} .runs=${ended}></tilt-report-button>
      ${saved ? html`<details class="fold"><summary>Rows and weights</summary><tilt-export-panel .app=${this.app} .runs=${datasetRuns(this.state)} .run=${saved}></tilt-export-panel></details>` : nothing}
    </div>`;
  }

  /** As chosen here, else as in the charts. */
  #shows(column: Column): boolean {
    const chosen = this.#model!.get().picked.get(column.key);
    return chosen ?? chartRuns(this.state).some(({ id }) => column.runs.some((run) => run.id === id));
  }

  /** What is hidden here is hidden in the charts of the policy, too. */
  #toggle(column: Column | undefined, all: readonly Column[]): void {
    if (!column) return;
    const now = new Map(all.map((one) => [one.key, this.#shows(one)]));
    const show = now.get(column.key) !== true;
    this.#model!.pick(now.set(column.key, show));
    for (const { id } of column.runs) if (this.state.hidden.includes(id) === show) this.app.toggleRun(id);
  }
}

/** Prompts that were judged come first: their answers are there at once. */
function promptsOf(answers: readonly ColumnAnswers[], heldOut: readonly string[]): readonly string[] {
  const judged = answers.flatMap(({ bySeed }) =>
    [...bySeed.values()].slice(0, 1).flatMap((items) => items.filter(({ draw }) => draw === 0)),
  );
  return [...new Set([...judged.map(({ prompt }) => prompt), ...heldOut])];
}

customElements.define("tilt-results-stage", TiltResultsStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-results-stage": TiltResultsStage;
  }
}
