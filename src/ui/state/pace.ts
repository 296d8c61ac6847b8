/** How fast the stage going on is, measured over the last few seconds. */
import type { Stage } from "../../experiment/events.ts";
import type { RunView } from "./run_view.ts";

/** A moment: how much of a stage was done at a time in milliseconds. */
export interface Moment {
  readonly stage: Stage;
  readonly done: number;
  readonly at: number;
}

const WINDOW_MS = 5000;

/** The moments still worth keeping, with the newest added. A pause or a new stage starts over. */
export function addMoment(moments: readonly Moment[], next: Moment): readonly Moment[] {
  const same = moments.filter((one) => one.stage === next.stage && next.at - one.at <= WINDOW_MS);
  return [...same, next];
}

/** Tokens that the policy read per second of training, over the same moments; null until two of them tell. */
export function tokensPerSecond(run: Pick<RunView, "moments" | "train">): number | null {
  const [first, last] = [run.moments[0], run.moments.at(-1)];
  if (!first || !last || last.stage !== "train" || last.at - first.at < 200) return null;
  const read = (done: number): number | undefined =>
    run.train.findLast(({ step }) => step <= done)?.values.num_tokens;
  const [from, to] = [read(first.done), read(last.done)];
  return from === undefined || to === undefined || to <= from
    ? null
    : ((to - from) * 1000) / (last.at - first.at);
}

/** Units per second and seconds left in the stage; null until two moments tell. */
export function paceOf(run: Pick<RunView, "moments" | "progress">): {
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
} {
  const first = run.moments[0];
  const last = run.moments.at(-1);
  const none = { perSecond: null, secondsLeft: null };
  if (!first || !last || !run.progress || last.stage !== run.progress.stage) return none;
  const seconds = (last.at - first.at) / 1000;
  const done = last.done - first.done;
  if (seconds < 0.2 || done <= 0) return none;
  const perSecond = done / seconds;
  return { perSecond, secondsLeft: Math.max(0, run.progress.of - run.progress.done) / perSecond };
}
