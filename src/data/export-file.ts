/** The original files again, row by row in their order with all their columns, and what was found out beside them. */
import { FileFault } from "./container/fault.ts";
import type { RawRecord } from "./container/record.ts";
import { openRecords } from "./container/records.ts";
import type { Dataset, Group } from "./dataset.ts";
import { type Detector, detector } from "./detect.ts";
import { exactJson } from "./exact_json.ts";
import { addedColumns, type ExportContainer, type Findings, type OutRow, write } from "./export.ts";
import { jsonText } from "./export-text.ts";
import { isRow } from "./formats/fields.ts";
import { type Reading, RowFault } from "./formats/format.ts";
import { detectFormat } from "./formats/index.ts";
import { defaultLimits, type FileInput, type ImportOptions } from "./options.ts";
import { matchKey, targetOptions, targetTexts } from "./target-file.ts";
import { renderPrompt, renderResponse, type Text } from "./template.ts";

/** Where a record's responses are in the dataset. */
interface Found {
  readonly group: Group | null;
  readonly responses: readonly number[];
}

interface Located extends Found {
  readonly record: RawRecord;
}

/** Finds a record's group and responses by reading the record again. */
function locator(dataset: Dataset, options: ImportOptions) {
  const byId = new Map(dataset.groups.map((group) => [group.id, group]));
  const byPrompt = new Map(dataset.groups.map((group) => [group.prompt, group]));
  const byMatch = new Map(
    options.targetFile ? dataset.groups.map((group) => [matchKey(group.prompt), group]) : [],
  );
  const template = options.template ?? "as-is";
  /** A row of the target's file: the first of the groups that it joined. */
  const joined = (reading: Reading): Found => {
    const { prompt, texts } = targetTexts(reading);
    const group = byMatch.get(matchKey(prompt)) ?? null;
    const at = (text: Text): number => {
      const rendered = renderResponse(text, template, typeof prompt === "string");
      return group?.responses.findIndex((known) => known.text.trim() === rendered.trim()) ?? -1;
    };
    return { group, responses: group ? texts.map(at) : [] };
  };
  return (
    record: RawRecord,
    id: string,
    row: number,
    stem: string,
    detect: Detector,
    ofTarget: boolean,
  ): Found => {
    const nothing = { group: null, responses: [] };
    if (!isRow(record.value)) return nothing;
    try {
      const reading = detect.pick(record.value).read(record.value, { options, row, stem });
      if (ofTarget || (options.targetFile && reading.kind === "single")) return joined(reading);
      if (reading.kind !== "group" && reading.kind !== "part") return nothing;
      const prompt = renderPrompt(reading.prompt, template);
      const group = (reading.kind === "group" ? byId.get(id) : byPrompt.get(prompt)) ?? null;
      if (group === null) return nothing;
      if (reading.kind === "group") return { group, responses: reading.responses.map((_, i) => i) };
      const texts = reading.responses.map(({ text }) =>
        renderResponse(text, template, typeof reading.prompt === "string"),
      );
      return {
        group,
        responses: texts.map((text) => group.responses.findIndex((known) => known.text === text)),
      };
    } catch (thrown) {
      if (thrown instanceof RowFault) return nothing;
      throw thrown;
    }
  };
}

/** The records of a file, up to where it breaks: the import's report says that. */
async function* recordsOf(
  file: FileInput,
  options: ImportOptions,
): AsyncGenerator<readonly RawRecord[], void, void> {
  const { bytes, open } = await openRecords(file, {
    limits: { ...defaultLimits, ...options.limits },
    signal: options.signal,
    isRow: (row) => detectFormat(row) !== null,
  });
  try {
    yield* (await open()).batches;
  } catch (thrown) {
    if (!(thrown instanceof FileFault)) throw thrown;
  } finally {
    await bytes.close();
  }
}

