/** Runs: starting all ticked strategies one after the other, steering them, and going on with what broke off. */
import { problemOf } from "../../base/errors.ts";
import type { Digest } from "../../experiment/digest.ts";
import type { RunRecord } from "../../experiment/events.ts";
import type { Spec } from "../../experiment/spec.ts";
import type { KeptState, PreparingStage, RunOptions } from "../../worker/api.ts";
import { newRun, type RunView } from "../state/run_view.ts";
import { canRun, currentDataset, goingRun } from "../state/select.ts";
import { specForDataset, specForStrategy } from "../state/spec_for.ts";
import type { Queue } from "../state/state.ts";
import { runFollower } from "./run_follow.ts";
import { storedRunTasks } from "./stored_run_tasks.ts";
import type { TaskContext } from "./tasks.ts";
import type { Undo } from "./undo.ts";

/** Milliseconds after which a worker that was ended has let go of its run. */
const RELEASED = 1500;

export function runTasks(context: TaskContext, undo: Undo, afterRatio: (run: string | null) => void) {
  const { engine, store } = context;
  const { dispatch, get } = store;
  const follow = runFollower(context, { afterRatio, afterFailure: refreshKept });
  let serial = 0;
  let stopping = false;

  const begun = (spec: Spec, datasetHash: string, only: PreparingStage | null = null): RunView =>
    newRun(`going-${++serial}`, spec, datasetHash, new Date().toISOString(), only);

  /** Lets `work` have the engine, with nothing queued before or after. */
  async function exclusively<T>(work: () => Promise<T>): Promise<T> {
    stopping = false;
    dispatch({ type: "run-problem", problem: null });
    try {
      return await work();
    } finally {
      dispatch({ type: "queue", queue: null });
    }
  }

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
    const spec = specForDataset(get().spec, dataset);
    const queue = { strategies: [spec.train.strategy], at: 0 };
    await exclusively(() =>
      follow(begun(spec, dataset.hash, stage), queue, (onEvent) =>
        engine.runStage(spec, stage, onEvent, options.paused),
      ),
    );
  }

  /** Goes on with a run that broke off, then with the strategies that were to follow it. */
  async function goOn({ run: id, rest, datasetHash }: KeptState): Promise<void> {
    if (get().queue) return;
    try {
      await exclusively(async () => {
        const spec = await engine.keptSpec(id);
        if (!spec) return;
        dispatch({ type: "run-removed", id });
        const strategies = [spec.train.strategy, ...rest];
        const record = await follow(begun(spec, datasetHash), { strategies, at: 0 }, (onEvent) =>
          engine.goOn(id, onEvent),
        );
        let goes = record?.outcome === "done" && !stopping;
        for (let at = 1; goes && at < strategies.length; at++) {
          const next = specForStrategy(spec, strategies[at]!);
          goes =
            (await runSpec(next, datasetHash, { queue: { strategies, at } }))?.outcome === "done" &&
            !stopping;
        }
      });
    } catch (thrown) {
      dispatch({ type: "run-problem", problem: problemOf(thrown) });
    } finally {
      await refreshKept();
    }
  }

  /** Runs what a link describes, beside the settings of the page. @returns null when it did not end by itself */
  async function runLinked(spec: Spec, datasetHash: string, expected?: Digest): Promise<RunRecord | null> {
    if (get().queue) return null;
    const queue = { strategies: [spec.train.strategy], at: 0 };
    return exclusively(() => runSpec(spec, datasetHash, { queue, ...(expected && { expected }) }));
  }

  /** @param options.paused stop before the first training step and wait there */
  async function run(options: { paused?: boolean } = {}): Promise<void> {
    const { strategies, queue } = get();
    const dataset = currentDataset(get());
    if (queue || strategies.length === 0 || !dataset || !canRun(get())) return;
    // Settings changed from now on are those of the next go: no go is a mixture.
    const base = specForDataset(get().spec, dataset);
    dispatch({ type: "toast", text: null });
    await exclusively(async () => {
      for (let at = 0; at < strategies.length; at++) {
        const record = await runSpec(specForStrategy(base, strategies[at]!), dataset.hash, {
          queue: { strategies, at, spec: base },
          waits: options.paused === true && at === 0,
        });
        if (record === null || record.outcome === "stopped" || stopping) break;
      }
    });
  }

  return {
    ...storedRunTasks(context, undo),
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
  };
}
