/** AUC, log loss, Brier score and calibration error per source, each beside what length alone gives. */
import { html, nothing, type TemplateResult } from "lit";
import type { SourceScore } from "../../experiment/events.ts";
import type { TableData } from "../chart/table_data.ts";
import { sourceMark } from "../marks.ts";
import type { SourceLook } from "../names.ts";
import { csvLinks } from "../parts/csv_link.ts";
import { fixed, integer } from "../text.ts";

export function scoreTable(
  scores: readonly SourceScore[],
  lookOf: (source: string) => SourceLook,
): TemplateResult {
  return html`<div class="block">
    <h2 class="sub">
      <span>Against the target, by source <span class="dim">out of fold, classes balanced</span></span>
      ${csvLinks("source classifier scores", () => scoreData(scores))}
    </h2>
    <div class="scrolls" tabindex="0" role="region" aria-label="Scores of the source classifier, table">
      <table class="t scores">
        <thead>
          <tr>
            <th scope="col">source</th>
            <th scope="col" class="num">responses</th>
            <th scope="col" class="num">AUC</th>
            <th scope="col" class="num">log loss, nats</th>
            <th scope="col" class="num">Brier</th>
            <th scope="col" class="num">ECE</th>
          </tr>
        </thead>
        <tbody>
          ${scores.map(
            (score) =>
              html`<tr>
                <th scope="row">${score.source === "all" ? "all together" : sourceMark(lookOf(score.source), true)}</th>
                <td class="num">${integer(score.synthetic)}</td>
                <td class="num"><b>${fixed(score.auc, 3)}</b> ± ${fixed(score.aucHalfWidth, 3)}${beside(score.byLength.auc)}</td>
                <td class="num"><b>${fixed(score.logLoss, 3)}</b>${beside(score.byLength.logLoss)}</td>
                <td class="num"><b>${fixed(score.brier, 3)}</b>${beside(score.byLength.brier)}</td>
                <td class="num"><b>${fixed(score.ece, 3)}</b><span class="beside">by chance ${fixed(score.eceNoise, 3)}</span></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="small dim">Small print under each number: by length alone. ${scores[0] ? html`${integer(scores[0].targets)} target responses.` : nothing} Guessing gives AUC 0.5, log loss 0.693, Brier 0.25.</p>
  </div>`;
}

const beside = (value: number): TemplateResult => html`<span class="beside">${fixed(value, 3)}</span>`;

function scoreData(scores: readonly SourceScore[]): TableData {
  const columns = [
    { name: "source" },
    { name: "target responses" },
    { name: "synthetic responses" },
    ...[
      "AUC",
      "AUC half-width",
      "AUC by length",
      "log loss",
      "log loss by length",
      "Brier",
      "Brier by length",
      "ECE",
      "ECE by chance",
    ].map((name) => ({ name, decimals: 3 })),
  ];
  return {
    columns,
    rows: scores.map((one) => [
      one.source,
      one.targets,
      one.synthetic,
      one.auc,
      one.aucHalfWidth,
      one.byLength.auc,
      one.logLoss,
      one.byLength.logLoss,
      one.brier,
      one.byLength.brier,
      one.ece,
      one.eceNoise,
    ]),
  };
}
