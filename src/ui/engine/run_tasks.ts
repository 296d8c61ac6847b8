/** Runs: starting all ticked strategies one after the other, steering them, and looking after those stored. */

import { problemOf } from "../../base/errors.ts";
import type { Digest } from "../../experiment/digest.ts";
import type { RunEvent, RunRecord } from "../../experiment/events.ts";
import type { Spec } from "../../experiment/spec.ts";
import type { KeptState, PreparingStage, RunOptions } from "../../worker/api.ts";
import { nameOf } from "../names.ts";
import { isGoing, newRun, type RunView } from "../state/run_view.ts";
import { canRun, chartRuns, currentDataset, goingRun } from "../state/select.ts";
import { specForDataset, specForStrategy } from "../state/spec_for.ts";
import type { Queue } from "../state/state.ts";
import { ALONE_WORDS, fractionDone } from "../text.ts";
import type { TaskContext } from "./tasks.ts";
import type { Undo } from "./undo.ts";

/** Milliseconds between redraws while training; slower for people who asked for less motion. */
const REDRAW = matchMedia("(prefers-reduced-motion: reduce)").matches ? 250 : 100;
/** Milliseconds after which a worker that was ended has let go of its run. */
const RELEASED = 1500;
/** Stored runs whose records are read at once; the others when they are shown. */
const NEWEST = 12;

