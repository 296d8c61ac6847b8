/** Rows: pages of them, filtered and sorted; one row whole; what is odd about them. */
import type { Histogram, ResponseEstimate, ResponseEvidence } from "../../experiment/events.ts";

/** The run going on, before it is stored. */
export type LiveRun = "live";

/** The split that a table shows before any run: by prompt, drawn by the seed. */
export interface SplitChoice {
  readonly seed: number;
  /** Share of the prompts held out. */
  readonly heldOut: number;
}

/** What is odd about a row; see src/data/duplicates.ts. */
export type RowFlag = "prompt" | "response" | "near-prompt" | "near-response" | "across-sources" | "leak";

/** Numbers of a row that can be sorted by, filtered by, and drawn as a histogram. */
export type RowColumn = "length" | "score" | "margin" | "h" | "weight" | "loss";

/** One row of the data table. */
export interface Row {
  readonly id: string;
  /** 1-based number of the record in its file. */
  readonly row: number;
  /** Its beginning: at most 300 characters. */
  readonly prompt: string;
  readonly responses: readonly { readonly source: number; readonly score: number | null }[];
  /** Set where a judgement without scores prefers the first response to the second. */
  readonly firstPreferred?: true;
  /** Words of a response, on average. */
  readonly length: number;
  /** Highest score of a response; null when one has none. */
  readonly score: number | null;
  /** Score of the preferred response minus that of the least preferred; null when one has none. */
  readonly margin: number | null;
  /** Mean h over the row's training units, else over its responses; null before the ratio stage. */
  readonly h: number | null;
  /** Last tilt weight under the chosen run, as a multiple of the equal share, and loss at that step. */
  readonly weight: number | null;
  readonly loss: number | null;
  readonly split: "train" | "held-out";
  /** Empty until `dataChecks` was asked for. */
  readonly flags: readonly RowFlag[];
}

/** From low up to, but without, high; infinite where open. */
export type Range = readonly [low: number, high: number];

export interface RowFilter {
  /** Rows with a response by this source; null for all. */
  readonly source: number | null;
  readonly split: Row["split"] | null;
  /** "duplicate": prompt or response word for word elsewhere; "near": nearly so; "leak": held out, yet trained on. */
  readonly flag: "duplicate" | "near" | "leak" | null;
  /** Rows without a value of a ranged column are left out. */
  readonly ranges: Readonly<Partial<Record<RowColumn, Range>>>;
}

export interface RowQuery {
  readonly offset: number;
  readonly limit: number;
  readonly sort: "row" | "source" | RowColumn;
  readonly descending: boolean;
  /** Text to look for in prompts and responses, whatever its case; empty for all. */
  readonly search: string;
  readonly filter: RowFilter;
  /** Run whose h, weights and split are shown; null for none. */
  readonly run: string | LiveRun | null;
  /** The split where there is no run. */
  readonly split: SplitChoice;
}

/** A column's values in bins. The first and the last bin hold what lies beyond the edges, too. */
export interface ColumnBins {
  /** One more than bins, ascending. */
  readonly edges: readonly number[];
  /** Of all rows, and of those that match everything but this column's own range. */
  readonly all: readonly number[];
  readonly matching: readonly number[];
}

export interface RowPage {
  /** The dataset that the rows are of: a world as the run asked for had made it has another hash than by default. */
  readonly hash: string;
  /** Rows that match, of all. */
  readonly total: number;
  readonly of: number;
  readonly rows: readonly Row[];
  /** Columns with at least two different values. */
  readonly columns: Readonly<Partial<Record<RowColumn, ColumnBins>>>;
}

/** The rows that share a prompt or a response with one row. */
export interface RowCopies {
  readonly flag: RowFlag;
  /** 1-based numbers of the others, at most 12; `more` beyond them. */
  readonly rows: readonly { readonly id: string; readonly row: number }[];
  readonly more: number;
}

/** A response whole. */
export interface GroupResponse {
  readonly text: string;
  readonly words: number;
  readonly source: number;
  readonly score: number | null;
  /** Out of fold; null until the ratio stage of a run on this dataset is done. */
  readonly estimate: ResponseEstimate | null;
  /** Null where no ratio stage was run since the page was opened. */
  readonly evidence: ResponseEvidence | null;
}

