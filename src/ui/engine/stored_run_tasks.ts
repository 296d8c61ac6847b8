/** Runs that are stored: read when they are to be shown, and deleted so that it can be taken back. */
import { nameOf } from "../names.ts";
import { isGoing } from "../state/run_view.ts";
import { chartRuns } from "../state/select.ts";
import type { TaskContext } from "./tasks.ts";
import { recordName, type Undo } from "./undo.ts";

/** Stored runs whose records are read at once; the others when they are shown. */
const NEWEST = 12;

export function storedRunTasks({ engine, store: { dispatch, get } }: TaskContext, undo: Undo) {
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
    loadShown,
    loadRecord,
    async refreshRuns(): Promise<void> {
      dispatch({ type: "runs", runs: await engine.runs() });
      await loadShown();
    },
    deleteRun(id: string): void {
      const gone = get().runs.find((one) => one.id === id);
      if (!gone || isGoing(gone)) return;
      dispatch({ type: "run-removed", id });
      undo.later(
        `${nameOf(gone.strategy)} run deleted.`,
        () => engine.deleteRun(id),
        () => dispatch({ type: "run-restored", run: gone }),
        recordName({ kind: "run", id }),
      );
      void loadShown();
    },
  };
}
