/** Settings that were changed while runs go on: applied to new runs, or put back. */
import { pendingChanges } from "../state/pending.ts";
import type { TaskContext } from "./tasks.ts";

/** @param runs starts and stops what is ticked */
export function applyTasks(
  { store }: Pick<TaskContext, "store">,
  runs: { run(): Promise<void>; stop(): Promise<void> },
) {
  const { dispatch, get } = store;

  /** Resolves when nothing goes on any more. */
  function idle(): Promise<void> {
    return new Promise((resolve) => {
      if (!get().queue) return resolve();
      const end = store.subscribe((state) => {
        if (state.queue) return;
        end();
        resolve();
      });
    });
  }

  return {
    /** Ends the run going on, keeps what it computed, and runs what is ticked with the settings as they are now. */
    async applyAsNew(): Promise<void> {
      if (!pendingChanges(get())) return;
      await runs.stop();
      await idle();
      await runs.run();
    },
    /** The settings that the runs going on started with. */
    putBack(): void {
      const { queue } = get();
      if (!queue?.spec) return;
      dispatch({ type: "spec", spec: queue.spec });
      dispatch({ type: "strategies", strategies: queue.strategies });
    },
  };
}
