/**
 * Everything Tilt keeps in the browser: datasets by content hash, runs and their checkpoints by id, settings.
 *
 * A record is two keys, its value and its entry in the listing, written in one transaction: a listing never names a value that
 * is not there. Entries are one key each, so two tabs that save at once cannot overwrite each other's listing.
 * Runs in the Worker only.
 */
import { TiltError } from "../base/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { exportAll, importAll, type RestoreReport } from "./backup.ts";
import { type ClassifierRecords, classifierOnlyOf, classifierRecords } from "./classifiers.ts";
import { indexedDbKeyValue, type KeyValue, memoryKeyValue } from "./key-value.ts";
import { CHECKPOINT, DATASET, RUN, SETTING } from "./keys.ts";
import { packGroups, unpackGroups } from "./large.ts";
import { type ModelRecords, modelRecords } from "./models.ts";
import { approximateBytes } from "./size.ts";
import { isQuota, storageError, unavailable } from "./storage-errors.ts";
import { type SweepRecords, sweepRecords } from "./sweeps.ts";

/** A line of a listing. */
export interface Entry<Summary> {
  readonly id: string;
  /** ISO 8601. */
  readonly savedAt: string;
  /** About. */
  readonly bytes: number;
  readonly summary: Summary;
}

export interface DatasetStub {
  readonly name: string;
  readonly format: string;
  readonly sources: readonly string[];
  readonly target: number;
  readonly groups: number;
  readonly unpaired: number;
  readonly rowsRead: number;
}

/** A checkpoint without its state. */
export interface CheckpointStub {
  readonly run: string;
  readonly step: number;
  /** As given to `putCheckpoint`. */
  readonly about?: unknown;
}

export interface Checkpoint {
  readonly run: string;
  readonly step: number;
  readonly savedAt: string;
  /** What the run needs to go on: typed arrays, plain objects. */
  readonly state: unknown;
}

/** What is kept beside a dataset: all of it may be missing. */
export interface DatasetExtra {
  /** What was assumed while reading, in words. */
  readonly notes?: readonly string[];
  /** The original files, for an export with the original columns. */
  readonly files?: readonly Blob[];
  /** How they were read, where that was not guessed. */
  readonly options?: unknown;
  /** The dataset without its rows, for listings that should not load it; comes back as given. */
  readonly about?: unknown;
}

export interface Usage {
  /** Bytes used by this page and bytes it may use; null where the browser does not say. */
  readonly used: number | null;
  readonly quota: number | null;
  /** Whether the browser promised not to clear it by itself. */
  readonly persisted: boolean;
  /** About, by kind of record. */
  readonly datasets: number;
  readonly runs: number;
  readonly checkpoints: number;
}

/** What may lie beside a run: its trained weights, and its judged answers. */
export type BesideRun = "weights" | "judged";

export interface Storage {
  /** False when nothing outlives the tab; `why` says the reason. */
  readonly lasting: boolean;
  readonly why: string;

  /** Stores a dataset under its hash, replacing one with the same. */
  putDataset(dataset: Dataset, extra?: DatasetExtra): Promise<void>;
  getDataset(hash: string): Promise<Dataset | null>;
  /** The original files, for an export with the original columns; empty when they were not kept. */
  getDatasetFiles(hash: string): Promise<readonly Blob[]>;
  getDatasetNotes(hash: string): Promise<readonly string[]>;
  /** How its files were read, as given to `putDataset`; null when by guess. */
  getDatasetOptions(hash: string): Promise<unknown>;
  /** What was given as `about`; null in records older than it. */
  getDatasetAbout(hash: string): Promise<unknown>;
  /** Newest first. */
  listDatasets(): Promise<readonly Entry<DatasetStub>[]>;
  deleteDataset(hash: string): Promise<void>;

  /**
   * Stores a run. The summary is what a listing needs, `estimates` what an export needs beside, `draws` the weight of every
   * unit at every step; all come back as given.
   */
  putRun(id: string, record: unknown, summary: unknown, estimates?: unknown, draws?: unknown): Promise<void>;
  getRun(id: string): Promise<unknown>;
  getRunEstimates(id: string): Promise<unknown>;
  getRunDraws(id: string): Promise<unknown>;
  listRuns(): Promise<readonly Entry<unknown>[]>;
  /** Changes what a stored run is called or says, in its old place of the listing. Nothing happens when it is gone. */
  changeRun(id: string, record: unknown, summary: unknown): Promise<void>;
  /** Keeps something big beside a stored run; it goes when the run goes. */
  putBesideRun(id: string, what: BesideRun, value: unknown): Promise<void>;
  /** Null where it was not kept. */
  getBesideRun(id: string, what: BesideRun): Promise<unknown>;
  /** Ids of runs that have it. */
  runsWith(what: BesideRun): Promise<readonly string[]>;
  /** Deletes the run, its checkpoints, and its classifier where no other run came from it. */
  deleteRun(id: string): Promise<void>;

