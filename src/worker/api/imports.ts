/** Files on their way in: looked into, read, read again another way, and reported on. */
import type { ImportProblem } from "../../data/dataset.ts";
import type { ColumnRoles } from "../../data/guess-roles.ts";
import type { ImportCounts, ImportedFile } from "../../data/import.ts";
import type { ExampleRow, Look } from "../../data/look.ts";
import type { ReadChoices } from "../../data/options.ts";
import type { ReportFormat } from "../../data/report.ts";
import type { Problem } from "../../experiment/events.ts";
import type { DatasetSummary } from "./datasets.ts";
import type { ExportedFile } from "./exports.ts";

export type { ColumnRoles } from "../../data/guess-roles.ts";
export type { ExampleRow, Look, Preview } from "../../data/look.ts";
export type { Mapping } from "../../data/mapping.ts";
export type { ReadChoices, SourceRule, TargetFile } from "../../data/options.ts";
export type { Column, Guess, Peek } from "../../data/peek.ts";
export type { ReportFormat } from "../../data/report.ts";
export type { TemplateId } from "../../data/template.ts";

/** How a dataset's files were read: what was guessed or chosen, and rows to judge it by. */
export interface Reading {
  /** Of the format, or "Columns named by hand". */
  readonly label: string;
  /** Null when no columns can be named. */
  readonly roles: ColumnRoles | null;
  /** What a person decided. */
  readonly choices: ReadChoices;
  /** Up to three rows as they were read. */
  readonly examples: readonly ExampleRow[];
  readonly files: readonly ImportedFile[];
  readonly counts: ImportCounts;
  /** The web address it was fetched from, if it was. */
  readonly origin: string | null;
}

export interface ImportProgress {
  readonly file: string;
  /** Of the stored bytes; while fetching, of those that have arrived. */
  readonly bytes: number;
  /** 0 where nobody said. */
  readonly ofBytes: number;
  readonly rows: number;
  /** True while the file is still on its way from a web address. */
  readonly fetching?: boolean;
}

export type ImportOutcome =
  | { readonly ok: true; readonly dataset: DatasetSummary }
  | { readonly ok: false; readonly problem: Problem; readonly problems: readonly ImportProblem[] };

export interface ImportApi {
  /** Reads files into one dataset, stores it, and reports what was left out. Without choices it goes by its guess. */
  importFiles(
    files: readonly File[],
    onProgress: (progress: ImportProgress) => void,
    choices?: ReadChoices,
  ): Promise<ImportOutcome>;
  /**
   * A look into files, or into those of a stored dataset (by hash): columns, a guess how to read them, and rows as `choices` would read them.
   * Stores nothing. @throws TiltError when the dataset's files were not kept
   * @param more files that come after those, a file of the target's responses for one
   */
  look(from: readonly File[] | string, choices?: ReadChoices, more?: readonly File[]): Promise<Look>;
  /**
   * Reads a stored dataset's files again. The new reading takes the place of the old one, which stays beside it only where runs were made on
   * it. When nothing can be read this way, the old one stays as it is.
   */
  reread(
    hash: string,
    choices: ReadChoices,
    onProgress: (progress: ImportProgress) => void,
    more?: readonly File[],
  ): Promise<ImportOutcome>;
  /** Stops the import or the fetching that goes on. */
  cancelImport(): Promise<void>;
  /**
   * What an import kept and left out and why, as a file. Where the dataset's own list was cut short, its files are read again for a whole one.
   * @param hash null: of the last import, when nothing came of it
   */
  importReport(hash: string | null, format: ReportFormat): Promise<ExportedFile>;
}
