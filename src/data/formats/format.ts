/** What a file format is to the importer: a test on one record, and a reader that turns a record into a `Reading`. */
import type { ImportOptions } from "../options.ts";
import type { Message, Text } from "../template.ts";

/** A record with unknown columns. Only ever looked into through `field`, so that no inherited name is taken for a column. */
export type Row = Readonly<Record<string, unknown>>;

export interface ReadResponse {
  readonly text: Text;
  readonly source?: string | undefined;
  readonly score?: number | null | undefined;
  readonly prob?: number | undefined;
}

/** What one record says, before prompts are rendered and sources numbered. */
export type Reading =
  | {
      readonly kind: "group";
      readonly prompt: Text;
      readonly responses: readonly ReadResponse[];
      readonly preferences?: readonly (readonly [number, number])[] | undefined;
      readonly weight?: number | undefined;
    }
  /** A piece of a group: pieces with the same key are put together over all records and files. */
  | {
      readonly kind: "part";
      readonly key: string;
      readonly prompt: Text;
      readonly responses: readonly ReadResponse[];
      readonly preferences?: readonly (readonly [number, number])[] | undefined;
    }
  | {
      readonly kind: "unpaired";
      readonly prompt: Text;
      readonly response: ReadResponse;
      readonly desirable: boolean;
    }
  /** A text with nothing to compare it to. */
  | {
      readonly kind: "single";
      readonly prompt: Text | null;
      readonly response: Text | null;
      readonly turns?: readonly Message[];
    };

export interface ReadContext {
  readonly options: ImportOptions;
  /** 1-based record number in the file. */
  readonly row: number;
  /** Name of the file without folders and endings. */
  readonly stem: string;
}

export interface Format {
  readonly id: string;
  /** For people: "HH-RLHF", "TRL preference". */
  readonly label: string;
  /** The columns this format reads, for the sentence that shows the guess. */
  readonly columns: readonly string[];
  /** The source that is the target when nobody says otherwise. */
  readonly target?: string;
  /** Whether the target's response counts as preferred when `ImportOptions.targetPreferred` is not set. */
  readonly targetPreferred?: boolean;
  /** What the reader assumes beyond what the file says, in words for the page. */
  readonly note?: string;
  /** True for shapes without anything to compare: recognised, so that the reason can be given. */
  readonly single?: true;
  /** Whether the record has this format's tell-tale columns. */
  detect(row: Row): boolean;
  /** Reads a record. Throws a `RowFault` that names the column. */
  read(row: Row, context: ReadContext): Reading;
}

/** Why a record cannot be read. Not an Error: thousands may be thrown in a bad file, and none needs a stack trace. */
export class RowFault {
  readonly what: string;
  readonly field: string | undefined;
  readonly remedy: string;

  constructor(what: string, field?: string, remedy = "Correct it, or leave the row out.") {
    this.what = what;
    this.field = field;
    this.remedy = remedy;
  }
}
