/** Decides the format of a file from its first rows, and of a row that differs from the rest of its file. */
import type { RawRecord } from "./container/record.ts";
import { field, has, isRow } from "./formats/fields.ts";
import { type Format, type Row, RowFault } from "./formats/format.ts";
import { detectFormat, formatById } from "./formats/index.ts";
import { mappedFormat } from "./mapping.ts";
import type { ImportOptions } from "./options.ts";

/** Rows looked at before deciding. More than one, so that a broken first row does not decide. */
const trial = 32;

interface Held {
  readonly record: RawRecord;
  readonly row: number;
}

export interface Detector {
  /** Takes a record; returns the records that can be read now. */
  hold(record: RawRecord, row: number): readonly Held[];
  /** The records still held when the file ends. */
  release(): readonly Held[];
  /** The format to read this row with. Throws a `RowFault` for an unknown shape. */
  pick(row: object): Format;
  format(): Format | null;
}

/** Why no format fits a row, naming the column that is nearest to making one fit. */
function unknownShape(row: Row): RowFault {
  const need = (name: string, what: string) =>
    new RowFault(`${what}: column \`${name}\` is missing.`, name, `Add \`${name}\`, or leave the row out.`);
  if (has(row, "chosen") && !has(row, "rejected"))
    return need("rejected", "The row has no rejected response");
  if (has(row, "rejected") && !has(row, "chosen")) return need("chosen", "The row has no chosen response");
  if (has(row, "responses") && !has(row, "scores")) return need("scores", "The responses have no scores");
  if (has(row, "responses") && !has(row, "query") && !has(row, "prompt"))
    return need("query", "The row has no prompt");
  const names = Object.keys(row);
  const shown = names
    .slice(0, 8)
    .map((name) => `\`${name.slice(0, 40)}\``)
    .join(", ");
  return new RowFault(
    names.length === 0
      ? "The row has no columns."
      : `These columns are of no known format: ${shown}${names.length > 8 ? ", …" : ""}.`,
    names.length === 0 ? undefined : names[0],
    "Say by hand which columns hold the prompt and the responses.",
  );
}

/** The format most of the rows have; ties go to the one that is tried first. */
export function vote(rows: readonly unknown[]): Format | null {
  const votes = new Map<Format, number>();
  for (const row of rows) {
    const format = isRow(row) ? detectFormat(row) : null;
    if (format) votes.set(format, (votes.get(format) ?? 0) + 1);
  }
  let best: Format | null = null;
  for (const [format, count] of votes) if (best === null || count > votes.get(best)!) best = format;
  return best;
}

/** Finds the format of a stream of rows as they come, unless the options name one. */
export function detector(options: ImportOptions): Detector {
  let format: Format | null = options.mapping
    ? mappedFormat(options.mapping)
    : options.format === undefined
      ? null
      : formatById(options.format);
  const forced = format !== null;
  let decided = forced;
  let held: Held[] = [];

  const decide = (): readonly Held[] => {
    const ready = held;
    held = [];
    decided = true;
    format ??= vote(ready.map(({ record }) => record.value));
    return ready;
  };
  return {
    hold(record, row) {
      if (decided) return [{ record, row }];
      held.push({ record, row });
      return held.length >= trial ? decide() : [];
    },
    release: () => (decided ? [] : decide()),
    pick(value) {
      const row = value as Row;
      if (format !== null && (forced || format.detect(row))) return format;
      const other = detectFormat(row);
      // A lone prompt in a file of pairs is a pair with a missing column, not another format.
      if (other !== null && (format === null || other.single !== true)) {
        format ??= other;
        return other;
      }
      if (format === null || (field(row, "chosen") !== undefined && !has(row, "rejected")))
        throw unknownShape(row);
      return format;
    },
    format: () => format,
  };
}
