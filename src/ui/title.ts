/** The tab's title: progress while something runs. */
import { nameOf } from "./names.ts";
import { goingRun } from "./state/select.ts";
import type { State } from "./state/state.ts";
import { ALONE_WORDS, fractionDone } from "./text.ts";

export function pageTitle(state: State): string {
  if (state.importing) return `Reading ${state.importing.file} · Tilt`;
  const run = goingRun(state);
  if (!run) return "Tilt";
  const done = run.status === "paused" ? "paused" : `${Math.floor(100 * fractionDone(run))} %`;
  return `${done} ${run.only ? ALONE_WORDS[run.only] : nameOf(run.strategy)} · Tilt`;
}
