/** What the data that is open in the workbench can show at all: its size, what held-out pairs resolve, and its ratio. */
import { html, nothing } from "lit";
import type { State } from "../state/state.ts";
import { fixed, integer, percent } from "../text.ts";

/** Half-width of a 95 % interval of a win rate near one half over n pairs. */
const halfWidth = (n: number): number => 1.96 * Math.sqrt(0.25 / n);
/** Pairs from which on a win rate that is `points` away from one half is told from it. */
const pairsFor = (points: number): number => Math.ceil(0.25 * (1.96 / points) ** 2);

const POINTS = [0.1, 0.05, 0.02, 0.01];

export function ownData(state: State) {
  const dataset = state.datasets.find(({ hash }) => hash === state.dataset);
  if (!dataset) return html`<div class="own"><p class="say">No data is open yet.</p></div>`;
  const target = dataset.sources[dataset.target];
  const share = target ? target.responses / Math.max(1, dataset.responses) : 0;
  const held = Math.round(dataset.groups * share * state.spec.data.heldOut);
  const run = state.runs.findLast((one) => one.datasetHash === dataset.hash && one.ratio);
  return html`<div class="own">
    <h2 class="sub">${dataset.name} <span class="dim">${dataset.builtin ? "built in" : "your file"}, open in the workbench</span></h2>
    <dl class="own-facts">
      <div><dt>Groups</dt><dd>${integer(dataset.groups)}</dd></div>
      <div><dt>Target source</dt><dd>${target ? `${target.name}, ${percent(share)} of the responses` : "not said yet: the Data stage asks"}</dd></div>
      <div><dt>Held out of it</dt><dd>${target ? `about ${integer(held)} pairs, at ${percent(state.spec.data.heldOut)} of the prompts` : "–"}</dd></div>
      <div><dt>AUC of the classifier</dt><dd>${run?.ratio ? fixed(run.ratio.auc, 2) : html`not estimated yet: <a href="#/workbench">run once</a>`}</dd></div>
      <div><dt>Effective sample size</dt><dd>${run?.ratio ? percent(run.ratio.essFraction) : "–"}</dd></div>
    </dl>
    <h2 class="sub">What a win rate over held-out pairs can tell</h2>
    <div class="scrolls" tabindex="0" role="region" aria-label="Pairs needed, table">
      <table class="t">
        <thead><tr><th scope="col">to tell from 50 %</th><th scope="col" class="num">pairs needed</th><th scope="col">with your ${integer(held)}</th></tr></thead>
        <tbody>
          ${POINTS.map((points) => html`<tr><th scope="row">${percent(0.5 + points)}</th><td class="num">${integer(pairsFor(points))}</td><td>${held >= pairsFor(points) ? "✓ can be told" : "○ too few"}</td></tr>`)}
        </tbody>
      </table>
    </div>
    ${held > 0 ? html`<p class="say">With ${integer(held)} pairs a win rate is uncertain by ± ${fixed(100 * halfWidth(held), 1)} points. Smaller differences are luck.</p>` : nothing}
  </div>`;
}
