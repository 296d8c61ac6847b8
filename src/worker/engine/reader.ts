/** Reads files into stored datasets: one import at a time, which can be cancelled. */
import { problemOf, TiltError } from "../../base/errors.ts";
import { addressOf } from "../../data/address.ts";
import type { ImportResult } from "../../data/import.ts";
import type { ReadChoices } from "../../data/options.ts";
import type { ImportReport } from "../../data/report.ts";
import type { DatasetSummary, ImportOutcome, ImportProgress, Reading } from "../api.ts";
import type { Core } from "./core.ts";
import { summarise } from "./summary.ts";

/** The readers of files are a fifth of the engine; a visitor who brings none need not wait for them. */
export const readers = () => import("./readers.ts");

/** Bytes of files from which a place for their texts is opened: compressed, they may unfold to many times that. */
const ROOMY = 2 * 2 ** 20;

export interface ReadRequest {
  readonly files: readonly File[];
  readonly choices: ReadChoices;
  readonly onProgress: (progress: ImportProgress) => void;
  /** The web address that the file was fetched from. */
  readonly origin?: string | null;
}

export type Reader = ReturnType<typeof createReader>;

export function createReader({ store, shelf }: Core) {
  let going: AbortController | undefined;
  let last: ImportReport | null = null;

  /** Starts something that `cancel` stops; whatever went on before is stopped. */
  function begin(): AbortController {
    going?.abort(new TiltError("Another import took its place."));
    going = new AbortController();
    return going;
  }
  function end(abort: AbortController): void {
    if (going === abort) going = undefined;
  }

  async function keep(
    { dataset, files, counts, notes }: ImportResult,
    { files: originals, choices, origin = null }: ReadRequest,
    reading: Pick<Reading, "label" | "roles" | "examples">,
  ): Promise<DatasetSummary> {
    const about = summarise(dataset, false, notes, { ...reading, choices, files, counts, origin });
    await (await store()).datasets.put(dataset, { notes, files: originals, options: choices, about });
    shelf.hold(dataset);
    return about;
  }

  async function read(request: ReadRequest): Promise<ImportOutcome> {
    const { files, choices, onProgress } = request;
    const abort = begin();
    try {
      const { importFiles, readingOf } = await readers();
      const size = files.reduce((sum, file) => sum + file.size, 0);
      const result = await importFiles(files, {
        ...choices,
        room: size < ROOMY ? null : await (await store()).datasets.openRoom(size),
        signal: abort.signal,
        onProgress: ({ file, bytes, totalBytes, rowsRead }) =>
          onProgress({ file, bytes, ofBytes: totalBytes, rows: rowsRead }),
      });
      const { dataset, counts, notes } = result;
      const { problems, problemsOmitted } = dataset;
      last = { dataset: dataset.name, counts, files: result.files, notes, problems, problemsOmitted };
      if (dataset.groups.length + dataset.unpaired.length === 0) {
        const what = problems[0]?.what ?? "No row could be read.";
        return {
          ok: false,
          problem: { what: `Nothing was imported. ${what}`, where: dataset.name },
          problems,
        };
      }
      const found = { ...result, dataset: { ...dataset, hash: addressOf(dataset.hash, choices) } };
      return { ok: true, dataset: await keep(found, request, await readingOf(result, files, choices)) };
    } catch (thrown) {
      return { ok: false, problem: problemOf(thrown), problems: [] };
    } finally {
      end(abort);
    }
  }

  return {
    begin,
    end,
    read,
    /** Of the last import, whatever came of it. */
    last: () => last,
    cancel: () => going?.abort(new TiltError("The import was cancelled.", { remedy: "Nothing was stored." })),
  };
}
