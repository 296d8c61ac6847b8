/** Said while runs go on and settings were changed: they keep theirs; the new ones make a new run. */
import { html, nothing, type TemplateResult } from "lit";
import type { App } from "../engine/app.ts";
import { pendingChanges } from "../state/pending.ts";
import type { State } from "../state/state.ts";
import { integer } from "../text.ts";

/** Changes spelled out; more are counted. */
const SPELLED = 4;
const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

export function changeNotice(app: App, state: State): TemplateResult | typeof nothing {
  const pending = pendingChanges(state);
  if (!pending) return nothing;
  const { changes } = pending;
  const spelled = changes.slice(0, SPELLED);
  const more = changes.length - spelled.length;
  const many = (state.queue?.strategies.length ?? 1) > 1;
  return html`<div class="pending" role="status">
    <p>
      ${spelled.map(
        ({ label, before, after }, i) =>
          html`${i > 0 ? "; " : nothing}<b>${label}</b> ${i === 0 ? "changed, " : ""}${before} → ${after}`,
      )}${more > 0 ? `; ${integer(more)} more` : nothing}.
      ${many ? "The runs in progress keep what they started with." : "The run in progress keeps what it started with."}
    </p>
    <span class="acts">
      <button class="btn" aria-keyshortcuts="Control+Enter Meta+Enter" @click=${() => app.applyAsNew()}>
        Apply as new run <kbd>${APPLE ? "⌘" : "Ctrl"} ⏎</kbd>
      </button>
      <button class="link" @click=${() => app.putBack()}>Put back</button>
    </span>
    <p class="small dim">It ends ${many ? "those" : "the one"} in progress, keeps what was computed, and starts anew.</p>
  </div>`;
}
