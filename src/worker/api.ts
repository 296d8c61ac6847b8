/** What the page may ask of the worker: one interface, wrapped by Comlink on both sides. */
import type { ImportProblem } from "../data/dataset.ts";
import type { Environment, Problem, ResponseEstimate, RunEvent, RunRecord } from "../experiment/events.ts";
import type { Spec } from "../experiment/spec.ts";

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

export interface EngineApi {
  /** Opens the device (once). Falls back to the CPU and says so. */
  open(): Promise<Environment>;
  /** Built-in and stored datasets, newest first. */
  datasets(): Promise<readonly DatasetSummary[]>;
  /** Reads files into one dataset, stores it, and reports what was left out. */
  importFiles(files: readonly File[], onProgress: (progress: ImportProgress) => void): Promise<ImportOutcome>;
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
}