  /** Stores a checkpoint and drops the run's older ones, in one go. `about` comes back in the listing. */
  putCheckpoint(run: string, step: number, state: unknown, about?: unknown): Promise<void>;
  getLatestCheckpoint(run: string): Promise<Checkpoint | null>;
  /** Runs that have a checkpoint: after a crash, those that can be resumed. */
  listCheckpoints(): Promise<readonly Entry<CheckpointStub>[]>;
  deleteCheckpoints(run: string): Promise<void>;

  /** Sweeps and their finished runs. */
  readonly sweeps: SweepRecords;
  /** What source classifiers learned. */
  readonly classifiers: ClassifierRecords;
  /** Models that a person brought. */
  readonly models: ModelRecords;

  putSetting(name: string, value: unknown): Promise<void>;
  getSetting(name: string): Promise<unknown>;

  usage(): Promise<Usage>;
  /** All records as one file. */
  exportAll(): Promise<Blob>;
  /** Puts such a file's records back beside what is here; see backup.ts for which stay. */
  importAll(file: Blob): Promise<RestoreReport>;
}

const datasets = DATASET;
const runs = RUN;
const checkpoints = CHECKPOINT;
const settings = SETTING.value;

const newestFirst = <T extends { savedAt: string }>(entries: T[]): T[] =>
  entries.sort((a, b) => (a.savedAt < b.savedAt ? 1 : a.savedAt > b.savedAt ? -1 : 0));

/**
 * Opens the browser's storage. Where it cannot be used, everything is kept in memory instead and `lasting` is false.
 * @param database name of the database; tests use their own
 * @param patience milliseconds to wait for another tab that holds the database back
 */
export async function openStorage(database = "tilt", patience?: number): Promise<Storage> {
  try {
    if (typeof indexedDB === "undefined") throw new TiltError("there is no IndexedDB");
    const records = indexedDbKeyValue(database, patience);
    // Private windows of some browsers have an IndexedDB that fails at the first write. A full disk fails there, too, but what it holds can be read.
    try {
      await records.write({ put: [["probe", 1]] });
      await records.write({ remove: ["probe"] });
    } catch (thrown) {
      if (!isQuota(thrown)) throw thrown;
      await records.get("probe");
    }
    return storageOver(records, "");
  } catch (thrown) {
    return storageOver(memoryKeyValue(), unavailable(thrown));
  }
}

