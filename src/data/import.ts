/** The importer: files of any known shape in, one `Dataset` out, with every row that was left out or changed by name and reason. */
import { TiltError } from "../base/errors.ts";
import { sha256 } from "../base/sha256.ts";
import { type Assembler, assembler, type Place } from "./assemble.ts";
import { FileFault } from "./container/fault.ts";
import { excerptOfValue, type RawRecord } from "./container/record.ts";
import { openRecords } from "./container/records.ts";
import { type Dataset, type ImportProblem, pairsOf } from "./dataset.ts";
import { detector } from "./detect.ts";
import { isRow } from "./formats/fields.ts";
import { type Format, RowFault } from "./formats/format.ts";
import { detectFormat } from "./formats/index.ts";
import { defaultLimits, type FileInput, type ImportLimits, type ImportOptions } from "./options.ts";
import { type ProblemList, problemList } from "./problems.ts";
import { applySourceRule, guessTarget, preferTarget } from "./sources.ts";

/** What one file turned out to be. */
export interface ImportedFile {
  readonly name: string;
  readonly size: number;
  /** SHA-256 of the stored bytes. */
  readonly hash: string;
  /** "jsonl", "json-array", …; null when the file could not be opened. */
  readonly container: string | null;
  readonly gzipped: boolean;
  /** Format id; null when no row was understood. */
  readonly format: string | null;
  readonly rowsRead: number;
}

export interface ImportCounts {
  /** Records met, in all files; the next two add up to it. */
  readonly rowsRead: number;
  readonly rowsKept: number;
  readonly rowsLeftOut: number;
  /** Rows that are kept, but changed. */
  readonly rowsRepaired: number;
  readonly groups: number;
  readonly responses: number;
  readonly pairs: number;
  /** Groups in which nobody is preferred: kept for the source classifier, but no pair to train on. */
  readonly ties: number;
  readonly unpaired: number;
}

export interface ImportResult {
  readonly dataset: Dataset;
  readonly files: readonly ImportedFile[];
  readonly counts: ImportCounts;
  /** The formats that were read, with the columns they use: the guess to show. */
  readonly formats: readonly {
    readonly id: string;
    readonly label: string;
    readonly columns: readonly string[];
  }[];
  /** What was assumed beyond what the files say. Show these. */
  readonly notes: readonly string[];
}

