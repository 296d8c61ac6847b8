/** Datasets: reading files, saying which source is the target, reading rows. */
import { problemOf, TiltError } from "../../base/errors.ts";
import type { ImportOptions } from "../../data/options.ts";
import { applySourceRule, withTarget } from "../../data/sources.ts";
import { splitByPrompt } from "../../data/split.ts";
import type { RunRecord } from "../../experiment/events.ts";
import type { Estimates } from "../../experiment/findings.ts";
import { defaultSpec, type Spec } from "../../experiment/spec.ts";
import type { DatasetApi, DatasetSummary, ImportOutcome, ImportProgress } from "../api.ts";
import type { Core } from "./core.ts";
import { pageOfRows } from "./rows.ts";
import { summarise } from "./summary.ts";

export function datasetCalls({ device, store, shelf }: Core): DatasetApi {
  let importing: AbortController | undefined;

  /** @param choices what was not guessed; kept, since an export reads the files again */
  const importAs = async (
    files: readonly File[],
    choices: Pick<ImportOptions, "mapping" | "template">,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportOutcome> => {
    importing?.abort();
    const abort = new AbortController();
    importing = abort;
    try {
      // The readers of files are a fifth of the engine; a visitor who brings none need not wait for them.
      const { importFiles } = await import("../../data/import.ts");
      const result = await importFiles(files, {
        ...choices,
        signal: abort.signal,
        onProgress: ({ file, bytes, totalBytes, rowsRead }) =>
          onProgress({ file, bytes, ofBytes: totalBytes, rows: rowsRead }),
      });
      const { dataset, notes } = result;
      if (dataset.groups.length + dataset.unpaired.length === 0) {
        const what = dataset.problems[0]?.what ?? "No row could be read.";
        return {
          ok: false,
          problem: { what: `Nothing was imported. ${what}`, where: dataset.name },
          problems: dataset.problems,
        };
      }
      await (await store()).putDataset(dataset, { notes, files, options: choices });
      shelf.hold(dataset);
      return { ok: true, dataset: summarise(dataset, false, notes) };
    } catch (thrown) {
      return { ok: false, problem: problemOf(thrown), problems: [] };
    } finally {
      if (importing === abort) importing = undefined;
    }
  };

  return {
    async datasets() {
      const records = await store();
      shelf.builtin(defaultSpec());
      const stored = await records.listDatasets();
      const summaries: DatasetSummary[] = shelf
        .builtins()
        .slice(0, 1)
        .map((dataset) => summarise(dataset, true));
      for (const { id } of stored) {
        const dataset = await records.getDataset(id);
        if (dataset) summaries.push(await shelf.summaryOf(dataset));
      }
      return summaries;
    },

    importFiles: (files, onProgress) => importAs(files, {}, onProgress),

    async peek(files) {
      const { peek } = await import("../../data/peek.ts");
      return peek(files);
    },

    importMapped: (files, mapping, onProgress = () => {}, template = "as-is") =>
      importAs(files, { mapping, template }, onProgress),

    async cancelImport() {
      importing?.abort(new TiltError("The import was cancelled.", { remedy: "Nothing was stored." }));
    },

    async deleteDataset(hash) {
      shelf.drop(hash);
      await (await store()).deleteDataset(hash);
    },

    async setTarget(hash, target) {
      const dataset = await shelf.find(hash);
      const name = dataset.sources[target];
      if (name === undefined)
        throw new TiltError(`There is no source number ${target}.`, { where: dataset.name });
      return shelf.replace(withTarget(dataset, name));
    },

    async preferredIsTarget(hash) {
      return shelf.replace(applySourceRule(await shelf.find(hash), { kind: "preferred-is-target" }));
    },

    async rows(hash, query) {
      const dataset = await shelf.find(hash);
      const records = await store();
      const record = query.run === null ? null : ((await records.getRun(query.run)) as RunRecord | null);
      // After a reload the lab knows nothing yet, but what the run found is stored.
      const known = device.current()?.known(hash);
      const estimates =
        known?.estimates ?? (record && ((await records.getRunEstimates(record.id)) as Estimates | null));
      const heldOut =
        known?.heldOut ?? new Set(record ? splitByPrompt(dataset, splitOf(record.spec)).heldOut : []);
      return pageOfRows(dataset, query, { estimates, heldOut, record });
    },
  };
}

const splitOf = ({ seed, data }: Spec) => ({ seed, heldOut: data.heldOut });
