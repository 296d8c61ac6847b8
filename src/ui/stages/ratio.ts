/** Sources and ratio: can the classifier tell who wrote what, is it honest, and what h comes of it. */
import { html, nothing, type TemplateResult } from "lit";
import type { RatioSummary } from "../../experiment/events.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { sourceMark } from "../marks.ts";
import { ratioChecks } from "../parts/checks.ts";
import "../parts/log_ratio_chart.ts";
import "../parts/settings.ts";
import { ratioRows } from "../parts/ratio_rows.ts";
import { reliability } from "../parts/reliability.ts";
import { currentDataset, goingRun, ratioRun } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { fixed, percent } from "../text.ts";

class TiltRatioStage extends TiltElement {
  static override properties = { app: {}, state: {} };
  declare app: App;
  declare state: State;

  override render() {
    const { app, state } = this;
    const dataset = currentDataset(state);
    const ratio = ratioRun(state)?.ratio ?? null;
    return html`<div class="cols ratio">
      <section aria-label="Settings of the ratio">
        <h2 class="sub">Estimate</h2>
        <tilt-settings .app=${app} .spec=${state.spec} .strategies=${state.strategies} ?running=${goingRun(state) !== null} only="ratio"></tilt-settings>
      </section>
      <section aria-label="Log-ratio by source">
        ${
          ratio && dataset
            ? html`<div class="block"><tilt-log-ratio-chart .rows=${ratioRows(ratio, dataset)}></tilt-log-ratio-chart></div>
                ${this.#bySource(ratio)}`
            : html`<p class="say">Press Run: the classifier trains first, then every response gets its log-ratio and h.</p>`
        }
      </section>
      <section aria-label="Is the ratio believable">
        ${
          ratio
            ? html`<div class="block">
                  <h2 class="sub">Is the classifier honest?</h2>
                  <div class="reliable">
                    ${reliability(ratio)}
                    <p class="small ink2">
                      <b>ECE ${fixed(ratio.ece, 3)}.</b> Dot area: responses in the bin. Bars: 95 %. On the diagonal,
                      “0.8 target” is target 8 times in 10.
                    </p>
                  </div>
                </div>
                ${ratioChecks(ratio)}`
            : nothing
        }
      </section>
    </div>`;
  }

  #bySource(ratio: RatioSummary): TemplateResult {
    const dataset = currentDataset(this.state)!;
    return html`<div class="block">
      <h2 class="sub">By source <span class="dim">effective sample ${percent(ratio.essFraction)}</span></h2>
      <table class="t">
        <thead>
          <tr>
            <th scope="col">source</th>
            <th scope="col" class="num">responses</th>
            <th scope="col" class="num">AUC against the target</th>
            <th scope="col" class="num">mean h</th>
          </tr>
        </thead>
        <tbody>
          ${ratioRows(ratio, dataset).map(
            ({ look, of }) =>
              html`<tr>
                <td>${sourceMark(look, true)}</td>
                <td class="num">${of.responses}</td>
                <td class="num">${fixed(of.auc, 2)}</td>
                <td class="num">${fixed(of.meanH, 2)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

customElements.define("tilt-ratio-stage", TiltRatioStage);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-ratio-stage": TiltRatioStage;
  }
}
