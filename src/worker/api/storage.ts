/** What this browser remembers: sizes, and everything as one file. */
import type { Backup, RestoreReport } from "../../storage/backup.ts";
import type { Room } from "../../storage/storage.ts";
import type { ExportedFile } from "./exports.ts";

export type { BackupItem, LostItem, RestoreReport } from "../../storage/backup.ts";

/** What is stored here, for a panel that lists and deletes it. */
export interface StorageUsage extends Room {
  /** False when nothing outlives the tab; `why` says the reason. */
  readonly lasting: boolean;
  readonly why: string;
  /** Bytes by kind of record, about; sweeps with their finished runs. */
  readonly datasets: number;
  readonly runs: number;
  readonly checkpoints: number;
  readonly sweeps: number;
  /** Newest first, by kind. */
  readonly items: readonly {
    readonly kind: "dataset" | "run" | "checkpoint" | "sweep" | "classifier" | "model";
    readonly id: string;
    readonly name: string;
    /** About. */
    readonly bytes: number;
    /** ISO 8601. */
    readonly savedAt: string;
  }[];
}

export interface StorageApi {
  storageUsage(): Promise<StorageUsage>;
  /** Deletes what a run would go on from. */
  deleteCheckpoints(run: string): Promise<void>;
  /** Deletes what tells why a source classifier decided as it did. */
  deleteClassifier(id: string): Promise<void>;
  /** Everything stored, as one file; `leftOut` are the records that could not be read. */
  exportAll(): Promise<ExportedFile & Backup>;
  /** Puts such a file's records back. What is here and as new or newer stays; the report says what happened to each. */
  importAll(file: Blob): Promise<RestoreReport>;
}