/** All records of all files that can be read, with their place in the dataset. */
async function* locate(
  files: readonly FileInput[],
  dataset: Dataset,
  options: ImportOptions,
): AsyncGenerator<Located, void, void> {
  const find = locator(dataset, options);
  for (const [fileIndex, file] of files.entries()) {
    const ofTarget = options.targetFile?.index === fileIndex;
    const detect = detector(
      ofTarget ? await targetOptions(file, options.targetFile!, options.signal) : options,
    );
    const stem = file.name
      .replace(/^.*[/\\]/, "")
      .replace(/\.(?:gz|gzip)$/i, "")
      .replace(/\.\w+$/, "");
    const ready = function* (held: ReturnType<Detector["hold"]>): Generator<Located, void, void> {
      for (const { record, row } of held) {
        if (record.value === undefined) continue;
        const id = files.length > 1 ? `${fileIndex + 1}:${row}` : String(row);
        yield { record, ...find(record, id, row, stem, detect, ofTarget) };
      }
    };
    let row = 0;
    for await (const batch of recordsOf(file, options)) {
      for (const record of batch) yield* ready(detect.hold(record, ++row));
    }
    yield* ready(detect.release());
  }
}

/** All names that rows of the files use, in the order in which they first appear. */
async function namesIn(files: readonly FileInput[], options: ImportOptions): Promise<Set<string>> {
  const names = new Set<string>();
  for (const file of files)
    for await (const batch of recordsOf(file, options))
      for (const { value } of batch) if (isRow(value)) for (const name of Object.keys(value)) names.add(name);
  return names;
}

/** Adds columns under names that no row uses, the same in every row: `h`, else `tilt_h`, `tilt_tilt_h`, … */
function besides(names: ReadonlySet<string>): (added: OutRow) => OutRow {
  const free = (name: string): string => (names.has(name) ? free(`tilt_${name}`) : name);
  return (added) => Object.fromEntries(Object.entries(added).map(([name, value]) => [free(name), value]));
}

/** One JSON object as it stands in the file, with more members: numbers keep every digit. */
function spliced(text: string, added: OutRow): string {
  // Line ends inside valid JSON are only ever between tokens.
  const body = text
    .replace(/\s*[\r\n]+\s*/g, " ")
    .trim()
    .slice(0, -1)
    .trimEnd();
  return `${body}${body.endsWith("{") ? "" : ","}${jsonText(added).slice(1)}`;
}

/**
 * The original files with the added columns `log_ratio`, `h`, `probability` and `source` (lists, one entry per response of the row; for
 * pairs the preferred one first), and `weight`, `fold` and `split`. Every row that can be parsed is there, in order; rows that the import
 * left out have empty added columns. A name that any row of the files already uses gets the prefix `tilt_`, in all rows.
 * @param options those of the import
 */
export async function* exportFiles(
  files: readonly FileInput[],
  dataset: Dataset,
  findings: Findings,
  container: ExportContainer,
  options: ImportOptions = {},
): AsyncGenerator<string, void, void> {
  const columnsOf = ({ group, responses }: Located) => addedColumns(dataset, group, responses, findings);
  if (container === "jsonl") {
    const beside = besides(await namesIn(files, options));
    let held = "";
    for await (const located of locate(files, dataset, options)) {
      const { value, text } = located.record;
      if (!isRow(value)) continue;
      const added = beside(columnsOf(located));
      held += `${text === undefined ? jsonText({ ...value, ...added }) : spliced(text, added)}\n`;
      if (held.length > 65536) {
        yield held;
        held = "";
      }
    }
    if (held !== "") yield held;
    return;
  }
  const { columns, rows } = await mergedRows(files, dataset, findings, options);
  yield* write(rows(), "csv", columns);
}

export interface MergedRows {
  /** The original names in the order in which they first appear, then the added ones. */
  readonly columns: readonly string[];
  /** Names under which `log_ratio`, `h`, … were added, by those. */
  readonly added: Readonly<Record<string, string>>;
  rows(): AsyncGenerator<OutRow, void, void>;
}

/**
 * The original rows with the added columns, for containers that need all names before the first row: one pass to collect them, then
 * `rows` as often as it is called.
 */
export async function mergedRows(
  files: readonly FileInput[],
  dataset: Dataset,
  findings: Findings,
  options: ImportOptions = {},
): Promise<MergedRows> {
  const names = await namesIn(files, options);
  const beside = besides(names);
  const none = addedColumns(dataset, null, [], findings);
  const [plain, free] = [Object.keys(none), Object.keys(beside(none))];
  return {
    columns: [...names, ...free],
    added: Object.fromEntries(plain.map((name, i) => [name, free[i]!])),
    async *rows() {
      for await (const located of locate(files, dataset, options)) {
        const { text, value: read } = located.record;
        const value = exactJson(text, read);
        if (!isRow(value)) continue;
        const { group, responses } = located;
        yield { ...value, ...beside(addedColumns(dataset, group, responses, findings)) };
      }
    },
  };
}
