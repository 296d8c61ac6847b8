/** The engine behind EngineApi: owns the device, the data and the storage; one run at a time. */
import { openBackend } from "../backend/open.ts";
import { messageOf, problemOf, TiltError } from "../base/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import type { ImportOptions } from "../data/options.ts";
import { applySourceRule, withTarget } from "../data/sources.ts";
import { splitByPrompt } from "../data/split.ts";
import { type Control, createControl } from "../experiment/control.ts";
import { environmentOf } from "../experiment/environment.ts";
import type { Environment, RunEvent, RunRecord, Stage } from "../experiment/events.ts";
import type { Estimates } from "../experiment/findings.ts";
import type { Lab } from "../experiment/lab.ts";
import { builtinDataset } from "../experiment/source.ts";
import { defaultSpec, type Spec } from "../experiment/spec.ts";
import { openStorage, type Storage } from "../storage/storage.ts";
import type { DatasetSummary, EngineApi, ImportOutcome, ImportProgress, RunSummary } from "./api.ts";
import type { ExportedRun } from "./exports.ts";
import { pageOfRows } from "./rows.ts";
import { summarise } from "./summary.ts";
import { usageOf } from "./usage.ts";

interface Opened {
  /** Models, kernels and objectives: half of the engine, loaded while the visitor looks at the data. */
  readonly lab: Promise<Lab>;
  readonly environment: Environment;
}

