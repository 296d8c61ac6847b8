/** What an import is given: files, limits, choices. What it reports while it works. */
import type { Mapping } from "./mapping.ts";
import { PACKED_FROM } from "./packed/groups.ts";
import type { Room } from "./packed/room.ts";
import type { TemplateId } from "./template.ts";

/** A file as the importer sees it. Every `File` and `Blob` with a name fits; Node code wraps a path. */
export interface FileInput {
  readonly name: string;
  /** Bytes as stored (compressed, if it is). */
  readonly size: number;
  stream(): ReadableStream<Uint8Array>;
  /** Random access, for Parquet. Without it the whole file is read into memory. */
  slice?(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface ImportProgress {
  readonly file: string;
  readonly fileIndex: number;
  /** Bytes read of all files, as stored, and their sum. */
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rowsRead: number;
  readonly rowsLeftOut: number;
}

/** Bounds that keep a hostile or broken file from exhausting the machine. Sizes in bytes. */
export interface ImportLimits {
  /** One record: a line, an array element, a CSV record. */
  readonly record: number;
  /** One JSON document that cannot be read element by element. */
  readonly document: number;
  /** Everything a compressed file may unfold to. */
  readonly inflated: number;
  /** Unfolded size over stored size, looked at from 64 MiB on. */
  readonly ratio: number;
  /** Brackets inside brackets in one record. */
  readonly depth: number;
  /** Problems listed by place; further ones are counted. */
  readonly problems: number;
  /** Text of all groups from which it is held as bytes, and each group made when it is read. */
  readonly plain: number;
}

export const defaultLimits: ImportLimits = {
  record: 16 * 2 ** 20,
  document: 256 * 2 ** 20,
  inflated: 4 * 2 ** 30,
  ratio: 200,
  depth: 200,
  problems: 500,
  plain: PACKED_FROM,
};

/** Who wrote which response, when the file does not say. */
export type SourceRule =
  /** Take what the file says; where it says nothing, nobody is named. */
  | { readonly kind: "file" }
  /** The preferred response of each pair is the target's, all others are one synthetic source. */
  | { readonly kind: "preferred-is-target"; readonly target?: string; readonly other?: string }
  /** The k-th response of every group is of the k-th source. */
  | { readonly kind: "by-position"; readonly names: readonly string[] }
  /** Responses that contain a text, or match a regular expression, are the target's; with `not` it is all others. Upper and lower case are one. */
  | {
      readonly kind: "text";
      readonly pattern: string;
      readonly regex?: boolean;
      readonly not?: boolean;
      readonly target?: string;
      readonly other?: string;
    }
  /** Responses with at least this score are the target's, those with less are not, those without a score are nobody's. */
  | {
      readonly kind: "score";
      readonly atLeast: number;
      readonly target?: string;
      readonly other?: string;
    };

/** One of the files holds responses of the target only; they join the groups of the other files that have the same prompt. */
export interface TargetFile {
  /** 0-based place among the files. */
  readonly index: number;
  /** Columns, where they are not those of a known format; without them they are guessed by name. */
  readonly prompt?: string;
  readonly response?: string;
  /** Name of the target; default "human". */
  readonly target?: string;
}

export interface ImportOptions {
  /** Name of the dataset; default: the first file's name without its endings. */
  readonly name?: string;
  /** Format id that overrides the guess. */
  readonly format?: string;
  /** Columns named by hand; overrides format and guess. */
  readonly mapping?: Mapping;
  /** How prompts are rendered; default: strings as they are, message lists as HH turns. */
  readonly template?: TemplateId;
  readonly sourceRule?: SourceRule;
  /** A file of responses by the target, for data that names no sources. */
  readonly targetFile?: TargetFile;
  /** Name of the source that is the target; default: what the format or a name like "human" says. */
  readonly target?: string;
  /** Count the target's response as preferred over every other response of its group; default: the format's. */
  readonly targetPreferred?: boolean;
  /** QA-Feedback: put the retrieved passages before the question. Default false. */
  readonly passages?: boolean;
  /** SHP: leave out pairs whose votes differ by less than this factor. Default 1 (none). */
  readonly minScoreRatio?: number;
  /** Stop after this many records. The hash still covers the whole file. */
  readonly maxRows?: number;
  /** Read only so many records from the beginning of each file, and no further: for a preview. Hashes are then empty. */
  readonly head?: number;
  readonly limits?: Partial<ImportLimits>;
  /** Where the texts of a large dataset go; without it they stay in memory, packed. */
  readonly room?: Room | null;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a person may decide about how files are read. Plain data: kept beside the dataset, since an export reads the files again. */
export type ReadChoices = Pick<
  ImportOptions,
  | "format"
  | "mapping"
  | "template"
  | "sourceRule"
  | "targetFile"
  | "target"
  | "targetPreferred"
  | "passages"
  | "minScoreRatio"
>;
