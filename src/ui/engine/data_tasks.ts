/** Datasets: listing, reading files, saying which source is the target, reading rows. */

import { problemOf } from "../../base/errors.ts";
import type {
  DatasetSummary,
  ImportOutcome,
  ImportProgress,
  Mapping,
  Peek,
  RowQuery,
} from "../../worker/api.ts";
import { count } from "../text.ts";
import type { TaskContext } from "./tasks.ts";

export function dataTasks({ engine, store }: TaskContext) {
  const { dispatch, get } = store;
  /** Only the newest answer counts: pages asked for in a hurry may arrive out of order. */
  let asked = 0;

  async function refreshDatasets(wanted?: string): Promise<void> {
    const datasets = await engine.datasets();
    dispatch({ type: "datasets", datasets, ...(wanted !== undefined && { wanted }) });
  }

  async function loadRows(query: Partial<RowQuery> = {}): Promise<void> {
    dispatch({ type: "query", query });
    const { dataset, query: full } = get();
    if (dataset === null) return;
    const mine = ++asked;
    try {
      const page = await engine.rows(dataset, full);
      if (mine === asked) dispatch({ type: "page", page });
    } catch (thrown) {
      if (mine === asked) dispatch({ type: "rows-failed", problem: problemOf(thrown) });
    }
  }

  async function useDataset(hash: string): Promise<void> {
    dispatch({ type: "use-dataset", hash });
    await loadRows();
  }

  /** Files that no known format fits, kept for naming their columns by hand. */
  let refused: readonly File[] = [];

  /** Shows progress while `read` reads `files`, then the dataset, or what went wrong. */
  async function importWith(
    files: readonly File[],
    read: (onProgress: (progress: ImportProgress) => void) => Promise<ImportOutcome>,
  ): Promise<void> {
    if (files.length === 0 || get().importing) return;
    dispatch({ type: "stage", stage: "data" });
    dispatch({ type: "row", row: null });
    dispatch({ type: "import-failed", failure: null });
    const ofBytes = files.reduce((sum, file) => sum + file.size, 0);
    dispatch({ type: "import-progress", progress: { file: files[0]!.name, bytes: 0, ofBytes, rows: 0 } });
    try {
      const outcome = await read((progress) => {
        if (get().importing) dispatch({ type: "import-progress", progress });
      });
      if (outcome.ok) {
        await refreshDatasets(outcome.dataset.hash);
        await useDataset(outcome.dataset.hash);
        const { name, groups, rowsLeftOut } = outcome.dataset;
        dispatch({ type: "say", text: `${name}: ${count(groups, "row")} kept, ${rowsLeftOut} left out.` });
      } else {
        refused = files;
        const { problem, problems } = outcome;
        dispatch({ type: "import-failed", failure: { problem, problems, peek: await peekInto(files) } });
      }
    } catch (thrown) {
      fail(thrown);
    } finally {
      dispatch({ type: "import-progress", progress: null });
    }
  }

  /** The columns of files in no known format; null when there are none to name. */
  async function peekInto(files: readonly File[]): Promise<Peek | null> {
    const peek = await engine.peek(files).catch(() => null);
    return peek?.guess && peek.guess.format === null && peek.columns.length >= 2 ? peek : null;
  }

  function fail(thrown: unknown): void {
    dispatch({ type: "import-failed", failure: { problem: problemOf(thrown), problems: [], peek: null } });
  }

  /** Changes who the target is; estimates made before no longer speak of this dataset. */
  async function changeTarget(change: Promise<DatasetSummary>): Promise<void> {
    try {
      const dataset = await change;
      await refreshDatasets(dataset.hash);
      await loadRows();
    } catch (thrown) {
      fail(thrown);
    }
  }

  return {
    refreshDatasets,
    loadRows,
    useDataset,
    importFiles: (files: readonly File[]) =>
      importWith(files, (onProgress) => engine.importFiles(files, onProgress)),
    /** Reads the files just refused, with their columns named. */
    readMapped: (mapping: Mapping) =>
      importWith(refused, (onProgress) => engine.importMapped(refused, mapping, onProgress)),
    cancelImport: () => engine.cancelImport(),
    setTarget: (hash: string, target: number) => changeTarget(engine.setTarget(hash, target)),
    preferredIsTarget: (hash: string) => changeTarget(engine.preferredIsTarget(hash)),
    async deleteDataset(hash: string): Promise<void> {
      await engine.deleteDataset(hash);
      await refreshDatasets();
      await loadRows();
    },
  };
}
