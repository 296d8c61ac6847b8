/** Sources and ratio: can the classifier tell who wrote what, is it honest, and what h comes of it. */
import { html, nothing, type TemplateResult } from "lit";
import type { RatioDetails, RatioSummary } from "../../experiment/events.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import type { SourceLook } from "../names.ts";
import { ratioChecks } from "../parts/checks.ts";
import "../parts/drawn.ts";
import "../parts/log_ratio_chart.ts";
import type { RatioRow } from "../parts/log_ratio_chart.ts";
import { ratioRows } from "../parts/ratio_rows.ts";
import "../parts/report_button.ts";
import "../parts/settings.ts";
import { classifierWords } from "../ratio/classifier_words.ts";
import "../ratio/clip.ts";
import "../ratio/extremes.ts";
import { reliabilityFigure } from "../ratio/reliability_figure.ts";
import { rocFigure } from "../ratio/roc_figure.ts";
import { scatterFigure } from "../ratio/scatter_figure.ts";
import { scoreTable } from "../ratio/score_table.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { currentDataset, goingRun, ratioRun } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { percent } from "../text.ts";

const UNKNOWN: SourceLook = { name: "unknown", letter: "?", key: "o" };

class TiltRatioStage extends TiltElement {
  static override properties = { app: {}, state: {} };
  declare app: App;
  declare state: State;

  override render() {
    const { app, state } = this;
    const dataset = currentDataset(state);
    const run = ratioRun(state);
    const ratio = run?.ratio ?? null;
    const rows = ratio && dataset ? ratioRows(ratio, dataset) : [];
    const target = dataset?.sources[dataset.target]?.name ?? "the target";
    return html`<div class="cols ratio">
      <section aria-label="Settings of the ratio">
        <h2 class="sub">Estimate</h2>
        <tilt-settings .app=${app} .spec=${state.spec} .strategies=${state.strategies} ?running=${goingRun(state) !== null} only="ratio"></tilt-settings>
        ${ratio?.clipping ? html`<tilt-clip .app=${app} .spec=${state.spec} .clipping=${ratio.clipping} .target=${target}></tilt-clip>` : nothing}
      </section>
      <section aria-label="Log-ratio by source">
        ${ratio && run ? this.#found(ratio, rows, run) : this.#empty(dataset?.target ?? -1)}
      </section>
      <section aria-label="Is the ratio believable">
        ${ratio ? html`${this.#honesty(ratio.details)} ${ratioChecks(ratio)} ${this.#out(run!)}` : nothing}
      </section>
    </div>`;
  }

  #found(ratio: RatioSummary, rows: readonly RatioRow[], run: RunView): TemplateResult {
    const { details } = ratio;
    const looks = new Map(rows.map(({ look }) => [look.name, look]));
    const lookOf = (source: string): SourceLook => looks.get(source) ?? UNKNOWN;
    const indexed = ratio.bySource.map(({ source }) => lookOf(source));
    return html`<div class="block">
        <tilt-log-ratio-chart .rows=${rows} .ceiling=${ceilingOf(ratio, run)}></tilt-log-ratio-chart>
      </div>
      ${
        details
          ? html`<div class="block pairs">
                <tilt-drawn .of=${rocFigure(ofSources(details), lookOf)}></tilt-drawn>
                ${details.truth ? html`<tilt-drawn .of=${scatterFigure(details.truth, indexed)}></tilt-drawn>` : nothing}
              </div>
              ${scoreTable(details.scores, lookOf)}
              <p class="small dim which">${classifierWords(details.classifier)} Effective sample of the responses: ${percent(ratio.essFraction)}.</p>`
          : html`<p class="say block">This run was made by an older Tilt, which kept no curves of its classifier. Run again to see them.</p>`
      }
      <tilt-ratio-extremes .app=${this.app} .state=${this.state} .run=${run}></tilt-ratio-extremes>`;
  }

  #honesty(details: RatioDetails | undefined): TemplateResult | typeof nothing {
    if (!details) return nothing;
    const { classifier, uncalibrated, calibrated } = details;
    const before = classifier.calibration === "none" ? null : uncalibrated;
    return html`<div class="block">
      <tilt-drawn .of=${reliabilityFigure(before, calibrated)}></tilt-drawn>
      <p class="small dim">On the diagonal, “0.8 target” is target 8 times in 10. Dot area: responses in the bin.</p>
      ${this.#honestyBySource(details)}
    </div>`;
  }

  #honestyBySource(details: RatioDetails): TemplateResult | typeof nothing {
    const sources = ofSources(details);
    if (sources.length < 2 || sources.some(({ reliability }) => !reliability)) return nothing;
    const plain = details.classifier.calibration === "none";
    return html`<details class="fold">
      <summary>Source by source</summary>
      ${sources.map(({ source, reliability }) => {
        const { uncalibrated, calibrated } = reliability!;
        const heading = `The target against ${source}`;
        return html`<tilt-drawn .of=${reliabilityFigure(plain ? null : uncalibrated, calibrated, heading)}></tilt-drawn>`;
      })}
    </details>`;
  }

  #out(run: RunView): TemplateResult | typeof nothing {
    if (isGoing(run) || run.only) return nothing;
    return html`<div class="block">
      <h2 class="sub">Take it along</h2>
      <tilt-report-button .app=${this.app} .runs=${[run.id]}></tilt-report-button>
      <p class="small dim">Rows with their log-ratio, h and weight are saved under Data.</p>
    </div>`;
  }

  #empty(target: number): TemplateResult {
    const { source } = this.state.spec.ratio;
    const trained = source === "classifier";
    if (target < 0 && (trained || source === "true"))
      return html`<p class="say">Nobody has said which responses are the target’s, so there is no ratio yet. Choose the target under Data.</p>`;
    if (!trained)
      return html`<p class="say">The ratio is ${source === "true" ? "the world’s own" : "in the file"}, so no classifier is trained and there is nothing to check here. ${target < 0 ? "Choose the target under Data, and then" : "Choose"} the source classifier to see how well it can be estimated.</p>`;
    return goingRun(this.state)
      ? html`<p class="say">The classifier comes first, then every response gets its log-ratio and h. Charts appear here when it is trained.</p>`
      : html`<p class="say">Press Run: the classifier trains first, then every response gets its log-ratio and h.</p>`;
  }
}

const ofSources = ({ scores }: RatioDetails) => scores.filter(({ source }) => source !== "all");

/** log 1/α for ratios against a mixture that holds a share α of the target; null for other forms. */
function ceilingOf({ bySource, details }: RatioSummary, run: RunView): number | null {
  const form = details?.classifier.form;
  if (form !== "mixture" && form !== "posterior") return null;
  const total = bySource.reduce((sum, { responses }) => sum + responses, 0);
  const alpha = run.spec?.ratio.alpha ?? (bySource[0]?.responses ?? 0) / total;
  return alpha > 0 ? Math.log(1 / alpha) : null;
}

customElements.define("tilt-ratio-stage", TiltRatioStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-ratio-stage": TiltRatioStage;
  }
}
