/** What the page may ask of the worker: one interface, wrapped by Comlink on both sides. */
import type { ImportProblem } from "../data/dataset.ts";
import type { ExportFormat } from "../data/export-dataset.ts";
import type { Mapping } from "../data/mapping.ts";
import type { Peek } from "../data/peek.ts";
import type { TemplateId } from "../data/template.ts";
import type { Environment, Problem, ResponseEstimate, RunEvent, RunRecord } from "../experiment/events.ts";
import type { Spec } from "../experiment/spec.ts";
import type { RestoreReport } from "../storage/backup.ts";
import type { Usage } from "../storage/storage.ts";

export type { ExportFormat } from "../data/export-dataset.ts";
export type { Mapping } from "../data/mapping.ts";
export type { Column, Guess, Peek } from "../data/peek.ts";
export type { TemplateId } from "../data/template.ts";
export type { BackupItem, RestoreReport } from "../storage/backup.ts";

/** A dataset without its rows. */
export interface DatasetSummary {
  readonly hash: string;
  readonly name: string;
  readonly format: string;
  readonly builtin: boolean;
  readonly sources: readonly {
    readonly name: string;
    readonly responses: number;
    readonly meanWords: number;
  }[];
  /** Index into `sources`; -1 when nobody said which source is the target. */
  readonly target: number;
  readonly groups: number;
  readonly pairs: number;
  readonly responses: number;
  readonly rowsRead: number;
  readonly rowsLeftOut: number;
  readonly problems: readonly ImportProblem[];
  readonly problemsOmitted: number;
  /** What was assumed while reading, in words. */
  readonly notes: readonly string[];
}

/** One row of the data table. */
export interface Row {
  readonly id: string;
  readonly row: number;
  readonly prompt: string;
  readonly responses: readonly {
    readonly text: string;
    readonly source: number;
    readonly score: number | null;
    /** Out-of-fold estimates; null until the ratio stage of a run on this dataset is done. */
    readonly estimate: ResponseEstimate | null;
  }[];
  /** Mean h over the row's training units; null before the ratio stage, or when held out. */
  readonly h: number | null;
  /** Last tilt weight under the chosen run, as a multiple of equal share. */
  readonly weight: number | null;
  readonly split: "train" | "held-out";
}

export interface RowQuery {
  readonly offset: number;
  readonly limit: number;
  readonly sort: "row" | "h" | "weight";
  readonly descending: boolean;
  /** Text to look for in prompts and responses; empty for all. */
  readonly search: string;
  /** Run whose h and weights are shown; null for none. */
  readonly run: string | null;
}

export interface RowPage {
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface ImportProgress {
  readonly file: string;
  readonly bytes: number;
  readonly ofBytes: number;
  readonly rows: number;
}

export type ImportOutcome =
  | { readonly ok: true; readonly dataset: DatasetSummary }
  | { readonly ok: false; readonly problem: Problem; readonly problems: readonly ImportProblem[] };

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  readonly datasetHash: string;
  readonly startedAt: string;
  readonly outcome: RunRecord["outcome"];
  readonly digest: string;
}

/** A file to be saved by the page. */
export interface ExportedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** What is stored here, for a panel that lists and deletes it. */
export interface StorageUsage extends Usage {
  /** False when nothing outlives the tab; `why` says the reason. */
  readonly lasting: boolean;
  readonly why: string;
  /** Newest first, by kind. */
  readonly items: readonly {
    readonly kind: "dataset" | "run" | "checkpoint";
    readonly id: string;
    readonly name: string;
    /** About. */
    readonly bytes: number;
    /** ISO 8601. */
    readonly savedAt: string;
  }[];
}

export interface EngineApi {
  /** Opens the device (once). Falls back to the CPU and says so. */
  open(): Promise<Environment>;
  /** Built-in and stored datasets, newest first. */
  datasets(): Promise<readonly DatasetSummary[]>;
  /** Reads files into one dataset, stores it, and reports what was left out. */
  importFiles(files: readonly File[], onProgress: (progress: ImportProgress) => void): Promise<ImportOutcome>;
  /** A first look into files: columns, three example rows, and a guess how to read them. Stores nothing. */
  peek(files: readonly File[]): Promise<Peek>;
  /** As `importFiles`, with the columns named by hand, and prompts rendered as the template says. */
  importMapped(
    files: readonly File[],
    mapping: Mapping,
    onProgress?: (progress: ImportProgress) => void,
    template?: TemplateId,
  ): Promise<ImportOutcome>;
  cancelImport(): Promise<void>;
  deleteDataset(hash: string): Promise<void>;
  /** Says which source is the target, or names sources by slot when the file has none. */
  setTarget(hash: string, target: number): Promise<DatasetSummary>;
  /** For files that name no source: the preferred response is the target's, the others are synthetic. */
  preferredIsTarget(hash: string): Promise<DatasetSummary>;
  rows(hash: string, query: RowQuery): Promise<RowPage>;
  /**
   * Starts a run. Resolves when it ends, with its record (stopped and failed runs too); it is stored.
   * @throws Problem-like TiltError when the spec or dataset cannot be run at all, or another run is going on
   */
  run(spec: Spec, onEvent: (event: RunEvent) => void): Promise<RunRecord>;
  pause(): Promise<void>;
  /** One optimiser step, then pause again. */
  step(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the run after the current step; what was computed is kept. */
  stop(): Promise<void>;
  runs(): Promise<readonly RunSummary[]>;
  runRecord(id: string): Promise<RunRecord | null>;
  deleteRun(id: string): Promise<void>;
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
  storageUsage(): Promise<StorageUsage>;
  /** Everything stored, as one file. */
  exportAll(): Promise<ExportedFile>;
  /** Puts such a file's records back. What is here and as new or newer stays; the report says what happened to each. */
  importAll(file: Blob): Promise<RestoreReport>;
}
