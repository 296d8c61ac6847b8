/** Taking data and weights out of the page. */

import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { ExportedFile, ExportFormat } from "../../worker/api.ts";
import { saveFile } from "../save_file.ts";
import type { TaskContext } from "./tasks.ts";

export function exportTasks({ engine, store }: TaskContext) {
  /** @returns what went wrong, or null when the files are on their way */
  async function save(files: Promise<readonly ExportedFile[]>): Promise<Problem | null> {
    try {
      for (const { name, blob } of await files) saveFile(name, blob);
      return null;
    } catch (thrown) {
      return problemOf(thrown);
    }
  }

  return {
    /** The dataset in use, with what a run found of each row; a world as the run had made it. */
    exportRows(
      run: { readonly id: string; readonly datasetHash: string } | null,
      format: ExportFormat,
    ): Promise<Problem | null> {
      const hash = run?.datasetHash ?? store.get().dataset;
      if (hash === null) return Promise.resolve({ what: "There is no dataset to save." });
      return save(engine.exportDataset(hash, run?.id ?? null, format).then((file) => [file]));
    },
    /** What trains another model with the same weights. */
    exportScript: (run: string): Promise<Problem | null> => save(engine.exportTrl(run)),
  };
}