/** Every draw of a group in one run, by step. Units of one step (pairs of a group) are averaged. */
export interface WeightCurve {
  readonly run: string;
  readonly steps: readonly number[];
  readonly weights: readonly number[];
  readonly losses: readonly number[];
  /** Steps of the whole run, so that curves share an axis. */
  readonly of: number;
}

/** One row with all of its responses. */
export interface GroupDetail {
  readonly id: string;
  readonly row: number;
  /** 1-based line in its file; null where files have none. */
  readonly line: number | null;
  readonly prompt: string;
  readonly split: Row["split"];
  /** Pairs [preferred, other] that a file judged without scores; empty where scores say it. */
  readonly preferences: readonly (readonly [number, number])[];
  readonly responses: readonly GroupResponse[];
  readonly copies: readonly RowCopies[];
  readonly curves: readonly WeightCurve[];
}

/** A stretch of a text: characters from (included) to (not included). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The response that all others are compared with. */
export interface Base {
  readonly of: "open" | "pinned";
  readonly response: number;
}

/** What of a row is compared. */
export interface ComparedTexts {
  readonly prompt: string;
  readonly responses: readonly { readonly text: string }[];
}

export interface ResponseDifference {
  /** What only it has. */
  readonly only: readonly Span[];
  /** Share of words in common with the base; null for the base itself. */
  readonly shared: number | null;
  /** Whether the texts were too different or too long to align, and only words that the other lacks are marked. */
  readonly rough: boolean;
}

export interface Compared {
  readonly base: Base;
  /** Characters that were looked at of each text. */
  readonly upTo: number;
  /** By response of the open row, then of the pinned one. */
  readonly open: readonly ResponseDifference[];
  readonly pinned: readonly ResponseDifference[];
  /** What differs between the two prompts; empty without a pinned row. */
  readonly prompt: readonly Span[];
  readonly pinnedPrompt: readonly Span[];
}

/** What to look out for in a dataset, counted over its rows. */
export interface DataChecks {
  readonly split: {
    readonly seed: number;
    /** Share of the prompts that was asked to be held out. */
    readonly share: number;
    /** Rows on either side. */
    readonly train: number;
    readonly heldOut: number;
    /** Distinct prompts. */
    readonly prompts: number;
  };
  /** Null where the comparison was stopped. */
  readonly flags: Readonly<Record<RowFlag, number>> | null;
  /** Prompts and responses that were not compared with every one that looked alike: near copies of these may be missing. */
  readonly unsure: number;
  /** Words per response, by source, over one set of bins. */
  readonly lengths: readonly (Histogram & { readonly source: number; readonly median: number })[];
}

export interface RowApi {
  rows(hash: string, query: RowQuery): Promise<RowPage>;
  /**
   * One row whole, with its weights in some runs.
   * @param run whose estimates are shown, as in a query
   * @param runs whose curves are wanted
   */
  group(
    hash: string,
    id: string,
    query: Pick<RowQuery, "run" | "split">,
    runs: readonly string[],
  ): Promise<GroupDetail | null>;
  /**
   * Where a row stands among all rows in the order of their files: its id, and how many come before it.
   * @param row an id, or the number of a row in its file: of several files' rows with that number, the first. Null where there is none
   */
  findRow(
    hash: string,
    query: Pick<RowQuery, "run">,
    row: string,
  ): Promise<{ readonly id: string; readonly before: number } | null>;
  /** Which words of the responses of one row, or of two, differ. Long texts take a while; the page does not wait for it. */
  compareRows(open: ComparedTexts, pinned: ComparedTexts | null, base: Base): Promise<Compared>;
  /**
   * Looks for copies and leaks, once per dataset; afterwards rows carry their flags.
   * @param onProgress is told the share of the comparison that is done
   * @param again whether to compare rows whose comparison was stopped
   */
  dataChecks(
    hash: string,
    query: Pick<RowQuery, "run" | "split">,
    onProgress?: (done: number) => void,
    again?: boolean,
  ): Promise<DataChecks>;
  /** Stops looking for copies: the checks that wait for them come without. */
  stopChecks(): Promise<void>;
}