export function runTasks(
  { engine, store }: TaskContext,
  undo: Undo,
  afterRatio: (run: string | null) => void,
) {
  const { dispatch, get } = store;
  let serial = 0;
  let stopping = false;

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
      if (events.some((event) => event.kind === "ratio")) afterRatio(null);
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

  /** @returns whether the next strategy may start */
  async function runOne(
    base: Spec,
    dataset: string,
    strategies: readonly string[],
    at: number,
    waits: boolean,
  ): Promise<boolean> {
    const spec = specForStrategy(base, strategies[at]!);
    const record = await runSpec(spec, dataset, { queue: { strategies, at, spec: base }, waits });
    return record !== null && record.outcome !== "stopped" && !stopping;
  }

  /**
   * Shows a run from its first event to its record.
   * @param start asks the engine for it
   * @returns null when it never began or broke off; the problem is shown then
   */
  async function follow(
    run: RunView,
    queue: Queue,
    start: (onEvent: (event: RunEvent) => void) => Promise<RunRecord>,
  ): Promise<RunRecord | null> {
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
        await refreshKept();
      }
      afterRatio(run.only === null ? record.id : null);
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
  }

  const begun = (spec: Spec, datasetHash: string, only: PreparingStage | null = null): RunView =>
    newRun(`going-${++serial}`, spec, datasetHash, new Date().toISOString(), only);

  /**
   * Runs exactly this spec.
   * @param how.waits pause before the first training step
   * @param how.expected what the link it comes from promises
   * @returns null when it never began or broke off; the problem is shown then
   */
  function runSpec(
    spec: Spec,
    datasetHash: string,
    { queue, waits = false, expected }: { queue: Queue; waits?: boolean; expected?: Digest },
  ): Promise<RunRecord | null> {
    const options: RunOptions = {
      rest: queue.strategies.slice(queue.at + 1),
      ...(expected && { expected }),
      ...(waits && { waitsBefore: "train" }),
    };
    return follow(begun(spec, datasetHash), queue, (onEvent) => engine.run(spec, onEvent, options));
  }

  async function refreshKept(): Promise<void> {
    dispatch({ type: "kept", kept: await engine.keptStates() });
  }

  /** Looks for what broke off, twice: a worker or a tab that has just gone may still hold its run for a moment. */
  async function findKept(): Promise<void> {
    await refreshKept();
    setTimeout(() => {
      if (!get().queue) refreshKept().catch(() => {}); // the worker may be gone again
    }, RELEASED);
  }

  /** Does one stage by itself. @param options.paused stop before its first step and wait there */
  async function runStage(stage: PreparingStage, options: { paused?: boolean } = {}): Promise<void> {
    const dataset = currentDataset(get());
    if (get().queue || !dataset || get().engine !== "ready") return;
    stopping = false;
    dispatch({ type: "run-problem", problem: null });
    const spec = specForDataset(get().spec, dataset);
    const queue = { strategies: [spec.train.strategy], at: 0 };
    try {
      await follow(begun(spec, dataset.hash, stage), queue, (onEvent) =>
        engine.runStage(spec, stage, onEvent, options.paused),
      );
    } finally {
      dispatch({ type: "queue", queue: null });
    }
  }

  /** Goes on with a run that broke off, then with the strategies that were to follow it. */
  async function goOn({ run: id, rest, datasetHash }: KeptState): Promise<void> {
    if (get().queue) return;
    stopping = false;
    dispatch({ type: "run-problem", problem: null });
    try {
      const spec = await engine.keptSpec(id);
      if (!spec) return;
      dispatch({ type: "run-removed", id });
      const strategies = [spec.train.strategy, ...rest];
      const record = await follow(begun(spec, datasetHash), { strategies, at: 0 }, (onEvent) =>
        engine.goOn(id, onEvent),
      );
      let goes = record?.outcome === "done" && !stopping;
      for (let at = 1; goes && at < strategies.length; at++) {
        const next = await runSpec(specForStrategy(spec, strategies[at]!), datasetHash, {
          queue: { strategies, at },
        });
        goes = next?.outcome === "done" && !stopping;
      }
    } catch (thrown) {
      dispatch({ type: "run-problem", problem: problemOf(thrown) });
    } finally {
      dispatch({ type: "queue", queue: null });
      await refreshKept();
    }
  }

  /** Runs what a link describes, beside the settings of the page. @returns null when it did not end by itself */
  async function runLinked(spec: Spec, datasetHash: string, expected?: Digest): Promise<RunRecord | null> {
    if (get().queue) return null;
    stopping = false;
    try {
      const queue = { strategies: [spec.train.strategy], at: 0 };
      return await runSpec(spec, datasetHash, { queue, ...(expected && { expected }) });
    } finally {
      dispatch({ type: "queue", queue: null });
    }
  }

  /** @param options.paused stop before the first training step and wait there */
  async function run(options: { paused?: boolean } = {}): Promise<void> {
    const { strategies, queue } = get();
    const dataset = currentDataset(get());
    if (queue || strategies.length === 0 || !dataset || !canRun(get())) return;
    // Settings changed from now on are those of the next go: no go is a mixture.
    const base = specForDataset(get().spec, dataset);
    stopping = false;
    dispatch({ type: "toast", text: null });
    try {
      for (let at = 0; at < strategies.length; at++) {
        if (!(await runOne(base, dataset.hash, strategies, at, options.paused === true && at === 0))) break;
      }
    } finally {
      dispatch({ type: "queue", queue: null });
    }
  }

  async function loadRecord(id: string): Promise<void> {
    const record = await engine.runRecord(id);
    if (record) dispatch({ type: "run-record", record });
  }

  /** Reads the records of runs known by summary only: those in the charts, and the newest. */
  async function loadShown(): Promise<void> {
    const { runs } = get();
    const wanted = new Set([...chartRuns(get()), ...runs.slice(-NEWEST)]);
    for (const one of wanted) if (!one.loaded) await loadRecord(one.id);
  }

  return {
    run,
    runLinked,
    runStage,
    goOn,
    findKept,
    /** Forgets the state of a run that broke off. */
    async letGo({ run: id }: KeptState): Promise<void> {
      await engine.letGo(id);
      await refreshKept();
    },
    /** Runs again what broke off, from its beginning, and forgets the state. */
    async startOver(kept: KeptState): Promise<void> {
      const spec = await engine.keptSpec(kept.run);
      await engine.letGo(kept.run);
      await refreshKept();
      if (spec) await runLinked(spec, kept.datasetHash);
    },
    pause: () => engine.pause(),
    resume: () => engine.resume(),
    stop(): Promise<void> {
      stopping = true;
      return engine.stop();
    },
    /** One step: of the run going on, or the first of a new one. */
    async step(): Promise<void> {
      const going = goingRun(get());
      if (!going && get().stage === "ratio") void runStage("ratio", { paused: true });
      else if (!going) void run({ paused: true });
      else if (going.status === "running") await engine.pause();
      else await engine.step();
    },
    async refreshRuns(): Promise<void> {
      dispatch({ type: "runs", runs: await engine.runs() });
      await loadShown();
    },
    loadShown,
    loadRecord,
    deleteRun(id: string): void {
      const gone = get().runs.find((one) => one.id === id);
      if (!gone || isGoing(gone)) return;
      dispatch({ type: "run-removed", id });
      undo.later(
        `${nameOf(gone.strategy)} run deleted.`,
        () => void engine.deleteRun(id),
        () => dispatch({ type: "run-restored", run: gone }),
      );
      void loadShown();
    },
  };
}
