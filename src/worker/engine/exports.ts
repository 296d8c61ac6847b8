/** What leaves the page as files. */
import type { Dataset } from "../../data/dataset.ts";
import type { ExportApi } from "../api.ts";
import type { Core } from "./core.ts";
import type { ExportedRun } from "./export_files.ts";

export function exportCalls({ store, shelf }: Core): ExportApi {
  /** Readers and writers of files are a good part of the engine; they come when somebody asks for one. */
  const writers = () => import("./export_files.ts");

  /** The dataset of an export. Built-in data is made again from the run's spec. */
  const datasetOf = async (hash: string, run: ExportedRun | null): Promise<Dataset> => {
    if (run) shelf.builtin(run.record.spec);
    return shelf.find(hash);
  };

  return {
    async exportDataset(hash, id, format) {
      const { datasetFile, storedRun } = await writers();
      const records = await store();
      const run = id === null ? null : await storedRun(records, id);
      return datasetFile(await datasetOf(hash, run), run, format, records);
    },
    async exportTrl(id) {
      const { storedRun, trlFiles } = await writers();
      const run = await storedRun(await store(), id);
      return trlFiles(await datasetOf(run.record.datasetHash, run), run);
    },
  };
}