/** Everything an import accumulates over its files. */
interface State {
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
): void {
  const at = { file: place.file, row: place.row, ...(place.line !== undefined && { line: place.line }) };
  if (record.fault) {
    state.rowsLeftOut++;
    state.problems.add({ ...at, ...record.fault, effect: "left-out" });
    return;
  }
  try {
    if (!isRow(record.value)) throw new RowFault("A row should be an object with named columns.");
    const format = pick(record.value);
    const reading = format.read(record.value, { options: state.options, row: place.row, stem });
    const repaired = state.assembler.add(reading, place);
    state.formats.add(format);
    if (repaired) {
      state.problems.add({
        ...at,
        what: "Halves of surrogate pairs stood alone; they were replaced by \uFFFD.",
        remedy: "Write characters outside the basic plane as whole pairs.",
        excerpt: excerptOfValue(record.value),
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
      excerpt: excerptOfValue(record.value),
      effect: "left-out",
    });
  }
}

/** Reads one file to its end, to the row limit, or to the place where it breaks. */
async function readFile(
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
  const detect = detector(options);
  let container: string | null = null;
  let rows = 0;
  const left = () => (options.maxRows ?? Number.POSITIVE_INFINITY) - state.rowsRead;

  const flush = (records: readonly { record: RawRecord; row: number }[]): void => {
    for (const { record, row } of records) {
      take(state, record, { file: file.name, fileIndex, many, row, line: record.line }, stem, detect.pick);
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
    const { what, remedy, excerpt, line } = thrown;
    state.problems.add({ file: file.name, what, remedy, excerpt, line, effect: "left-out" });
  }
  flush(detect.release());
  const hash = await bytes.finish();
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

/**
 * Reads preference data.
 *
 * Never throws for bad content: what cannot be read is in `dataset.problems`, and the good rows are kept. A result without
 * groups and unpaired rows means that nothing was understood.
 * @throws TiltError when no file is given; the signal's reason when cancelled
 */
export async function importFiles(
  files: readonly FileInput[],
  options: ImportOptions = {},
): Promise<ImportResult> {
  if (files.length === 0)
    throw new TiltError("There is no file to import.", { remedy: "Choose at least one file." });
  options.signal?.throwIfAborted();
  const limits = { ...defaultLimits, ...options.limits };
  const state: State = {
    options,
    limits,
    assembler: assembler(options.template ?? "as-is"),
    problems: problemList(limits.problems),
    formats: new Set(),
    totalBytes: files.reduce((sum, file) => sum + file.size, 0),
    bytes: 0,
    rowsRead: 0,
    rowsLeftOut: 0,
    rowsRepaired: 0,
    lastReport: performance.now(),
  };
  const read: ImportedFile[] = [];
  for (const [i, file] of files.entries()) {
    if (state.rowsRead >= (options.maxRows ?? Number.POSITIVE_INFINITY)) break;
    read.push(await readFile(state, file, i, files.length > 1));
  }
  const { groups, unpaired, sources } = state.assembler.finish((problem: ImportProblem, rows) => {
    state.rowsLeftOut += rows;
    state.problems.add(problem);
  });
  const dataset = finishDataset(state, read, { groups, unpaired, sources });
  const { bytes, totalBytes, rowsRead, rowsLeftOut } = state;
  options.onProgress?.({
    file: files.at(-1)!.name,
    fileIndex: files.length - 1,
    bytes,
    totalBytes,
    rowsRead,
    rowsLeftOut,
  });
  const pairs = dataset.groups.map((group) => pairsOf(group).length);
  return {
    dataset,
    files: read,
    counts: {
      rowsRead,
      rowsKept: rowsRead - rowsLeftOut,
      rowsLeftOut,
      rowsRepaired: state.rowsRepaired,
      groups: dataset.groups.length,
      responses: dataset.groups.reduce((sum, group) => sum + group.responses.length, 0),
      pairs: pairs.reduce((sum, count) => sum + count, 0),
      ties: pairs.filter((count) => count === 0).length,
      unpaired: dataset.unpaired.length,
    },
    formats: [...state.formats].map(({ id, label, columns }) => ({ id, label, columns })),
    notes: [...state.formats].flatMap((format) => format.note ?? []),
  };
}

/** Names the target, applies the source rule, and adds the file's identity. */
function finishDataset(
  state: State,
  files: readonly ImportedFile[],
  read: Pick<Dataset, "groups" | "unpaired" | "sources">,
): Dataset {
  const { options } = state;
  const formats = [...state.formats];
  const wanted = options.target ?? options.mapping?.target ?? formats.find((format) => format.target)?.target;
  const named = wanted === undefined ? guessTarget(read.sources) : read.sources.indexOf(wanted);
  const prefers = options.targetPreferred ?? formats.some((format) => format.targetPreferred);
  const dataset: Dataset = {
    name:
      options.name ??
      files[0]!.name
        .replace(/^.*[/\\]/, "")
        .replace(/(?:\.(?:gz|gzip))?$/i, "")
        .replace(/\.\w+$/, ""),
    hash: files.length === 1 ? files[0]!.hash : sha256(files.map((file) => `${file.hash}\n`).join("")),
    format: [...new Set(formats.map((format) => format.id))].join("+") || "unknown",
    sources: read.sources,
    target: named,
    groups: prefers ? preferTarget(read.groups, named) : read.groups,
    unpaired: read.unpaired,
    rowsRead: state.rowsRead,
    problems: state.problems.listed,
    problemsOmitted: state.problems.omitted(),
  };
  return options.sourceRule ? applySourceRule(dataset, options.sourceRule) : dataset;
}
