/** The numbers behind the pictures of the Play view: every strategy at evenly spaced steps, and the yardsticks. */
import { html, type TemplateResult } from "lit";
import type { PlaneWorldView } from "../../worker/api.ts";
import type { TableData } from "../chart/table_data.ts";
import { nameOf } from "../names.ts";
import { fixed, percent } from "../text.ts";
import type { PlaneHistory } from "./history.ts";

const ROWS = 30;

/** All frames kept, one row per step and strategy, for a file. */
export function playData({ frames }: PlaneHistory, strategies: readonly string[], shift: number): TableData {
  return {
    columns: COLUMNS.map((name) => ({ name })),
    rows: frames.flatMap(({ step, metrics }) =>
      strategies.map((strategy, s) => {
        const { rew, rewK, kl, accuracy, loss, ess, weightBySource } = metrics[s]!;
        return [shift, step, strategy, rew, rewK, kl, accuracy, loss, ess, ...weightBySource];
      }),
    ),
  };
}

const COLUMNS =
  "shift step strategy human_reward human_reward_equal_distance kl accuracy loss ess weight_human weight_a weight_b".split(
    " ",
  );

export function playTable(
  { frames }: PlaneHistory,
  strategies: readonly string[],
  { referenceReward, bestReward }: PlaneWorldView,
): TemplateResult {
  const every = Math.max(1, Math.ceil(frames.length / ROWS));
  const shown = frames.filter((_, i) => i % every === 0 || i === frames.length - 1);
  return html`<div class="tl-canvas scrolls" tabindex="0" role="region" aria-label="All strategies over steps, table">
    <table class="t">
      <caption class="vh">Human reward; the reference has ${fixed(referenceReward, 3)}, the best possible policy ${fixed(bestReward, 3)}</caption>
      <thead>
        <tr>
          <th scope="col" class="num">step</th>
          <th scope="col">strategy</th>
          <th scope="col" class="num">human reward</th>
          <th scope="col" class="num">at equal distance</th>
          <th scope="col" class="num">KL, nats</th>
          <th scope="col" class="num">target pairs in order</th>
          <th scope="col" class="num">loss, nats</th>
          <th scope="col" class="num">ESS</th>
          <th scope="col" class="num">weight on human</th>
          <th scope="col" class="num">on A</th>
          <th scope="col" class="num">on B</th>
        </tr>
      </thead>
      <tbody>
        ${shown.toReversed().flatMap(({ step, metrics }) =>
          strategies.map((strategy, s) => {
            const { rew, rewK, kl, accuracy, loss, ess, weightBySource } = metrics[s]!;
            return html`<tr>
              <td class="num">${step}</td>
              <th scope="row">${nameOf(strategy)}</th>
              <td class="num">${fixed(rew, 3)}</td>
              <td class="num">${fixed(rewK, 3)}</td>
              <td class="num">${fixed(kl, 3)}</td>
              <td class="num">${percent(accuracy, 1)}</td>
              <td class="num">${fixed(loss, 3)}</td>
              <td class="num">${percent(ess)}</td>
              ${weightBySource.map((share) => html`<td class="num">${percent(share)}</td>`)}
            </tr>`;
          }),
        )}
      </tbody>
    </table>
  </div>`;
}
