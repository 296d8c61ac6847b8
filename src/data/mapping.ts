/** Columns named by hand, for files whose shape is not known: a mapping acts as one more format. */

export interface Mapping {
  /** Column with the prompt; empty string when there is none. */
  readonly prompt: string;
  /** Columns that hold a response each (or a list of responses). Used when `chosen` is absent. */
  readonly responses?: readonly string[];
  readonly chosen?: string;
  readonly rejected?: string;
  /** Column(s) with scores: one list-valued column, or one per response column. */
  readonly scores?: readonly string[];
  /** Names of the sources, one per response column; or the column that says it, for a file with one response per row. */
  readonly sources?: readonly string[];
  readonly sourceColumn?: string;
  /** Name of the target source. */
  readonly target?: string;
}
