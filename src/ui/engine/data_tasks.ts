/** Datasets: listing, choosing one, saying which source is the target. */

import { problemOf } from "../../base/errors.ts";
import type { DatasetSummary } from "../../worker/api.ts";
import type { RowTasks } from "./row_tasks.ts";
import type { TaskContext } from "./tasks.ts";
import { recordName, type Undo } from "./undo.ts";

export function dataTasks({ engine, store }: TaskContext, undo: Undo, { loadRows }: RowTasks) {
  const { dispatch, get } = store;

  async function refreshDatasets(wanted?: string): Promise<void> {
    const datasets = await engine.datasets();
    dispatch({ type: "datasets", datasets, ...(wanted !== undefined && { wanted }) });
  }

  async function useDataset(hash: string): Promise<void> {
    dispatch({ type: "use-dataset", hash });
    await loadRows();
  }

  /** Changes who the target is; estimates made before no longer speak of this dataset. */
  async function changeTarget(change: Promise<DatasetSummary>): Promise<void> {
    try {
      const dataset = await change;
      await refreshDatasets(dataset.hash);
      await loadRows();
    } catch (thrown) {
      dispatch({ type: "import-failed", failure: { problem: problemOf(thrown), problems: [] } });
    }
  }

  return {
    refreshDatasets,
    useDataset,
    setTarget: (hash: string, target: number) => changeTarget(engine.setTarget(hash, target)),
    preferredIsTarget: (hash: string) => changeTarget(engine.preferredIsTarget(hash)),
    /** Takes a dataset out of the list; a little later out of the storage, unless that is undone. */
    deleteDataset(hash: string): void {
      const before = get().datasets;
      const gone = before.find((one) => one.hash === hash);
      if (!gone) return;
      const show = async (datasets: readonly DatasetSummary[], wanted?: string): Promise<void> => {
        dispatch({ type: "datasets", datasets, ...(wanted !== undefined && { wanted }) });
        await loadRows();
      };
      const inUse = get().dataset === hash;
      undo.later(
        `${gone.name} deleted.`,
        () => engine.deleteDataset(hash),
        () => void show([...get().datasets, gone], inUse ? hash : undefined),
        recordName({ kind: "dataset", id: hash }),
      );
      void show(before.filter((one) => one.hash !== hash));
    },
  };
}
