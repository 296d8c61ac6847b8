/** What leaves the page as files. */
import type { ExportFormat } from "../../data/export-dataset.ts";

export type { ExportFormat } from "../../data/export-dataset.ts";

/** A file to be saved by the page. */
export interface ExportedFile {
  readonly name: string;
  readonly blob: Blob;
}

export interface ExportApi {
  /**
   * The dataset with `log_ratio`, `h`, `weight`, `probability`, `fold`, `split` and `source` as a run found them (empty without one). Where the
   * original files are stored, their rows, order and columns are kept.
   */
  exportDataset(hash: string, run: string | null, format: ExportFormat): Promise<ExportedFile>;
  /**
   * What trains another model the same way: preferences.jsonl (prompt, chosen, rejected, h, weight), train.py, objective.py.
   * @throws TiltError when the script does not know the run's loss or strategy
   */
  exportTrl(run: string): Promise<readonly ExportedFile[]>;
}
