/** Records of a CSV or TSV file with a header row. */
import type { ImportLimits } from "../options.ts";
import { type CsvSlice, csvSplitter } from "./csv-splitter.ts";
import { excelDelimiter } from "./delimiter.ts";
import { FileFault } from "./fault.ts";
import { jsonDepth } from "./json-record.ts";
import { pythonValue } from "./python-literal.ts";
import { excerptOf, type RawRecord } from "./record.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Columns that hold lists or objects in other containers; in a table their cells are JSON, or as Python prints them (pandas' `to_csv`). */
const listColumns = new Set([
  "responses",
  "scores",
  "probs",
  "sources",
  "models",
  "answers",
  "completions",
  "messages",
  "conversations",
  "human_answers",
  "chatgpt_answers",
  "chosen_messages",
  "rejected_messages",
  "preference",
  "passages",
  "metadata",
  "grammar",
  "cohesive",
  "enjoy",
  "relevant",
]);

/** A cell that is a list of turns or a single turn, whatever its column is called. */
const turns = /^\s*\[?\s*\{\s*["'](?:role|content|from|value)["']\s*:/;

/** Most columns a table may have. */
const mostColumns = 2000;

/** The cells of one record, quotes taken off. */
export function cellsOf(text: string, delimiter: string): string[] {
  const cells: string[] = [];
  let i = 0;
  for (;;) {
    if (text[i] === '"') {
      let cell = "";
      i++;
      for (;;) {
        const close = text.indexOf('"', i);
        if (close < 0) {
          cell += text.slice(i);
          i = text.length;
          break;
        }
        cell += text.slice(i, close);
        if (text[close + 1] !== '"') {
          i = close + 1;
          break;
        }
        cell += '"';
        i = close + 2;
      }
      cells.push(cell);
      const next = text.indexOf(delimiter, i);
      if (next < 0) return cells;
      i = next + 1;
    } else {
      const next = text.indexOf(delimiter, i);
      if (next < 0) {
        cells.push(text.slice(i));
        return cells;
      }
      cells.push(text.slice(i, next));
      i = next + 1;
    }
  }
}

/** Column names; the second of two equal ones is told apart by a number. */
function columnNames(cells: readonly string[]): string[] {
  const seen = new Set<string>();
  return cells.map((cell) => {
    // Quotes behind a blank were not taken off.
    const told = cell.trim().replace(/^"(.*)"$/, "$1");
    let name = told;
    for (let n = 2; seen.has(name); n++) name = `${told} (${n})`;
    seen.add(name);
    return name;
  });
}

/** A cell's value: its text, or the list or object that it writes down. One that nests deeper than `depth` stays text. */
function cellValue(cell: string, column: string, depth: number): unknown {
  if (!listColumns.has(column) && !turns.test(cell)) return cell;
  if (!/^\s*[[{]/.test(cell)) return cell;
  if (cell.length > 2 * depth && jsonDepth(new TextEncoder().encode(cell)) > depth) return cell;
  try {
    return JSON.parse(cell);
  } catch {
    return pythonValue(cell) ?? cell;
  }
}

/** Streams the records after the header. Throws a `FileFault` when there is no usable header. */
export async function* csvRecords(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  delimiter: string,
  limits: ImportLimits,
): AsyncGenerator<RawRecord[], void, void> {
  const splitter = csvSplitter(delimiter.charCodeAt(0), limits.record);
  let names: string[] | null = null;

  const parse = ({ bytes, line, offset, broken }: CsvSlice): RawRecord | null => {
    if (bytes === null) {
      return {
        line,
        fault: { what: `The record is longer than ${Math.round(limits.record / 2 ** 20)} MiB.` },
      };
    }
    const { text, invalidAt } = decodeUtf8(bytes);
    // Quotes mean nothing in many a TSV: a line that has all its cells without them is read so.
    const plain = broken && delimiter === "\t" ? text.split(delimiter) : null;
    const asItStands = plain !== null && plain.length === names?.length;
    if (broken && !asItStands) {
      return {
        line,
        fault: {
          what: "A quote that opens in this line does not close where its cell ends.",
          remedy: 'Write quotes inside a quoted cell twice: "".',
          excerpt: excerptOf(text),
        },
      };
    }
    if (names === null && excelDelimiter.test(text)) return null;
    const cells = asItStands ? plain : cellsOf(text, delimiter);
    if (names === null) {
      if (cells.length > mostColumns) throw new FileFault(`The first line names ${cells.length} columns.`);
      names = columnNames(cells);
      return null;
    }
    if (cells.length > names.length) {
      return {
        line,
        fault: {
          what: `The record has ${cells.length} cells, but the header names ${names.length} column${names.length === 1 ? "" : "s"}.`,
          remedy:
            names.length === 1
              ? "The first line must name the columns; take away what stands before it."
              : text.includes(`${delimiter} "`)
                ? "Take away the blanks between delimiters and quotes: a quote counts only where a cell begins."
                : "Put cells that contain the delimiter in double quotes.",
          excerpt: excerptOf(text),
        },
      };
    }
    const row: Record<string, unknown> = Object.create(null);
    for (const [i, cell] of cells.entries()) row[names[i]!] = cellValue(cell, names[i]!, limits.depth);
    if (invalidAt < 0 && asItStands) {
      return {
        line,
        value: row,
        repair: {
          what: "A quote that opens in this line does not close where its cell ends; the quotes were read as they stand.",
          excerpt: excerptOf(text),
        },
      };
    }
    if (invalidAt < 0) return { line, value: row };
    const what = `Byte ${offset + invalidAt} is not valid UTF-8; it was replaced by \uFFFD.`;
    return {
      line,
      value: row,
      repair: { what, remedy: "Save the file as UTF-8.", excerpt: excerptOf(text) },
    };
  };

  const records = (slices: readonly CsvSlice[]) => slices.map(parse).filter((record) => record !== null);
  for await (const chunk of chunks) {
    const made = records(splitter.push(chunk));
    if (made.length > 0) yield made;
  }
  const made = records(splitter.end());
  if (made.length > 0) yield made;
}
