/**
 * Everything Tilt keeps in the browser: datasets by content hash, runs and their checkpoints by id, settings.
 *
 * A record is two keys or more, its values and its entry in the listing, written in one transaction: a listing never names a
 * value that is not there. Entries are one key each, so two tabs that save at once cannot overwrite each other's listing.
 * Runs in the Worker only.
 */
import { TiltError } from "../base/errors.ts";
import { type Backup, exportAll, importAll, type RestoreReport, type Vet } from "./backup.ts";
import { type CheckpointRecords, checkpointRecords } from "./checkpoints.ts";
import { type ClassifierRecords, classifierRecords } from "./classifiers.ts";
import { type DatasetRecords, datasetRecords } from "./datasets.ts";
import { indexedDbKeyValue, type KeyValue, memoryKeyValue } from "./key-value.ts";
import type { OpenRoom } from "./large.ts";
import { type ModelRecords, modelRecords } from "./models.ts";
import { type RunRecords, runRecords } from "./runs.ts";
import { openScratch, sweepScratch } from "./scratch.ts";
import { type SettingRecords, settingRecords } from "./settings.ts";
import { isQuota, unavailable } from "./storage-errors.ts";
import { type SweepRecords, sweepRecords } from "./sweeps.ts";

/** How much the browser lets this page keep. */
export interface Room {
  /** Bytes used by this page and bytes it may use; null where the browser does not say. */
  readonly used: number | null;
  readonly quota: number | null;
  /** Whether the browser promised not to clear it by itself. */
  readonly persisted: boolean;
}

export interface Storage {
  /** False when nothing outlives the tab; `why` says the reason. */
  readonly lasting: boolean;
  readonly why: string;

  readonly datasets: DatasetRecords;
  readonly runs: RunRecords;
  readonly checkpoints: CheckpointRecords;
  /** Sweeps and their finished runs. */
  readonly sweeps: SweepRecords;
  /** What source classifiers learned. */
  readonly classifiers: ClassifierRecords;
  /** Models that a person brought. */
  readonly models: ModelRecords;
  readonly settings: SettingRecords;

  room(): Promise<Room>;
  /** All records as one file, but for those that cannot be read. */
  exportAll(): Promise<Backup>;
  /** Puts such a file's records back beside what is here; see backup.ts for which stay, and for `vet`. */
  importAll(file: Blob, vet?: Vet): Promise<RestoreReport>;
}

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
    void sweepScratch();
    return storageOver(records, "", openScratch);
  } catch (thrown) {
    return storageOver(memoryKeyValue(), unavailable(thrown));
  }
}

/**
 * Storage over any `KeyValue`.
 * @param why the reason when it does not outlive the tab, else empty
 * @param openRoom where texts of large datasets lie while they are in use; without it, in memory
 */
export function storageOver(records: KeyValue, why: string, openRoom?: OpenRoom): Storage {
  return {
    lasting: why === "",
    why,
    datasets: datasetRecords(records, openRoom),
    runs: runRecords(records),
    checkpoints: checkpointRecords(records),
    sweeps: sweepRecords(records),
    classifiers: classifierRecords(records),
    models: modelRecords(records),
    settings: settingRecords(records),
    room,
    exportAll: () => exportAll(records),
    importAll: (file, vet) => importAll(records, file, vet),
  };
}

async function room(): Promise<Room> {
  const manager = typeof navigator === "undefined" ? undefined : navigator.storage;
  const estimate = await manager?.estimate?.().catch(() => undefined);
  const persisted = await manager?.persisted?.().catch(() => false);
  return { used: estimate?.usage ?? null, quota: estimate?.quota ?? null, persisted: persisted ?? false };
}
