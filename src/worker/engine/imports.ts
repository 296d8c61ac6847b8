/** Files on their way in: looked into, read, read again another way, and reported on. */
import { TiltError } from "../../base/errors.ts";
import { fileNameOf } from "../../base/file_name.ts";
import type { ImportReport } from "../../data/report.ts";
import type { ImportApi, RunSummary } from "../api.ts";
import type { Core } from "./core.ts";
import { namedFiles } from "./original_files.ts";
import { type Reader, readers } from "./reader.ts";

/** Problems that a report lists at most: what a person may search, and memory may hold. */
const REPORTED = 100_000;

export function importCalls({ store, shelf }: Core, reader: Reader): ImportApi {
  const readingOf = async (hash: string) => (await shelf.summaryOf(hash)).reading;

  /** The stored files of a dataset, under the names they came with. */
  async function originals(hash: string): Promise<readonly File[]> {
    const files = await (await store()).datasets.files(hash);
    if (files.length > 0) return namedFiles(files, await shelf.summaryOf(hash));
    throw new TiltError("The file of this dataset was not kept, for want of room.", {
      remedy: "Drop the file again.",
    });
  }

  /** The report of a stored dataset; whole, where its files are still here to be read again. */
  async function reportOf(hash: string): Promise<ImportReport> {
    const records = await store();
    const { name, problems, problemsOmitted, reading, notes } = await shelf.summaryOf(hash);
    if (!reading) throw new TiltError("Built-in data was not imported, so there is nothing to report.");
    const listed = {
      dataset: name,
      counts: reading.counts,
      files: reading.files,
      notes,
      problems,
      problemsOmitted,
    };
    if (problemsOmitted === 0 || (await records.datasets.files(hash)).length === 0) return listed;
    const { importFiles } = await readers();
    const { dataset } = await importFiles(await originals(hash), {
      ...reading.choices,
      limits: { problems: REPORTED },
    });
    return { ...listed, problems: dataset.problems, problemsOmitted: dataset.problemsOmitted };
  }

  return {
    importFiles: (files, onProgress, choices = {}) => reader.read({ files, choices, onProgress }),

    async look(from, choices = {}, more = []) {
      const { look } = await readers();
      return look([...(typeof from === "string" ? await originals(from) : from), ...more], choices);
    },

    async reread(hash, choices, onProgress, more = []) {
      const records = await store();
      const files = [...(await originals(hash)), ...more];
      const { origin = null } = (await readingOf(hash)) ?? {};
      const outcome = await reader.read({ files, choices, onProgress, origin });
      if (!outcome.ok || outcome.dataset.hash === hash) return outcome;
      // Runs speak of the rows they saw: the old reading goes only when nobody needs it.
      const runs = (await records.runs.list()).map((entry) => entry.summary as RunSummary);
      if (!runs.some((run) => run.datasetHash === hash)) {
        shelf.drop(hash);
        await records.datasets.delete(hash);
      }
      return outcome;
    },

    async cancelImport() {
      reader.cancel();
    },

    async importReport(hash, format) {
      const { REPORT_TYPES, reportText } = await readers();
      const report = hash === null ? reader.last() : await reportOf(hash);
      if (!report) throw new TiltError("There was no import to report on.");
      return {
        name: `${fileNameOf(report.dataset)} import report.${format}`,
        blob: new Blob([reportText(report, format)], { type: REPORT_TYPES[format] }),
      };
    },
  };
}