/** @param gpu `navigator.gpu`, where there is one @param agent the browser, in words */
export function createEngine(gpu: GPU | undefined, agent: string): EngineApi {
  let opened: Promise<Opened> | undefined;
  /** The lab once it is there: what it knows about rows is shown, but rows do not wait for it. */
  let current: Lab | undefined;
  let storage: Promise<Storage> | undefined;
  let control: Control | undefined;
  let importing: AbortController | undefined;
  const builtins = new Map<string, Dataset>();
  /** The datasets in use, so that paging through rows does not read storage again and again. */
  const held = new Map<string, Dataset>();

  const store = (): Promise<Storage> => (storage ??= openStorage());

  const open = (): Promise<Opened> => {
    opened ??= (async () => {
      const { backend, fallback } = await openBackend(gpu, "webgpu");
      const environment = environmentOf(backend.info, agent, fallback);
      void backend.lost.then(() => {
        opened = undefined; // the next call opens a new device
        current = undefined;
      });
      const lab = import("../experiment/lab.ts").then(({ createLab }) => createLab(backend, environment));
      lab.then(
        (ready) => {
          current = ready;
        },
        () => {
          opened = undefined; // a run that waits for it says why; the next one tries again
        },
      );
      return { lab, environment };
    })();
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };

  const builtin = (spec: Spec): Dataset | undefined => {
    const dataset = builtinDataset(spec);
    if (dataset && !builtins.has(dataset.hash)) builtins.set(dataset.hash, dataset);
    return dataset;
  };

  const find = async (hash: string): Promise<Dataset> => {
    const dataset = builtins.get(hash) ?? held.get(hash) ?? (await (await store()).getDataset(hash));
    if (!dataset) {
      throw new TiltError("This dataset is not stored here.", {
        where: hash.slice(0, 12),
        remedy: "Drop its file on the page again.",
      });
    }
    if (!builtins.has(hash)) hold(dataset);
    return dataset;
  };

  const hold = (dataset: Dataset): void => {
    held.delete(dataset.hash);
    held.set(dataset.hash, dataset);
    const oldest = held.keys().next();
    if (held.size > 2 && !oldest.done) held.delete(oldest.value);
  };

  const summaryOf = async (dataset: Dataset): Promise<DatasetSummary> =>
    summarise(dataset, builtins.has(dataset.hash), await (await store()).getDatasetNotes(dataset.hash));

  const replace = async (dataset: Dataset): Promise<DatasetSummary> => {
    const records = await store();
    const { hash } = dataset;
    const [notes, files, options] = await Promise.all([
      records.getDatasetNotes(hash),
      records.getDatasetFiles(hash),
      records.getDatasetOptions(hash),
    ]);
    await records.putDataset(dataset, { notes, files, options });
    hold(dataset);
    return summarise(dataset, false, notes);
  };

  const dataFor = async (spec: Spec): Promise<Dataset> => {
    const made = builtin(spec);
    if (made) return made;
    if (spec.data.source.startsWith("file:")) return find(spec.data.source.slice("file:".length));
    throw new TiltError(`${spec.data.source} cannot be run here.`, {
      where: "data.source",
      remedy: "Choose the built-in Chatter data, or drop a file.",
    });
  };

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
      const { importFiles } = await import("../data/import.ts");
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
      hold(dataset);
      return { ok: true, dataset: summarise(dataset, false, notes) };
    } catch (thrown) {
      return { ok: false, problem: problemOf(thrown), problems: [] };
    } finally {
      if (importing === abort) importing = undefined;
    }
  };

  /** Readers and writers of files are a good part of the engine; they come when somebody asks for one. */
  const exporters = () => import("./exports.ts");

  /** The dataset of an export. Built-in data is made again from the run's spec. */
  const datasetOf = async (hash: string, run: ExportedRun | null): Promise<Dataset> => {
    if (run) builtin(run.record.spec);
    return find(hash);
  };

  return {
    open: async () => (await open()).environment,

    async datasets() {
      const records = await store();
      builtin(defaultSpec());
      const stored = await records.listDatasets();
      const summaries: DatasetSummary[] = [...builtins.values()]
        .slice(0, 1)
        .map((dataset) => summarise(dataset, true));
      for (const { id } of stored) {
        const dataset = await records.getDataset(id);
        if (dataset) summaries.push(await summaryOf(dataset));
      }
      return summaries;
    },

    importFiles: (files, onProgress) => importAs(files, {}, onProgress),

    async peek(files) {
      const { peek } = await import("../data/peek.ts");
      return peek(files);
    },

    importMapped: (files, mapping, onProgress = () => {}, template = "as-is") =>
      importAs(files, { mapping, template }, onProgress),

    async cancelImport() {
      importing?.abort(new TiltError("The import was cancelled.", { remedy: "Nothing was stored." }));
    },

    async deleteDataset(hash) {
      held.delete(hash);
      await (await store()).deleteDataset(hash);
    },

    async setTarget(hash, target) {
      const dataset = await find(hash);
      const name = dataset.sources[target];
      if (name === undefined)
        throw new TiltError(`There is no source number ${target}.`, { where: dataset.name });
      return replace(withTarget(dataset, name));
    },

    async preferredIsTarget(hash) {
      return replace(applySourceRule(await find(hash), { kind: "preferred-is-target" }));
    },

    async rows(hash, query) {
      const dataset = await find(hash);
      const records = await store();
      const record = query.run === null ? null : ((await records.getRun(query.run)) as RunRecord | null);
      // After a reload the lab knows nothing yet, but what the run found is stored.
      const known = current?.known(hash);
      const estimates =
        known?.estimates ?? (record && ((await records.getRunEstimates(record.id)) as Estimates | null));
      const heldOut =
        known?.heldOut ?? new Set(record ? splitByPrompt(dataset, splitOf(record.spec)).heldOut : []);
      return pageOfRows(dataset, query, { estimates, heldOut, record });
    },

    async run(spec, onEvent) {
      if (control)
        throw new TiltError("Another run is going on.", { remedy: "Stop it, or wait for its end." });
      let stage: RunRecord["outcome"] | "start" = "start";
      let at: { readonly stage: Stage; readonly step: number } = { stage: "data", step: 0 };
      const emit = (event: RunEvent): void => {
        if (event.kind === "stage") at = { stage: event.stage, step: event.done };
        onEvent(event);
      };
      control = createControl(
        () => onEvent({ kind: "paused", ...at }),
        () => onEvent({ kind: "resumed" }),
      );
      const mine = control;
      try {
        const lab = await (await open()).lab;
        const dataset = await dataFor(spec);
        const record = await lab.run({ spec, dataset, control: mine, emit });
        stage = record.outcome;
        const estimates = record.units.length > 0 ? (lab.known(dataset.hash)?.estimates ?? null) : null;
        await (await store()).putRun(record.id, record, runSummary(record), estimates);
        return record;
      } catch (thrown) {
        throw thrown instanceof TiltError
          ? thrown
          : new TiltError(`The run failed: ${messageOf(thrown)}`, { where: stage, cause: thrown });
      } finally {
        control = undefined;
      }
    },

    async pause() {
      control?.pause();
    },
    async step() {
      control?.step();
    },
    async resume() {
      control?.resume();
    },
    async stop() {
      control?.stop();
    },

    async runs() {
      return (await (await store()).listRuns()).map((entry) => entry.summary as RunSummary);
    },
    async runRecord(id) {
      return (await (await store()).getRun(id)) as RunRecord | null;
    },
    async deleteRun(id) {
      await (await store()).deleteRun(id);
    },

    async exportDataset(hash, id, format) {
      const { datasetFile, storedRun } = await exporters();
      const records = await store();
      const run = id === null ? null : await storedRun(records, id);
      return datasetFile(await datasetOf(hash, run), run, format, records);
    },
    async exportTrl(id) {
      const { storedRun, trlFiles } = await exporters();
      const run = await storedRun(await store(), id);
      return trlFiles(await datasetOf(run.record.datasetHash, run), run);
    },

    storageUsage: async () => usageOf(await store()),
    async exportAll() {
      const day = new Date().toISOString().slice(0, 10);
      return { name: `tilt ${day}.backup`, blob: await (await store()).exportAll() };
    },
    async importAll(file) {
      const report = await (await store()).importAll(file);
      held.clear(); // what is held may have been replaced
      return report;
    },
  };
}

const splitOf = ({ seed, data }: Spec) => ({ seed, heldOut: data.heldOut });

function runSummary({ id, name, spec, datasetHash, startedAt, outcome, digest }: RunRecord): RunSummary {
  return { id, name, strategy: spec.train.strategy, datasetHash, startedAt, outcome, digest };
}
