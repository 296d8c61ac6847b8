/** Datasets: reading files, saying which source is the target, reading rows. */
import type { ImportProblem } from "../../data/dataset.ts";
import type { Mapping } from "../../data/mapping.ts";
import type { Peek } from "../../data/peek.ts";
import type { TemplateId } from "../../data/template.ts";
import type { Problem, ResponseEstimate } from "../../experiment/events.ts";

export type { Mapping } from "../../data/mapping.ts";
export type { Column, Guess, Peek } from "../../data/peek.ts";
export type { TemplateId } from "../../data/template.ts";

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

export interface DatasetApi {
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
}
