/** Records of a Parquet file, one row group at a time. The codecs beyond Snappy are loaded only when a file uses them. */
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  snappyUncompress,
} from "hyparquet";
import type { FileInput, ImportLimits } from "../options.ts";
import { FileFault } from "./fault.ts";
import type { RawRecord } from "./record.ts";

type Unpack = NonNullable<Compressors[keyof Compressors]>;

const remedy = "Write the file again (for example with pandas or datasets), or save it as JSON Lines.";

/** Random access to a file: by its own `slice`, else by reading it whole. */
async function asyncBuffer(
  file: FileInput,
  direct: boolean,
  chunks: AsyncGenerator<Uint8Array, void, void>,
  limit: number,
): Promise<AsyncBuffer> {
  const { slice } = file;
  if (direct && slice !== undefined) {
    return {
      byteLength: file.size,
      slice: (start, end = file.size) => slice.call(file, start, end).arrayBuffer(),
    };
  }
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limit) {
      throw new FileFault(
        `The Parquet file unfolds to more than ${Math.round(limit / 2 ** 20)} MiB.`,
        "Unpack it on your machine and drop the result.",
      );
    }
    parts.push(chunk);
  }
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return { byteLength: total, slice: (start, end) => whole.buffer.slice(start, end) };
}

const unpackSnappy: Unpack = (input, length) => {
  const output = new Uint8Array(length);
  snappyUncompress(input, output);
  return output;
};

async function moreCodecs(): Promise<Compressors> {
  try {
    return (await import("hyparquet-compressors")).compressors;
  } catch {
    throw new FileFault(
      "The part of Tilt that unpacks this file's codec could not be loaded.",
      "Go online, or reload the page, and drop the file again.",
    );
  }
}

/** Codecs whose output is bounded by what the file's footer promises, checked before they run. */
async function codecsFor(metadata: FileMetaData, limit: number): Promise<Compressors> {
  const used = new Set(
    metadata.row_groups.flatMap((group) =>
      group.columns.map((column) => column.meta_data?.codec ?? "UNCOMPRESSED"),
    ),
  );
  used.delete("UNCOMPRESSED");
  const bounded: Compressors = {};
  const known = [...used].every((codec) => codec === "SNAPPY")
    ? { SNAPPY: unpackSnappy }
    : await moreCodecs();
  for (const codec of used) {
    const unpack = known[codec];
    if (!unpack)
      throw new FileFault(`The Parquet file is packed with ${codec}, which Tilt does not read.`, remedy);
    bounded[codec] = (input, length) => {
      if (!(length >= 0 && length <= limit))
        throw new FileFault("A page of the Parquet file unfolds to too much.", remedy);
      return unpack(input, length);
    };
  }
  return bounded;
}

const contradiction = () => new FileFault("The Parquet file's footer contradicts itself.", remedy);

/** Whether a footer's sizes can be true: a broken one must not make the reader allocate for billions of rows. */
function checkFooter(metadata: FileMetaData, size: number, limits: ImportLimits): void {
  let rows = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    const packedGroup = group.columns.reduce(
      (sum, column) => sum + Number(column.meta_data?.total_compressed_size ?? 0),
      0,
    );
    // Run-length encoding packs well, but a row still costs some of the group's bytes.
    if (!(count >= 0 && count <= 4096 * Math.max(1, packedGroup))) throw contradiction();
    rows += count;
    for (const { meta_data: column } of group.columns) {
      const start = Number(column?.dictionary_page_offset ?? column?.data_page_offset ?? 0);
      const packed = Number(column?.total_compressed_size ?? 0);
      const unpacked = Number(column?.total_uncompressed_size ?? 0);
      const sound = start >= 0 && packed >= 0 && start + packed <= size && unpacked <= limits.inflated;
      if (!sound || Number(column?.num_values ?? 0) > 4096 * Math.max(1, packedGroup)) throw contradiction();
    }
  }
  if (!(rows >= 0 && rows < 2 ** 31))
    throw new FileFault(`The Parquet file claims to have ${rows} rows.`, remedy);
}

/**
 * @param direct whether the stored bytes are the Parquet file itself (not gzipped), so that `file.slice` can be used
 * @param chunks the content, for when they are not
 */
export async function* parquetRecords(
  file: FileInput,
  direct: boolean,
  chunks: AsyncGenerator<Uint8Array, void, void>,
  limits: ImportLimits,
  signal: AbortSignal | undefined,
): AsyncGenerator<RawRecord[], void, void> {
  try {
    const buffer = await asyncBuffer(file, direct, chunks, limits.document);
    const metadata = await parquetMetadataAsync(buffer);
    checkFooter(metadata, buffer.byteLength, limits);
    const compressors = await codecsFor(metadata, limits.document);
    const columns = parquetSchema(metadata).children.map((child) => child.element.name);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows: Record<string, unknown>[] = Array.from({ length: rowEnd - rowStart }, () =>
        Object.create(null),
      );
      // One column after the other: read together, a damaged file rejects promises that nobody awaits.
      for (const name of columns) {
        signal?.throwIfAborted();
        const cells = await parquetReadObjects({
          file: buffer,
          metadata,
          columns: [name],
          rowStart,
          rowEnd,
          compressors,
        });
        if (cells.length !== rows.length)
          throw new Error(`column ${name} has ${cells.length} of ${rows.length} rows`);
        for (const [i, cell] of cells.entries()) rows[i]![name] = cell[name];
      }
      yield rows.map((value) => ({ value }));
      rowStart = rowEnd;
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof FileFault) throw thrown;
    throw new FileFault("The Parquet file is broken.", remedy, {
      excerpt: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}
