/** A dataset given back in any container: its original files where they are at hand, else the dataset itself. */
import type { Dataset } from "./dataset.ts";
import { datasetRows, type Findings, type OutRow, trlRows, write } from "./export.ts";
import { exportFiles, mergedRows } from "./export-file.ts";
import { parquetBytes } from "./export-parquet.ts";
import type { FileInput, ImportOptions } from "./options.ts";
import type { ParquetKind } from "./parquet-kind.ts";

export type ExportFormat = "jsonl" | "csv" | "parquet";

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  jsonl: "application/jsonl",
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
};

export interface ExportRequest {
  readonly dataset: Dataset;
  readonly findings: Findings;
  readonly format: ExportFormat;
  /** The files that the dataset was read from, in their order; empty for built-in data. */
  readonly files: readonly FileInput[];
  /** Those of the import, so that rows are found again. */
  readonly options?: ImportOptions;
}

const numbers: ParquetKind = { list: "double" };

/** Types of the added columns: the same in every file, whatever it holds. */
const ADDED: Readonly<Record<string, ParquetKind>> = {
  log_ratio: numbers,
  h: numbers,
  probability: numbers,
  weight: "double",
  fold: "int32",
  split: "text",
  source: { list: "text" },
};

/** The export in pieces, to be joined. Row order and original columns are kept; see `exportFiles` for what is added. */
export async function* exportDataset(
  request: ExportRequest,
): AsyncGenerator<string | Uint8Array<ArrayBuffer>, void, void> {
  const { dataset, findings, format, files, options } = request;
  if (format !== "parquet") {
    if (files.length > 0) yield* exportFiles(files, dataset, findings, format, options);
    else yield* write(datasetRows(dataset, findings), format);
    return;
  }
  if (files.length > 0) {
    const { columns, added, rows } = await mergedRows(files, dataset, findings, options);
    const kinds = Object.entries(added).map(([name, free]) => [free, ADDED[name]!]);
    const isStray = (row: OutRow): boolean => row[added.source!] === null;
    yield* parquetBytes(rows, columns, Object.fromEntries(kinds), isStray);
    return;
  }
  const [first] = datasetRows(dataset, findings);
  const columns = Object.keys(first ?? {});
  const { source: _, probability: probs, ...kinds } = ADDED;
  yield* parquetBytes(() => datasetRows(dataset, findings), columns, { ...kinds, probs: probs! });
}

/** The TRL preference file as JSON Lines, in pieces. */
export async function* exportTrlRows(
  dataset: Dataset,
  findings: Findings,
): AsyncGenerator<string, void, void> {
  yield* write(trlRows(dataset, findings), "jsonl");
}
