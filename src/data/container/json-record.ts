/** From a slice of bytes to a parsed JSON value, with every way that this can go wrong in words. */
import type { ImportLimits } from "../options.ts";
import { printedValue } from "./python-literal.ts";
import { excerptOf, type RawRecord, type RecordProblem } from "./record.ts";
import type { Slice } from "./slices.ts";
import { decodeUtf8 } from "./utf8.ts";

const lenient = new TextDecoder("utf-8");

/** Deepest nesting of brackets outside strings. Looked at before parsing: nothing downstream may recurse into a bomb. */
export function jsonDepth(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}

/** How a dictionary or an object begins that may still be read. */
const looseStart = /^\s*\{\s*(?:'|"(?:[^"\\]|\\.)*"\s*:)/s;
/** Characters looked at for that: a name is not longer, and a pattern that goes through megabytes runs out of stack. */
const LOOSE = 1000;

/** V8, SpiderMonkey and JavaScriptCore word this differently; the column is worth keeping where there is one. */
function parseFault(text: string, thrown: unknown): RecordProblem {
  const message = thrown instanceof Error ? thrown.message : "";
  const position = /position (\d+)/.exec(message)?.[1];
  const at = position === undefined ? "" : ` at character ${Number(position) + 1}`;
  const start = text.trimStart().slice(0, 1);
  if (start === "<") {
    return {
      what: `This is not JSON. It starts with \`${excerptOf(text, 12)}\`; this looks like a web page.`,
      remedy: "Download the data file itself (on a hub page: the raw link) and drop that.",
      excerpt: excerptOf(text),
    };
  }
  const cut = /unterminated|end of/i.test(message);
  return {
    what: cut ? "This record is cut off: its JSON is not closed." : `This is not valid JSON${at}.`,
    remedy: "Correct the record, or leave it out.",
    excerpt: excerptOf(position === undefined ? text : text.slice(Math.max(0, Number(position) - 40))),
  };
}

/** The beginning of a record that is not read. */
function headOf(bytes: Uint8Array): string {
  return excerptOf(lenient.decode(bytes.subarray(0, 256)));
}

/** Decodes and parses one record. Never throws. */
export function parseJsonSlice(slice: Slice, limits: ImportLimits, sizeLimit = limits.record): RawRecord {
  const { bytes, line } = slice;
  if (bytes === null) {
    return {
      line,
      fault: {
        what: `The record that starts here is longer than ${Math.round(sizeLimit / 2 ** 20)} MiB and was passed over.`,
        remedy:
          "One record per line (JSON Lines) is expected; check that line ends or brackets are not missing.",
        ...(slice.head && { excerpt: headOf(slice.head) }),
      },
    };
  }
  // Fewer bytes than twice the limit cannot nest deeper than it.
  if (bytes.length > 2 * limits.depth) {
    const depth = jsonDepth(bytes);
    if (depth > limits.depth) {
      return {
        line,
        fault: {
          what: `The record nests ${depth} brackets deep; Tilt reads ${limits.depth}.`,
          remedy: "Write it flatter, or leave it out.",
          excerpt: headOf(bytes),
        },
      };
    }
  }
  const { text, invalidAt } = decodeUtf8(bytes);
  const repair: RecordProblem | undefined =
    invalidAt < 0
      ? undefined
      : {
          what: `Byte ${slice.offset + invalidAt} is not valid UTF-8; it was replaced by \uFFFD.`,
          remedy: "Save the file as UTF-8.",
          excerpt: excerptOf(text),
        };
  try {
    return { line, value: JSON.parse(text), text, ...(repair && { repair }) };
  } catch (thrown) {
    const printed = looseStart.test(text.slice(0, LOOSE)) ? printedValue(text) : undefined;
    if (printed === undefined) return { line, fault: parseFault(text, thrown) };
    const strict = printed.odd
      ? {
          what: "NaN or Infinity is not valid JSON; it was read as null.",
          remedy: "Write such numbers as null.",
        }
      : {
          what: "The record is no strict JSON; it was read all the same.",
          remedy:
            "Write records as `json.dumps` does: double quotes, no comma too many, no control characters.",
        };
    return { line, value: printed.value, repair: { ...strict, excerpt: excerptOf(text) } };
  }
}
