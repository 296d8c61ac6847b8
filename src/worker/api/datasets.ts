/** Datasets: listing them, saying which source is the target. */
import type { ImportProblem } from "../../data/dataset.ts";
import type { Reading } from "./imports.ts";

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
  /** Responses judged one by one, good or bad; absent in summaries stored before they were counted. */
  readonly judged?: number;
  readonly responses: number;
  readonly rowsRead: number;
  readonly rowsLeftOut: number;
  readonly problems: readonly ImportProblem[];
  readonly problemsOmitted: number;
  /** What was assumed while reading, in words. */
  readonly notes: readonly string[];
  /** How its files were read; absent for built-in data. */
  readonly reading?: Reading;
}

export interface DatasetApi {
  /** Built-in and stored datasets, newest first. */
  datasets(): Promise<readonly DatasetSummary[]>;
  deleteDataset(hash: string): Promise<void>;
  /** Says which source is the target, or names sources by slot when the file has none. */
  setTarget(hash: string, target: number): Promise<DatasetSummary>;
  /** For files that name no source: the preferred response is the target's, the others are synthetic. */
  preferredIsTarget(hash: string): Promise<DatasetSummary>;
}
