/** Files for people to save: a dataset with what a run found, and what trains a real model the same way. */
import { TiltError } from "../../base/errors.ts";
import { fileNameOf } from "../../base/file_name.ts";
import type { Dataset } from "../../data/dataset.ts";
import { type ExportFormat, exportDataset, exportTrlRows, MEDIA_TYPES } from "../../data/export-dataset.ts";
import type { FileInput, ImportOptions } from "../../data/options.ts";
import type { RunRecord } from "../../experiment/events.ts";
import { type Estimates, findingsOf, NO_FINDINGS } from "../../experiment/findings.ts";
import { trlScript } from "../../experiment/trl_script.ts";
import type { Storage } from "../../storage/storage.ts";
import type { ExportedFile } from "../api.ts";

/** A run as an export needs it. */
export interface ExportedRun {
  readonly record: RunRecord;
  readonly estimates: Estimates | null;
}

/** @throws TiltError when it is not stored */
export async function storedRun(store: Storage, id: string): Promise<ExportedRun> {
  const record = (await store.runs.get(id)) as RunRecord | null;
  if (record) return { record, estimates: (await store.runs.estimates(id)) as Estimates | null };
  throw new TiltError("This run is not stored here.", { where: id, remedy: "Run the experiment again." });
}

/** A stored file under the name it came with; blobs that lost theirs are named after the dataset. */
function asInput(file: Blob, dataset: Dataset): FileInput {
  return {
    name: file instanceof File ? file.name : dataset.name,
    size: file.size,
    stream: () => file.stream(),
    slice: (start, end) => file.slice(start, end),
  };
}

async function blobOf(pieces: AsyncIterable<BlobPart>, type: string): Promise<Blob> {
  const parts: BlobPart[] = [];
  for await (const piece of pieces) parts.push(piece);
  return new Blob(parts, { type });
}

/** The dataset in one file. Without a run the added columns are empty. */
export async function datasetFile(
  dataset: Dataset,
  run: ExportedRun | null,
  format: ExportFormat,
  store: Storage,
): Promise<ExportedFile> {
  const [files, options] = await Promise.all([
    store.datasets.files(dataset.hash),
    store.datasets.options(dataset.hash),
  ]);
  const pieces = exportDataset({
    dataset,
    findings: run ? findingsOf(dataset, run.record, run.estimates) : NO_FINDINGS,
    format,
    files: files.map((file) => asInput(file, dataset)),
    options: (options as ImportOptions | null) ?? {},
  });
  const name = run ? `${dataset.name} ${run.record.name}` : dataset.name;
  return { name: `${fileNameOf(name)}.${format}`, blob: await blobOf(pieces, MEDIA_TYPES[format]) };
}

/** preferences.jsonl, train.py and objective.py. @throws TiltError when the script does not know the run's loss or strategy */
export async function trlFiles(
  dataset: Dataset,
  { record, estimates }: ExportedRun,
): Promise<ExportedFile[]> {
  const scripts = Object.entries(trlScript(record)).map(([name, text]) => ({
    name,
    blob: new Blob([text], { type: "text/x-python" }),
  }));
  const rows = exportTrlRows(dataset, findingsOf(dataset, record, estimates));
  return [{ name: "preferences.jsonl", blob: await blobOf(rows, MEDIA_TYPES.jsonl) }, ...scripts];
}
