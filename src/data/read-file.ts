/** Reads one file of an import, record by record, into the state that all its files share. */
import type { Assembler, Place } from "./assemble.ts";
import { FileFault } from "./container/fault.ts";
import { excerptOfValue, type RawRecord } from "./container/record.ts";
import { openRecords } from "./container/records.ts";
import { detector } from "./detect.ts";
import { isRow } from "./formats/fields.ts";
import { type Format, RowFault } from "./formats/format.ts";
import { detectFormat } from "./formats/index.ts";
import type { FileInput, ImportLimits, ImportOptions } from "./options.ts";
import type { ProblemList } from "./problems.ts";
import { targetOptions } from "./target-file.ts";

/** What one file turned out to be. */
export interface ImportedFile {
  readonly name: string;
  readonly size: number;
  /** SHA-256 of the stored bytes; empty when only the head was read. */
  readonly hash: string;
  /** "jsonl", "json-array", …; null when the file could not be opened. */
  readonly container: string | null;
  readonly gzipped: boolean;
  /** Format id; null when no row was understood. */
  readonly format: string | null;
  readonly rowsRead: number;
}

/** Everything an import accumulates over its files. */
export interface State {
  readonly options: ImportOptions;
  readonly limits: ImportLimits;
  readonly assembler: Assembler;
  readonly problems: ProblemList;
  readonly formats: Set<Format>;
  readonly totalBytes: number;
  bytes: number;
  rowsRead: number;
  rowsLeftOut: number;
  rowsRepaired: number;
  lastReport: number;
}

/** Longest time in ms without letting messages (a cancel, say) through. */
const breath = 50;

async function report(state: State, file: FileInput, fileIndex: number): Promise<void> {
  if (performance.now() - state.lastReport < breath) return;
  const { bytes, totalBytes, rowsRead, rowsLeftOut } = state;
  state.options.onProgress?.({ file: file.name, fileIndex, bytes, totalBytes, rowsRead, rowsLeftOut });
  await new Promise((resolve) => setTimeout(resolve));
  state.options.signal?.throwIfAborted();
  state.lastReport = performance.now();
}

/** Reads one record into the assembler, or notes why not. */
function take(
  state: State,
  record: RawRecord,
  place: Place,
  stem: string,
  pick: (row: object) => Format,
  ofTarget: boolean,
): void {
  const at = { file: place.file, row: place.row, ...(place.line !== undefined && { line: place.line }) };
  if (record.fault) {
    state.rowsLeftOut++;
    state.problems.add({ ...at, ...record.fault, effect: "left-out" });
    return;
  }
  try {
    if (!isRow(record.value))
      throw new RowFault(
        "A row should be an object with named columns.",
        undefined,
        'Write each row as {"prompt": …, "chosen": …, "rejected": …}, or save the file as CSV with a first line of names.',
      );
    const format = pick(record.value);
    const reading = format.read(record.value, { options: state.options, row: place.row, stem });
    const repaired = ofTarget
      ? state.assembler.addTarget(reading, place)
      : state.assembler.add(reading, place);
    if (!ofTarget) state.formats.add(format);
    if (repaired) {
      state.problems.add({
        ...at,
        what: "Halves of surrogate pairs stood alone; they were replaced by \uFFFD.",
        remedy: "Write characters outside the basic plane as whole pairs.",
        excerpt: state.problems.full() ? undefined : excerptOfValue(record.value),
        effect: "repaired",
      });
    }
    if (record.repair) state.problems.add({ ...at, ...record.repair, effect: "repaired" });
    if (repaired || record.repair) state.rowsRepaired++;
  } catch (thrown) {
    if (!(thrown instanceof RowFault)) throw thrown;
    state.rowsLeftOut++;
    const { what, field, remedy } = thrown;
    state.problems.add({
      ...at,
      what,
      field,
      remedy,
      excerpt: state.problems.full() ? undefined : excerptOfValue(record.value),
      effect: "left-out",
    });
  }
}

/** Reads one file to its end, to the row limit, or to the place where it breaks. */
export async function readFile(
  state: State,
  file: FileInput,
  fileIndex: number,
  many: boolean,
): Promise<ImportedFile> {
  const { options, limits } = state;
  const { bytes, open } = await openRecords(file, {
    limits,
    signal: options.signal,
    onBytes: (count) => {
      state.bytes += count;
    },
    isRow: (row) => detectFormat(row) !== null,
  });
  const stem = file.name
    .replace(/^.*[/\\]/, "")
    .replace(/\.(?:gz|gzip)$/i, "")
    .replace(/\.\w+$/, "");
  const ofTarget = options.targetFile?.index === fileIndex;
  const detect = detector(
    ofTarget ? await targetOptions(file, options.targetFile!, options.signal) : options,
  );
  let container: string | null = null;
  let fault: FileFault | null = null;
  let rows = 0;
  const { maxRows = Number.POSITIVE_INFINITY, head = Number.POSITIVE_INFINITY } = options;
  const left = () => Math.min(maxRows - state.rowsRead, head - rows);

  const flush = (records: readonly { record: RawRecord; row: number }[]): void => {
    for (const { record, row } of records) {
      const place = { file: file.name, fileIndex, many, row, line: record.line };
      take(state, record, place, stem, detect.pick, ofTarget);
    }
  };
  try {
    const source = await open();
    container = source.kind;
    for await (const batch of source.batches) {
      for (const record of batch.slice(0, left())) {
        rows++;
        state.rowsRead++;
        flush(detect.hold(record, rows));
      }
      await report(state, file, fileIndex);
      if (left() <= 0) break;
    }
    if (rows === 0) throw new FileFault("The file holds no rows.", "Choose another file.");
  } catch (thrown) {
    if (!(thrown instanceof FileFault)) throw thrown;
    fault = thrown;
  }
  flush(detect.release());
  if (fault !== null) {
    const { what, remedy, excerpt, line } = fault;
    state.problems.add({ file: file.name, what, remedy, excerpt, line, effect: "left-out" });
  }
  const hash = options.head === undefined ? await bytes.finish() : await bytes.close().then(() => "");
  const format = detect.format()?.id ?? null;
  return {
    name: file.name,
    size: file.size,
    hash,
    container,
    gzipped: bytes.gzipped,
    format,
    rowsRead: rows,
  };
}
