/** What went wrong with a run, where it can be gone on from, and runs that broke off before this visit. */
import { html, nothing, type TemplateResult } from "lit";
import type { Spec } from "../../experiment/spec.ts";
import type { KeptState } from "../../worker/api.ts";
import type { App } from "../engine/app.ts";
import { nameOf } from "../names.ts";
import { canRun } from "../state/select.ts";
import type { State } from "../state/state.ts";
import { count, integer } from "../text.ts";
import { problem, type Way } from "./problem.ts";

export function runProblem(app: App, state: State): TemplateResult | typeof nothing {
  const { runProblem: told, queue, kept } = state;
  const [newest] = kept;
  // A lost GPU has its own buttons for the same state.
  const offered =
    newest && !queue && told?.kind !== "device-lost" ? offer(app, newest, state.engine === "ready") : nothing;
  if (!told) return offered;
  return html`${problem(told, { ways: queue ? [] : waysOut(app, state), dismiss: app.dismissProblem })} ${offered}`;
}

function waysOut(app: App, state: State): Way[] {
  const { runProblem: told, kept, spec } = state;
  const [newest] = kept;
  if (told?.kind === "device-lost") {
    if (newest)
      return [
        { words: goOnWords(newest), main: true, go: () => void app.goOn(newest) },
        { words: "Start over with the same seed", go: () => void app.startOver(newest) },
      ];
    return canRun(state) ? [{ words: "Run again", main: true, go: () => void app.run() }] : [];
  }
  const pieces = told?.kind === "memory" ? nextSplit(spec) : null;
  if (!pieces) return [];
  return [
    {
      words: `Split into ${pieces} × ${Math.ceil(spec.train.batch / pieces)} and run`,
      main: true,
      go: () => {
        const wrong = app.setField("train.microBatches", pieces);
        if (wrong) app.tell(wrong);
        else void app.run();
      },
    },
  ];
}

/** Twice as many pieces, where splitting changes no number; null where it would, or where nothing is left to split. */
export function nextSplit({ train }: Spec): number | null {
  const next = Math.min(train.batch, 2 * train.microBatches);
  const exact = train.estimator === "exact" || train.estimator === "running";
  return exact && next > train.microBatches ? next : null;
}

const goOnWords = ({ stage, step }: KeptState): string =>
  `Go on from step ${integer(step)}${stage === "sft" ? " of the reference" : ""}`;

function offer(app: App, kept: KeptState, ready: boolean): TemplateResult {
  const { stage, step, of, strategy, savedAt, rest } = kept;
  const when = new Date(savedAt);
  return html`<div class="problem warn kept">
    <h2><span>You left at step ${integer(step)} of ${integer(of)}${stage === "sft" ? " of the reference" : ""}.</span></h2>
    <p>
      ${nameOf(strategy)}, kept <time datetime=${savedAt}>${when.toLocaleString()}</time>.
      ${rest.length > 0 ? `${count(rest.length, "strategy", "strategies")} would follow: ${rest.map(nameOf).join(", ")}.` : nothing}
      Go on, or start over with the same seed; either gives the same numbers.
    </p>
    <div class="btns">
      <button class="btn main" ?disabled=${!ready} @click=${() => void app.goOn(kept)}>${goOnWords(kept)}</button>
      <button class="btn" ?disabled=${!ready} @click=${() => void app.startOver(kept)}>Start over</button>
      <button class="btn" @click=${() => void app.letGo(kept)}>Forget it</button>
    </div>
  </div>`;
}
