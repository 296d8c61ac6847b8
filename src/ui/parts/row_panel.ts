/** One row whole: its prompt, every response with its estimates, and its weight under each strategy. */
import { html, nothing, type TemplateResult } from "lit";
import type { DatasetSummary, GroupDetail } from "../../worker/api.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import { sourceMark, strategyMark } from "../marks.ts";
import { keyOf, sourceLooks } from "../names.ts";
import type { RunView } from "../state/run_view.ts";
import { fixed, percent, plain, signed } from "../text.ts";

class TiltRowPanel extends TiltElement {
  static override properties = { app: {}, group: {}, data: {}, runs: {} };
  declare app: App;
  declare group: GroupDetail;
  declare data: DatasetSummary;
  /** Runs in the charts. */
  declare runs: readonly RunView[];

  override render() {
    const { group: row, data, app } = this;
    const looks = sourceLooks(data);
    const best = Math.max(...row.responses.map((one) => one.score ?? Number.NEGATIVE_INFINITY));
    const scored = row.responses.every((one) => one.score !== null);
    return html`<h2 class="sub">
        Row ${row.row}
        <span>
          <span class="dim">${row.split === "held-out" ? "held out" : "training"}</span>
          <button class="link" @click=${() => app.showRow(null)}>close</button>
        </span>
      </h2>
      <p class="prompt" dir="auto">${row.prompt}</p>
      ${row.responses.map((one) => {
        const preferred = scored && one.score === best;
        return html`<div class="resp">
          <header>
            ${sourceMark(looks.at(one.source))}<b>${looks.at(one.source).name}</b>${preferred ? " preferred" : nothing}
            ${one.score === null ? nothing : html`<span class="dim">score ${plain(one.score)}</span>`}
          </header>
          <p dir="auto">${one.text.trim() || "(empty response)"}</p>
          ${
            one.estimate
              ? html`<dl>
                  <div><dt>log-ratio</dt><dd>${signed(one.estimate.logRatio, 2)}</dd></div>
                  <div><dt>h</dt><dd>${fixed(one.estimate.h, 2)}</dd></div>
                  <div><dt>P(target)</dt><dd>${percent(one.estimate.probability)}</dd></div>
                </dl>`
              : html`<p class="small dim">
                  ${"No ratio yet: a run estimates it first."}
                </p>`
          }
        </div>`;
      })}
      ${this.#weights()}`;
  }

  #weights(): TemplateResult | typeof nothing {
    const found = this.runs
      .map((run) => ({ run, weight: weightOf(run, this.group.id) }))
      .filter((one): one is { run: RunView; weight: number } => one.weight !== null);
    if (found.length === 0) return nothing;
    const top = Math.max(2, ...found.map((one) => one.weight));
    return html`<div class="block">
      <h2 class="sub">Weight under each strategy <span class="dim">× equal share</span></h2>
      <div class="wt">
        ${found.map(
          ({ run, weight }) =>
            html`<span>${strategyMark(run.strategy)}</span>
              <svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
                <rect class="b-${keyOf(run.strategy)}" y="6" height="8" width=${(100 * weight) / top} />
                <path class="zero" d="M${100 / top} 0V20" vector-effect="non-scaling-stroke" />
              </svg>
              <span class="num">${fixed(weight, 2)} ×</span>`,
        )}
      </div>
    </div>`;
  }
}

/** Mean last tilt weight of a group's units in a run; null where none was drawn. */
function weightOf(run: RunView, group: string): number | null {
  const weights = run.units
    .map((unit, i) => (unit.group === group ? (run.lastWeights[i] ?? null) : null))
    .filter((weight) => weight !== null);
  return weights.length > 0 ? weights.reduce((a, b) => a + b, 0) / weights.length : null;
}

customElements.define("tilt-row-panel", TiltRowPanel);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-row-panel": TiltRowPanel;
  }
}
