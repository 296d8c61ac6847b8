/** Opens a file of any container and streams its records in batches, in file order. */
import type { FileInput, ImportLimits } from "../options.ts";
import { type ByteSource, openBytes } from "./bytes.ts";
import { csvRecords } from "./csv.ts";
import { delimiterOf } from "./delimiter.ts";
import { linesOfRows, rowsOfDocument } from "./document.ts";
import { FileFault } from "./fault.ts";
import { type ContainerKind, containerKind, lookahead } from "./head.ts";
import { parseJsonSlice } from "./json-record.ts";
import { jsonSplitter } from "./json-splitter.ts";
import { lateFault } from "./late-fault.ts";
import type { RawRecord } from "./record.ts";
import { giveBack, lineSplitter, type Slice, type Splitter } from "./slices.ts";

export interface RecordOptions {
  readonly limits: ImportLimits;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (count: number) => void;
  /** Whether an object is a row by its columns; decides how a single JSON document is taken apart. */
  readonly isRow: (value: Readonly<Record<string, unknown>>) => boolean;
}

export interface RecordSource {
  readonly kind: ContainerKind;
  readonly gzipped: boolean;
  /** Batches of records. Throws a `FileFault` where the rest of the file cannot be read. */
  readonly batches: AsyncGenerator<RawRecord[], void, void>;
}

const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/** Bytes by which UTF-16 without a mark is known. */
const WIDE = 512;

/** Which UTF-16 the bytes are, if any: by their mark, or because every other one is 0, as in Western text without a mark. */
function wideOf(first: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (first[0] === 0xff && first[1] === 0xfe) return "utf-16le";
  if (first[0] === 0xfe && first[1] === 0xff) return "utf-16be";
  const head = first.subarray(0, WIDE - (WIDE % 2));
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2]!++;
  const most = 0.45 * head.length;
  if (head.length < 16) return null;
  if (zeros[0] === 0 && zeros[1]! >= most) return "utf-16le";
  return zeros[1] === 0 && zeros[0]! >= most ? "utf-16be" : null;
}

/** The chunks as UTF-8 without a byte order mark. UTF-16 (Excel's "Unicode text") is recoded. */
async function* unmarked(
  chunks: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  const head = lookahead(chunks);
  const first = await head.peek(WIDE);
  const wide = wideOf(first);
  if (wide !== null) {
    const decoder = new TextDecoder(wide);
    const encoder = new TextEncoder();
    for await (const chunk of head.rest()) yield encoder.encode(decoder.decode(chunk, { stream: true }));
    return;
  }
  let skip = byteOrderMark.every((byte, i) => first[i] === byte) ? 3 : 0;
  for await (const chunk of head.rest()) {
    yield skip > 0 ? chunk.subarray(skip) : chunk;
    skip = 0;
  }
}

/** Bytes looked at to find out how the rest is to be read. */
const HEAD = 65536;

/** Whether lines end in a carriage return alone, as on the Macintosh before 2001. Where a chunk ends, a line feed may still follow. */
function hasOldLineEnds(start: Uint8Array): boolean {
  const at = start.indexOf(13);
  return at >= 0 && at < start.length - 1 && !start.includes(10);
}

async function* withLineFeeds(
  chunks: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) yield chunk.map((byte) => (byte === 13 ? 10 : byte));
}

/** Records that are parsed before they are asked for: few, so that they are gone before the garbage collector moves them among what stays. */
const BATCH = 64;
/** Bytes of records after which no further one is parsed. */
const LARGE = 2 ** 18;

async function* split(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  splitter: Splitter,
  parse: (slice: Slice) => RawRecord | readonly RawRecord[],
): AsyncGenerator<RawRecord[], void, void> {
  const read = (slice: Slice): RawRecord | readonly RawRecord[] => {
    const records = parse(slice);
    if (slice.own && slice.bytes) giveBack(slice.bytes);
    return records;
  };
  for await (const chunk of chunks) {
    const slices = splitter.push(chunk);
    for (let from = 0, to = 0; from < slices.length; from = to) {
      for (let size = 0; to < slices.length && to - from < BATCH && size < LARGE; to++)
        size += slices[to]!.bytes?.length ?? 0;
      yield slices.slice(from, to).flatMap(read);
    }
  }
  const last = splitter.end();
  if (last.length > 0) yield last.flatMap(read);
}

