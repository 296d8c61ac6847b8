/** Run, pause, step, stop; how far, how fast, how long still. */
import { html, nothing, type TemplateResult } from "lit";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import * as icons from "../icons.ts";
import { nameOf } from "../names.ts";
import { paceOf, tokensPerSecond } from "../state/pace.ts";
import type { RunView } from "../state/run_view.ts";
import type { Queue } from "../state/state.ts";
import { ALONE_WORDS, count, duration, fixed, fractionDone, integer, STAGE_WORDS } from "../text.ts";

class TiltTransport extends TiltElement {
  static override properties = {
    app: {},
    run: {},
    queue: {},
    strategies: {},
    plan: {},
    ready: { type: Boolean },
  };
  declare app: App;
  /** The run going on, if there is one. */
  declare run: RunView | null;
  declare queue: Queue | null;
  declare strategies: readonly string[];
  /** What a run would do, in a few words. */
  declare plan: string;
  /** Whether a run could start: engine and data are there. */
  declare ready: boolean;

  override render() {
    const { app, run, queue, ready } = this;
    const going = queue !== null;
    const paused = run?.status === "paused";
    const can = ready && (going || this.strategies.length > 0);
    const [word, icon] = !going
      ? [this.#runWord(), icons.play]
      : paused
        ? ["Resume", icons.play]
        : ["Pause", icons.pause];
    return html`<div class="transport" role="group" aria-label="Run">
      <button class="btn main" aria-keyshortcuts="Space" ?disabled=${!can} @click=${() => app.playOrPause()}>
        ${icon}${word}
      </button>
      <span class="group">
        <button class="btn icon" aria-label="One step" title="One step (S)" aria-keyshortcuts="S" ?disabled=${!can} @click=${() => app.step()}>
          ${icons.step}
        </button>
        <button class="btn icon" aria-label="Stop and keep" title="Stop and keep" ?disabled=${!going} @click=${() => app.stop()}>
          ${icons.stop}
        </button>
      </span>
      ${queue ? (run ? this.#pace(run, queue) : html`<div class="pace"></div>`) : this.#rest(can)}
    </div>`;
  }

  #runWord(): string {
    const { strategies } = this;
    if (strategies.length === 1) return `Run ${nameOf(strategies[0]!)}`;
    return strategies.length === 0 ? "Run" : `Run ${count(strategies.length, "strategy", "strategies")}`;
  }

  #pace(run: RunView, queue: Queue) {
    const { progress } = run;
    const { perSecond, secondsLeft } = paceOf(run);
    const tokens = tokensPerSecond(run);
    const many = queue.strategies.length > 1 ? `, run ${queue.at + 1} of ${queue.strategies.length}` : "";
    const steps = progress?.stage === "train" || progress?.stage === "sft";
    const told =
      perSecond && run.status !== "paused"
        ? `${steps ? `${fixed(perSecond, perSecond < 10 ? 1 : 0)} steps/s, ` : ""}${tokens === null ? "" : `${integer(tokens)} tokens/s, `}${duration(secondsLeft ?? Number.NaN)} left in this stage`
        : run.status === "paused"
          ? "Space goes on, S takes one step"
          : progress?.note || "measuring the pace";
    return html`<div class="pace">
      <p class="line">
        <b>${run.only ? ALONE_WORDS[run.only] : nameOf(run.strategy)}</b>${many}:
        ${
          progress
            ? html`${STAGE_WORDS[progress.stage]}${progress.of > 1 ? html`, <b>${integer(progress.done)}</b> of ${integer(progress.of)}` : nothing}`
            : "starting"
        }${run.status === "paused" ? ", paused" : nothing}
      </p>
      <p class="line">${told}</p>
      <progress max="1" .value=${fractionDone(run)} aria-label="Progress of this run"></progress>
    </div>`;
  }

  /** In the place of the pace, so that nothing moves when a run begins or ends. */
  #rest(can: boolean): TemplateResult {
    return html`<div class="pace idle">
      <p class="line">${can ? this.plan : nothing}</p>
      <p class="line">${can ? "Space starts, S takes one step." : nothing}</p>
    </div>`;
  }
}

customElements.define("tilt-transport", TiltTransport);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-transport": TiltTransport;
  }
}
