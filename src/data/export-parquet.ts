/** Rows as a Parquet file, one row group at a time. The writer is loaded when somebody asks for such a file. */
import { TiltError } from "../base/errors.ts";
import type { OutRow } from "./export.ts";
import { fitted, kindOfValue, type ParquetKind, schemaOf, widen } from "./parquet-kind.ts";

/** Rows of a row group, and about how many characters it may hold: the most that is kept in memory at once. */
const GROUP_ROWS = 5000;
const GROUP_SIZE = 16 * 2 ** 20;

async function loadWriter() {
  try {
    return await import("hyparquet-writer");
  } catch (cause) {
    throw new TiltError("The part of Tilt that writes Parquet could not be loaded.", {
      remedy: "Go online, or reload the page; JSON Lines and CSV need nothing more.",
      cause,
    });
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce((sum: number, item) => sum + sizeOf(item), 8);
}

/**
 * @param rows gives the same rows each time it is called: once to find the columns' types, once to write
 * @param columns the columns in order; others are left out
 * @param kinds types of columns that are known beforehand
 * @param isStray rows that the import left out: what is wrong with one of them must not make a column of texts one of JSON
 */
export async function* parquetBytes(
  rows: () => Iterable<OutRow> | AsyncIterable<OutRow>,
  columns: readonly string[],
  kinds: Readonly<Record<string, ParquetKind>> = {},
  isStray: (row: OutRow) => boolean = () => false,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const { ByteWriter, ParquetWriter } = await loadWriter();
  const nothing = columns.map((name): [string, ParquetKind] => [name, "null"]);
  const [found, strays] = [new Map(nothing), new Map(nothing)];
  for await (const row of rows()) {
    const into = isStray(row) ? strays : found;
    for (const name of columns) {
      if (Object.hasOwn(kinds, name) || !Object.hasOwn(row, name)) continue;
      into.set(name, widen(into.get(name)!, kindOfValue(row[name])));
    }
  }
  for (const [name, kind] of strays) {
    const kept = found.get(name)!;
    if (kept !== "text") found.set(name, widen(kept, kind));
  }
  for (const name of columns) if (Object.hasOwn(kinds, name)) found.set(name, kinds[name]!);

  const writer = new ByteWriter();
  const schema = [
    { name: "root", num_children: columns.length },
    ...columns.flatMap((name) => schemaOf(name, found.get(name)!)),
  ];
  const parquet = new ParquetWriter({ writer, schema, createdBy: "tilt" });
  /** What was written since the last call. Offsets in the file go on counting. */
  const taken = (): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(writer.buffer, 0, writer.index).slice();
    writer.index = 0;
    return bytes;
  };
  let held: OutRow[] = [];
  let size = 0;
  const group = async (): Promise<Uint8Array<ArrayBuffer>> => {
    const columnData = columns.map((name) => {
      const kind = found.get(name)!;
      return { name, data: held.map((row) => (Object.hasOwn(row, name) ? fitted(kind, row[name]) : null)) };
    });
    await parquet.write({ columnData, rowGroupSize: held.length });
    held = [];
    size = 0;
    return taken();
  };
  for await (const row of rows()) {
    held.push(row);
    size += sizeOf(row);
    if (held.length >= GROUP_ROWS || size >= GROUP_SIZE) yield await group();
  }
  if (held.length > 0) yield await group();
  await parquet.finish();
  yield taken();
}