async function* arrayElements(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  limits: ImportLimits,
): AsyncGenerator<RawRecord[], void, void> {
  const splitter = jsonSplitter(true, limits.record);
  yield* split(chunks, splitter, (slice) => parseJsonSlice(slice, limits));
  if (!splitter.closed()) {
    throw new FileFault(
      "The file ends before its list is closed; it is cut off, or a quote or bracket is missing in one of its records.",
      "Download or export it again. The records that could be told apart were read.",
    );
  }
  const stray = splitter.strayLine();
  if (stray !== null) {
    throw new FileFault(
      "Something follows the end of the list; it was not read.",
      "Put all rows into one list.",
      {
        line: stray,
      },
    );
  }
}

/** Records that one line may hold, and the bytes of it that are looked at in one go. */
const MOST = 1000;
const STRETCH = 4096;

/** The record of a line. Where that is none, the objects on it: several of them, say, or one with a comma behind it. */
function lineRecords(slice: Slice, limits: ImportLimits): RawRecord | readonly RawRecord[] {
  const record = parseJsonSlice(slice, limits);
  const { bytes, line, offset } = slice;
  if (!record.fault || bytes === null) return record;
  const splitter = jsonSplitter(false, limits.record);
  const pieces: Slice[] = [];
  for (let at = 0; at < bytes.length && pieces.length <= MOST; at += STRETCH)
    pieces.push(...splitter.push(bytes.subarray(at, at + STRETCH)));
  pieces.push(...splitter.end());
  if (pieces.length > MOST) return record;
  const found = pieces.map((piece) =>
    parseJsonSlice({ ...piece, line, offset: offset + piece.offset }, limits),
  );
  const isObject = (value: unknown) => typeof value === "object" && value !== null;
  return found.some(({ value }) => isObject(value)) ? found : record;
}

async function* document(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  { limits, isRow }: RecordOptions,
): AsyncGenerator<RawRecord[], void, void> {
  const values: RawRecord[] = [];
  const splitter = jsonSplitter(false, limits.document);
  const parse = (slice: Parameters<typeof parseJsonSlice>[0]) =>
    parseJsonSlice(slice, limits, limits.document);
  for await (const batch of split(chunks, splitter, parse)) values.push(...batch);
  const only = values.length === 1 ? values[0]! : null;
  if (only === null || only.fault || only.value === undefined) {
    yield values;
    return;
  }
  const found = rowsOfDocument(only.value, isRow);
  const { text, line = 1, ...first } = only;
  const lines = text === undefined ? null : linesOfRows(text, found);
  const placeOf = (i: number) => {
    if (lines) return { line: line + lines[i]! - 1 };
    return found.rows.length === 1 ? { line } : {};
  };
  yield found.rows.map((value, i) => ({ ...(i === 0 && first), value, ...placeOf(i) }));
}

/** A part of the engine that most visitors never need. */
async function parquetReader(): Promise<typeof import("./parquet.ts")> {
  try {
    return await import("./parquet.ts");
  } catch {
    throw new FileFault(
      "The part of Tilt that reads Parquet files could not be loaded.",
      "Go online, or reload the page, and drop the file again.",
    );
  }
}

/** Finds out what the file is and starts reading. Throws a `FileFault` when it is nothing that can be read. */
export async function openRecords(
  file: FileInput,
  options: RecordOptions,
): Promise<{ readonly bytes: ByteSource; readonly open: () => Promise<RecordSource> }> {
  const bytes = await openBytes(file, {
    limits: options.limits,
    signal: options.signal,
    onBytes: options.onBytes ?? (() => undefined),
  });
  const open = async (): Promise<RecordSource> => {
    const head = lookahead(unmarked(bytes.chunks));
    const kind = await containerKind(head, file.name);
    const { limits } = options;
    const start = (await head.peek(HEAD)).subarray(0, HEAD);
    const old = hasOldLineEnds(start);
    // A line or document that breaks off is known by its brackets; the last cell of a table that does may say anything.
    const late = lateFault(head.rest(), kind === "jsonl" || kind === "json-document");
    const { chunks } = late;
    const text = old ? withLineFeeds(chunks) : chunks;
    const source = (batches: RecordSource["batches"]): RecordSource => ({
      kind,
      gzipped: bytes.gzipped,
      batches: late.before(batches),
    });
    if (kind === "jsonl")
      return source(split(text, lineSplitter(limits.record), (slice) => lineRecords(slice, limits)));
    if (kind === "json-array") return source(arrayElements(chunks, limits));
    if (kind === "json-document") return source(document(chunks, options));
    if (kind === "parquet") {
      const { parquetRecords } = await parquetReader();
      return source(parquetRecords(file, !bytes.gzipped, chunks, limits, options.signal));
    }
    const delimiter = delimiterOf(new TextDecoder().decode(start), kind);
    return source(csvRecords(text, delimiter, limits));
  };
  return { bytes, open };
}
