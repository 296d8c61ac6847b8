/** The controls of the Play view: play, step, reset, the one slider, what the colours mean. */
import { html, type TemplateResult } from "lit";
import * as icons from "../icons.ts";
import { fixed } from "../text.ts";
import { newestStep, shownFrame } from "./history.ts";
import { FIRST_SHIFT, MOST_SHIFT, type PlayModel, type PlayState, shiftOf } from "./model.ts";

export function deck(play: PlayState, model: PlayModel): TemplateResult {
  const steps = play.opened?.steps ?? 300;
  const step = shownFrame(play.history)?.step ?? 0;
  const shift = shiftOf(play.changes);
  const end = play.opened !== null && newestStep(play.history) >= steps;
  return html`<div class="deck">
    <div class="transport" role="group" aria-label="Training">
      <button class="btn main big" title=${play.playing ? "Pause training (Space)" : "Train the four policies (Space)"} aria-keyshortcuts="Space" ?disabled=${!play.opened} @click=${() => model.toggle()}>
        ${play.playing ? icons.pause : icons.play}${play.playing ? "Pause" : end ? "Play again" : "Play"}
      </button>
      <span class="group">
        <button class="btn icon" aria-label="One step" title="One step (S)" aria-keyshortcuts="S" ?disabled=${!play.opened || end} @click=${() => model.step()}>${icons.step}</button>
        <button class="btn icon" aria-label="Reset to the same seed" title="Reset to the same seed (R)" aria-keyshortcuts="R" ?disabled=${!play.opened} @click=${() => model.reset()}>${icons.reset}</button>
      </span>
      <span class="count"><span class="what">training </span>step <b>${step}</b><span class="of"> of ${steps}</span></span>
    </div>
    <div class="scale">
      <label for="shift">Shift strength</label>
      <div class="ruler">
        <input id="shift" type="range" min="0" max=${MOST_SHIFT} step="0.05" .value=${String(shift)}
          aria-valuetext="shift ${fixed(shift, 2)}: how far the synthetic source A stands from people"
          @input=${(event: Event) => model.change({ "data.shift": Number((event.currentTarget as HTMLInputElement).value) })}
          @dblclick=${() => model.change({ "data.shift": FIRST_SHIFT })} />
        <div class="ticks" aria-hidden="true"><span>0</span><span>0.5</span><span>1</span><span>1.5</span></div>
      </div>
      <output for="shift">${fixed(shift, 2)}</output>
    </div>
    <div class="heatkey" aria-hidden="true">
      <span class="steps">${[1, 2, 3, 4, 5].map((i) => html`<i class="heat-${i}"></i>`)}</span><span>policy density, one scale for all four</span>
      <svg viewBox="0 0 80 9"><path class="c-h" d="M0 4.5H24"/><path class="c-a" d="M29 4.5H52"/><path class="c-b" d="M58 4.5H80"/></svg><span>each line holds 50 % or 90 % of a source</span>
    </div>
    <a class="btn" href="#/workbench">Open the workbench</a>
  </div>`;
}
