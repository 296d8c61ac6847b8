/** One run, shown from its first event to its record. */
import { problemOf } from "../../base/errors.ts";
import type { RunEvent, RunRecord } from "../../experiment/events.ts";
import { nameOf } from "../names.ts";
import type { RunView } from "../state/run_view.ts";
import type { Queue } from "../state/state.ts";
import { ALONE_WORDS, fractionDone } from "../text.ts";
import type { TaskContext } from "./tasks.ts";

/** Milliseconds between redraws while training; slower for people who asked for less motion. */
const REDRAW = matchMedia("(prefers-reduced-motion: reduce)").matches ? 250 : 100;

/** @param start asks the engine for the run @returns null when it never began or broke off; the problem is shown then */
export type Follow = (
  run: RunView,
  queue: Queue,
  start: (onEvent: (event: RunEvent) => void) => Promise<RunRecord>,
) => Promise<RunRecord | null>;

interface Told {
  /** The ratio of the run is known (null), or its record stands (its id). */
  afterRatio(run: string | null): void;
  /** The run failed, and may have left a state to go on from. */
  afterFailure(): Promise<void>;
}

export function runFollower({ engine, store: { dispatch, get } }: TaskContext, told: Told): Follow {
  /** Collects a run's events and hands them over a few times a second, so that drawing never slows training. */
  function collector(id: string): { push: (event: RunEvent) => void; flush: () => void } {
    let waiting: RunEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let tenths = 0;
    function flush(): void {
      clearTimeout(timer);
      timer = undefined;
      const events = waiting;
      waiting = [];
      if (events.length > 0) dispatch({ type: "run-events", id, events, at: performance.now() });
      const run = get().runs.find((one) => one.id === id);
      const now = run ? Math.floor(10 * fractionDone(run)) : 0;
      if (run && now > tenths) {
        tenths = now;
        dispatch({ type: "say", text: `${nameOf(run.strategy)}: ${10 * now} %.` });
      }
      if (events.some((event) => event.kind === "ratio")) told.afterRatio(null);
    }
    return {
      push(event) {
        waiting.push(event);
        timer ??= setTimeout(flush, REDRAW);
      },
      flush,
    };
  }

  /** A failed run may have lost its device: the lamp then shows what the engine computes on now. */
  async function lookAtDevice(): Promise<void> {
    try {
      dispatch({ type: "engine", engine: "ready", environment: await engine.open() });
    } catch {
      dispatch({ type: "engine", engine: "broken" });
    }
  }

  return async (run, queue, start) => {
    const { id } = run;
    const name = run.only ? ALONE_WORDS[run.only] : nameOf(run.strategy);
    dispatch({ type: "run-started", run, queue });
    const events = collector(id);
    try {
      const record = await start(events.push);
      events.flush();
      dispatch({ type: "run-ended", id, record });
      dispatch({ type: "say", text: `${name}: ${record.outcome}.` });
      if (record.problem) {
        dispatch({ type: "run-problem", problem: record.problem });
        await lookAtDevice();
        await told.afterFailure();
      }
      told.afterRatio(run.only === null ? record.id : null);
      return record;
    } catch (thrown) {
      events.flush();
      const problem = problemOf(thrown);
      const started = get().runs.find((one) => one.id === id)?.train.length;
      if (started) dispatch({ type: "run-failed", id, problem });
      else dispatch({ type: "run-removed", id });
      dispatch({ type: "run-problem", problem });
      return null;
    }
  };
}
