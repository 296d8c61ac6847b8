/** Running the open stage by itself, and what came of it where no chart shows that. */
import { html, nothing, type TemplateResult } from "lit";
import type { PreparingStage } from "../../worker/api.ts";
import type { App } from "../engine/app.ts";
import * as icons from "../icons.ts";
import { canRun, chartRuns, currentDataset, goingRun, ratioRun } from "../state/select.ts";
import type { StageId, State } from "../state/state.ts";
import { fixed, integer } from "../text.ts";
import { isStale } from "./rail_segments.ts";

const ALONE: Readonly<
  Partial<Record<StageId, { readonly stage: PreparingStage; readonly words: string; readonly title: string }>>
> = {
  data: {
    stage: "data",
    words: "Split and count",
    title: "Splits the rows, makes the tokens and counts them; trains nothing.",
  },
  ratio: {
    stage: "ratio",
    words: "Run this stage only",
    title: "Estimates the ratio and stops. A run with these settings starts from it. S takes one step.",
  },
  policy: {
    stage: "sft",
    words: "Reference only",
    title: "Fine-tunes the reference and stops. A run with these settings starts from it.",
  },
};

export function aloneButton(app: App, state: State): TemplateResult | typeof nothing {
  const alone = ALONE[state.stage];
  if (!alone) return nothing;
  const dataset = currentDataset(state);
  const can =
    state.queue === null &&
    state.engine === "ready" &&
    dataset !== null &&
    !state.importing &&
    (alone.stage !== "ratio" || dataset.target >= 0) &&
    (alone.stage !== "sft" || state.spec.sft.steps > 0);
  const whole = html`<button class="btn" title=${alone.title} ?disabled=${!can} @click=${() => void app.runStage(alone.stage)}>
    ${alone.words}
  </button>`;
  if (alone.stage !== "sft") return whole;
  return html`<span class="group">
    ${whole}
    <button class="btn icon" aria-label="One step of the reference" title="One step of the reference; Space goes on" ?disabled=${!can}
      @click=${() => void app.runStage("sft", { paused: true })}>${icons.step}</button>
  </span>`;
}

/** That the runs in sight were made with other settings of the stages before. */
export function staleNote(app: App, state: State): TemplateResult | typeof nothing {
  const shown = state.stage === "ratio" ? [ratioRun(state)] : chartRuns(state);
  const old = state.stage !== "data" && state.queue === null && isStale(shown, state.spec);
  if (!old) return nothing;
  const words =
    state.stage === "ratio"
      ? "Settings changed after this ratio was estimated."
      : "Data or ratio changed after these runs. They used the old h.";
  const again = (): void => void (state.stage === "ratio" ? app.runStage("ratio") : app.run());
  return html`<p class="small aside stale">
    ${words} <button class="link" ?disabled=${!canRun(state)} @click=${again}>run again</button>
  </p>`;
}

/** The fine-tuning of a reference, in a line. */
export function aloneResult(state: State): TemplateResult | typeof nothing {
  const going = goingRun(state);
  const run = going?.only === "sft" ? going : state.alone.sft;
  const [first, last] = [run?.sft[0], run?.sft.at(-1)];
  if (state.stage !== "policy" || !run || !first || !last) return nothing;
  return html`<p class="small aside" role=${going ? nothing : "status"}>
    <b>Reference.</b> ${integer(last.step)} of ${integer(run.spec?.sft.steps ?? last.step)} steps, loss
    ${fixed(first.values.loss, 3)} → <b>${fixed(last.values.loss, 3)}</b> nats per token.
    ${going ? nothing : "A run with these settings starts from it."}
  </p>`;
}
