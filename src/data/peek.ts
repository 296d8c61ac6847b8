/** A first look into files: their columns, three example rows, and a guess how to read them. Reads only the beginning. */
import { FileFault } from "./container/fault.ts";
import { openRecords } from "./container/records.ts";
import { vote } from "./detect.ts";
import { isMessages, isRow } from "./formats/fields.ts";
import type { Row } from "./formats/format.ts";
import { detectFormat } from "./formats/index.ts";
import { guessMapping } from "./guess-mapping.ts";
import { type ColumnRoles, mappingOfFormat, rolesOfFormat, rolesOfMapping } from "./guess-roles.ts";
import type { Mapping } from "./mapping.ts";
import { defaultLimits, type FileInput } from "./options.ts";

export type ColumnKind = "text" | "number" | "yes/no" | "list" | "turns" | "object" | "empty" | "mixed";

export interface Column {
  /** Name, or path into an object, "metadata.score", or into the objects of a list, "answers[].text". */
  readonly name: string;
  readonly kind: ColumnKind;
  /** Mean length of its texts in characters, also of those behind "[]"; 0 for other kinds. */
  readonly meanLength: number;
}

export interface Guess {
  /** Format id; null when no format fits and only columns were matched by name. */
  readonly format: string | null;
  readonly label: string;
  /** The columns that would be read. */
  readonly columns: readonly string[];
  /** What they would be read as; null when nothing was matched. */
  readonly roles: ColumnRoles | null;
  /** A starting point for naming columns by hand; for a known format, one that reads the same where there is one. */
  readonly mapping: Mapping | null;
  readonly target: string | null;
  readonly note: string | null;
}

export interface Peek {
  /** At most 200, as many as can be chosen from. */
  readonly columns: readonly Column[];
  /** Further ones: of an object by keys, say, each of which looks like a column. */
  readonly moreColumns: number;
  /** Up to three rows, long texts cut, ready to be shown. */
  readonly exampleRows: readonly Row[];
  /** Null when nothing could be read; `problem` says why. */
  readonly guess: Guess | null;
  readonly problem: {
    readonly file: string;
    readonly what: string;
    readonly remedy: string | undefined;
  } | null;
}

/** Rows looked at. */
const sample = 100;
/** Items looked at of a list of objects. */
const ITEMS = 8;
/** Columns that are offered. */
const MOST = 200;
/** Entries of an object in an example. */
const ENTRIES = 100;

function kindOfValue(value: unknown): ColumnKind {
  if (value === null || value === undefined || value === "") return "empty";
  if (isMessages(value)) return "turns";
  if (Array.isArray(value)) return value.some(isRow) ? "object" : "list";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "yes/no";
  return typeof value === "number" || typeof value === "bigint" ? "number" : "object";
}

function columnsOf(rows: readonly Row[]): Column[] {
  const seen = new Map<string, { kinds: Set<ColumnKind>; length: number; texts: number }>();
  const visitItem = (item: Row, prefix: string): void => {
    for (const [key, value] of Object.entries(item)) {
      const name = prefix + key;
      const entry = seen.get(name) ?? { kinds: new Set(["list"]), length: 0, texts: 0 };
      seen.set(name, entry);
      if (typeof value !== "string") continue;
      entry.length += value.length;
      entry.texts++;
    }
  };
  const visit = (row: Row, prefix: string): void => {
    for (const [key, value] of Object.entries(row)) {
      const name = prefix + key;
      const entry = seen.get(name) ?? { kinds: new Set(), length: 0, texts: 0 };
      seen.set(name, entry);
      const kind = kindOfValue(value);
      if (kind !== "empty") entry.kinds.add(kind);
      if (typeof value === "string") {
        entry.length += value.length;
        entry.texts++;
      }
      if (kind !== "object" || prefix !== "") continue;
      if (isRow(value)) visit(value, `${name}.`);
      else if (Array.isArray(value))
        for (const item of value.slice(0, ITEMS)) if (isRow(item)) visitItem(item, `${name}[].`);
    }
  };
  for (const row of rows) visit(row, "");
  return [...seen].map(([name, { kinds, length, texts }]) => ({
    name,
    kind: kinds.size === 0 ? "empty" : kinds.size === 1 ? [...kinds][0]! : "mixed",
    meanLength: texts === 0 ? 0 : length / texts,
  }));
}

/** The columns that most likely hold something to read, in the order of the file. */
function offered(columns: readonly Column[]): readonly Column[] {
  if (columns.length <= MOST) return columns;
  const plain = ({ kind }: Column) => kind === "number" || kind === "empty" || kind === "object";
  const chosen = new Set(columns.toSorted((a, b) => Number(plain(a)) - Number(plain(b))).slice(0, MOST));
  return columns.filter((column) => chosen.has(column));
}

/** A value that can be shown and sent anywhere: long texts, lists and objects cut, big integers as text. */
function shown(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.length > 2000 ? `${value.slice(0, 2000)}…` : value;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > 6) return "…";
  if (Array.isArray(value)) return value.slice(0, 20).map((item) => shown(item, depth + 1));
  const entries = Object.entries(value).slice(0, ENTRIES);
  return Object.fromEntries(entries.map(([key, item]) => [key, shown(item, depth + 1)]));
}

/** Looks into the first file that has rows. @throws the signal's reason when cancelled */
export async function peek(files: readonly FileInput[], signal?: AbortSignal): Promise<Peek> {
  let problem: Peek["problem"] = null;
  for (const file of files) {
    const { bytes, open } = await openRecords(file, {
      limits: defaultLimits,
      signal,
      isRow: (row) => detectFormat(row) !== null,
    });
    const rows: Row[] = [];
    try {
      const { batches } = await open();
      for await (const batch of batches) {
        for (const { value } of batch) if (isRow(value) && rows.length < sample) rows.push(value);
        if (rows.length >= sample) break;
      }
    } catch (thrown) {
      if (!(thrown instanceof FileFault)) throw thrown;
      problem ??= { file: file.name, what: thrown.what, remedy: thrown.remedy };
    } finally {
      await bytes.close();
    }
    if (rows.length === 0) continue;
    const all = columnsOf(rows);
    const columns = offered(all);
    const format = vote(rows);
    const usable = format !== null && format.single !== true ? format : null;
    const mapping = (usable && mappingOfFormat(usable.id, columns)) ?? guessMapping(columns);
    const known = usable && rolesOfFormat(usable.id, columns);
    return {
      columns,
      moreColumns: all.length - columns.length,
      exampleRows: rows.slice(0, 3).map((row) => shown(row) as Row),
      guess: {
        format: usable?.id ?? null,
        label: usable?.label ?? "Columns named by hand",
        columns: usable?.columns ?? [],
        roles: known ?? (usable === null && mapping !== null ? rolesOfMapping(mapping) : null),
        mapping,
        target: usable ? (usable.target ?? null) : (mapping?.target ?? null),
        note: usable?.note ?? null,
      },
      problem: null,
    };
  }
  return { columns: [], moreColumns: 0, exampleRows: [], guess: null, problem };
}