/** Storage over any `KeyValue`. `why`: the reason when it does not outlive the tab, else empty. */
export function storageOver(records: KeyValue, why: string): Storage {
  const entry = <Summary>(id: string, value: unknown, summary: Summary): Entry<Summary> => ({
    id,
    savedAt: new Date().toISOString(),
    bytes: approximateBytes(value),
    summary,
  });
  const write = async (what: string, change: Parameters<KeyValue["write"]>[0]): Promise<void> => {
    try {
      await records.write(change);
    } catch (thrown) {
      throw storageError(thrown, what);
    }
  };
  const reading = async <T>(what: string, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (thrown) {
      throw storageError(thrown, what);
    }
  };
  const list = <Summary>(what: string, prefix: string) =>
    reading(what, async () => newestFirst((await records.valuesUnder(prefix)) as Entry<Summary>[]));
  const get = (what: string, key: string) => reading(what, () => records.get(key));
  // Encoded, so that no run's id is the beginning of another's keys.
  const under = (run: string) => `${encodeURIComponent(run)}/`;
  const checkpointKey = (run: string, step: number) => under(run) + String(step).padStart(12, "0");
  const checkpointKeys = (run: string) =>
    reading("the checkpoints", async () =>
      (
        await Promise.all([
          records.keysUnder(checkpoints.entry + under(run)),
          records.keysUnder(checkpoints.value + under(run)),
        ])
      ).flat(),
    );

  return {
    lasting: why === "",
    why,

    async putDataset(dataset, { notes = [], files = [], options = null, about = null } = {}) {
      const { hash, name, format, sources, target, groups, unpaired, rowsRead } = dataset;
      const stub: DatasetStub = {
        name,
        format,
        sources,
        target,
        groups: groups.length,
        unpaired: unpaired.length,
        rowsRead,
      };
      const { value, bytes } = await packGroups(dataset);
      const put = (originals: readonly Blob[]) =>
        records.write({
          put: [
            [datasets.value + hash, value],
            [datasets.files + hash, originals],
            [datasets.notes + hash, notes],
            [datasets.options + hash, options],
            [datasets.about + hash, about],
            [
              datasets.entry + hash,
              { ...entry(hash, originals, stub), bytes: bytes + approximateBytes(originals) },
            ],
          ],
        });
      try {
        // The dataset matters more than the files it came from: where both do not fit, it is kept alone.
        await put(files).catch((thrown) =>
          files.length > 0 && isQuota(thrown) ? put([]) : Promise.reject(thrown),
        );
      } catch (thrown) {
        throw storageError(thrown, `the dataset “${name}”`);
      }
    },
    async getDataset(hash) {
      const stored = (await get("the dataset", datasets.value + hash)) as Dataset | undefined;
      return stored ? reading("the dataset", () => unpackGroups(stored)) : null;
    },
    getDatasetFiles: async (hash) =>
      ((await get("the files", datasets.files + hash)) as Blob[] | undefined) ?? [],
    getDatasetNotes: async (hash) =>
      ((await get("the notes", datasets.notes + hash)) as string[] | undefined) ?? [],
    getDatasetOptions: async (hash) => (await get("the options", datasets.options + hash)) ?? null,
    getDatasetAbout: async (hash) => (await get("the summary", datasets.about + hash)) ?? null,
    listDatasets: () => list<DatasetStub>("the list of datasets", datasets.entry),
    deleteDataset: (hash) =>
      write("the dataset", { remove: Object.values(datasets).map((prefix) => prefix + hash) }),

    putRun: (id, record, summary, estimates = null, draws = null) =>
      write("the run", {
        put: [
          [runs.value + id, record],
          [runs.estimates + id, estimates],
          [runs.draws + id, draws],
          [runs.entry + id, entry(id, [record, estimates, draws], summary)],
        ],
      }),
    getRun: async (id) => (await get("the run", runs.value + id)) ?? null,
    getRunEstimates: async (id) => (await get("the run's estimates", runs.estimates + id)) ?? null,
    getRunDraws: async (id) => (await get("the run's weights over time", runs.draws + id)) ?? null,
    listRuns: () => list<unknown>("the list of runs", runs.entry),
    async changeRun(id, record, summary) {
      const old = (await get("the run", runs.entry + id)) as Entry<unknown> | undefined;
      if (!old) return;
      await write("the run", {
        put: [
          [runs.value + id, record],
          [runs.entry + id, { ...old, summary }],
        ],
      });
    },
    async putBesideRun(id, what, value) {
      const old = (await get("the run", runs.entry + id)) as Entry<unknown> | undefined;
      if (!old) return;
      const before = await get("the run", runs[what] + id);
      const bytes =
        old.bytes + approximateBytes(value) - (before === undefined ? 0 : approximateBytes(before));
      await write(what === "weights" ? "the trained weights" : "the judged answers", {
        put: [
          [runs[what] + id, value],
          [runs.entry + id, { ...old, bytes }],
        ],
      });
    },
    getBesideRun: async (id, what) => (await get("the run", runs[what] + id)) ?? null,
    runsWith: async (what) =>
      (await reading("the list of runs", () => records.keysUnder(runs[what]))).map((key) =>
        key.slice(runs[what].length),
      ),
    async deleteRun(id) {
      const own = Object.values(runs).map((prefix) => prefix + id);
      const classifier = await reading("the run", () => classifierOnlyOf(records, id));
      const remove = [...own, ...classifier, ...(await checkpointKeys(id))];
      await write("the run", { remove });
    },

    async putCheckpoint(run, step, state, about) {
      const key = checkpointKey(run, step);
      const made = entry(key, state, { run, step, ...(about !== undefined && { about }) });
      const checkpoint: Checkpoint = { run, step, savedAt: made.savedAt, state };
      const older = (await checkpointKeys(run)).filter((known) => !known.endsWith(key));
      await write("the checkpoint", {
        put: [
          [checkpoints.value + key, checkpoint],
          [checkpoints.entry + key, made],
        ],
        remove: older,
      });
    },
    async getLatestCheckpoint(run) {
      const last = (
        await reading("the checkpoint", () => records.keysUnder(checkpoints.value + under(run)))
      ).at(-1);
      return last === undefined
        ? null
        : (((await get("the checkpoint", last)) as Checkpoint | undefined) ?? null);
    },
    listCheckpoints: () => list<CheckpointStub>("the list of checkpoints", checkpoints.entry),
    async deleteCheckpoints(run) {
      await write("the checkpoints", { remove: await checkpointKeys(run) });
    },

    sweeps: sweepRecords(records),
    classifiers: classifierRecords(records),
    models: modelRecords(records),

    putSetting: (name, value) => write("a setting", { put: [[settings + name, value]] }),
    getSetting: async (name) => (await get("a setting", settings + name)) ?? null,

    exportAll: () => exportAll(records),
    importAll: (file) => importAll(records, file),

    async usage() {
      const manager = typeof navigator === "undefined" ? undefined : navigator.storage;
      const estimate = await manager?.estimate?.().catch(() => undefined);
      const persisted = await manager?.persisted?.().catch(() => false);
      const sum = async (prefix: string) =>
        (await list<unknown>("the list", prefix)).reduce((total, { bytes }) => total + bytes, 0);
      return {
        used: estimate?.usage ?? null,
        quota: estimate?.quota ?? null,
        persisted: persisted ?? false,
        datasets: await sum(datasets.entry),
        runs: await sum(runs.entry),
        checkpoints: await sum(checkpoints.entry),
      };
    },
  };
}
