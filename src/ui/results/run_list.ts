/** Every stored run on this data: which are compared, how they ended, and the way out. */
import { html, nothing, type TemplateResult } from "lit";
import type { TableData } from "../chart/table_data.ts";
import type { App } from "../engine/app.ts";
import { strategyMark } from "../marks.ts";
import { lastValue } from "../metrics.ts";
import { nameOf } from "../names.ts";
import { checkBadge } from "../parts/check_badge.ts";
import { csvLinks } from "../parts/csv_link.ts";
import { isGoing, type RunView } from "../state/run_view.ts";
import { duration, fixed, plain } from "../text.ts";

export interface ListedRun {
  readonly run: RunView;
  readonly shown: boolean;
  /** Whether its weights were kept; null while nobody has said. */
  readonly kept: boolean | null;
}

/** @param toggle called with the run whose setting is to be shown, or no longer */
export function runList(
  listed: readonly ListedRun[],
  app: Pick<App, "deleteRun">,
  toggle: (run: RunView) => void,
): TemplateResult {
  return html`<p class="small run-csv">${csvLinks("runs", () => runData(listed))}</p>
  <div class="scrolls" tabindex="0" role="region" aria-label="Runs, table">
    <table class="t runs">
      <thead>
        <tr>
          <th scope="col"><span class="vh">compared</span></th>
          <th scope="col">strategy</th>
          <th scope="col">name</th>
          <th scope="col">started</th>
          <th scope="col" class="num">seed</th>
          <th scope="col" class="num">λ</th>
          <th scope="col" class="num">steps</th>
          <th scope="col" class="num">held-out pairs right, %</th>
          <th scope="col" class="num">time</th>
          <th scope="col"><span class="vh">delete</span></th>
        </tr>
      </thead>
      <tbody>
        ${listed.map((one) => row(one, app, toggle))}
      </tbody>
    </table>
  </div>`;
}

function runData(listed: readonly ListedRun[]): TableData {
  return {
    columns: [
      { name: "strategy" },
      { name: "name" },
      { name: "started" },
      { name: "outcome" },
      { name: "seed" },
      { name: "lambda" },
      { name: "steps" },
      { name: "held-out pairs right", unit: "%" },
      { name: "time", unit: "s" },
      { name: "digest" },
    ],
    rows: listed.map(({ run }) => {
      const right = lastValue(run.evaluation, "eval_rewards/accuracies");
      const seconds = Object.values(run.seconds).reduce((a, b) => a + (b ?? 0), 0);
      return [
        nameOf(run.strategy),
        run.name,
        run.startedAt,
        run.status,
        run.spec?.seed ?? null,
        run.spec?.train.lambda ?? null,
        run.loaded ? run.train.length : null,
        right === null ? null : 100 * right,
        seconds > 0 ? seconds : null,
        run.digest,
      ];
    }),
  };
}

function row(
  { run, shown, kept }: ListedRun,
  app: Pick<App, "deleteRun">,
  toggle: (run: RunView) => void,
): TemplateResult {
  const when = new Date(run.startedAt);
  const named = `${nameOf(run.strategy)}, ${when.toLocaleTimeString()}`;
  const accuracy = lastValue(run.evaluation, "eval_rewards/accuracies");
  const seconds = Object.values(run.seconds).reduce((a, b) => a + (b ?? 0), 0);
  const tilted = run.strategy !== "erm" && run.strategy !== "reweight";
  const weightless = kept === false && run.status === "done";
  return html`<tr>
    <td><input type="checkbox" aria-label="Compare ${named}" .checked=${shown} @change=${() => toggle(run)} /></td>
    <th scope="row">${strategyMark(run.strategy)}</th>
    <td class="called">${run.name}${run.status === "done" ? nothing : html` <span class="dim">${run.status}</span>`}${weightless ? html` <span class="dim" title="It cannot write answers.">no weights kept</span>` : nothing}${run.check ? html` ${checkBadge(run.check)}` : nothing}</td>
    <td class="when"><time datetime=${run.startedAt}>${whenWords(when)}</time></td>
    <td class="num">${run.spec?.seed ?? "…"}</td>
    <td class="num">${tilted && run.spec ? plain(run.spec.train.lambda) : "–"}</td>
    <td class="num">${run.loaded ? run.train.length : "…"}</td>
    <td class="num">${accuracy === null ? "–" : fixed(100 * accuracy, 1)}</td>
    <td class="num">${seconds > 0 ? duration(seconds) : "–"}</td>
    <td>${isGoing(run) ? nothing : html`<button class="link" aria-label="Delete ${named}" @click=${() => app.deleteRun(run.id)}>delete</button>`}</td>
  </tr>`;
}

/** Today by the clock, other days by the date. */
function whenWords(when: Date): string {
  const today = when.toDateString() === new Date().toDateString();
  return today
    ? when.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })
    : when.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}
