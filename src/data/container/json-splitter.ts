/**
 * Cuts JSON into its values without parsing it: the elements of top-level arrays (`[…]`), or top-level values one after the
 * other. Follows only quotes and brackets, so one broken element does not cost its neighbours. A quote or bracket that is missing
 * would: there the next line that begins as the broken element began, with `{` in the same column, is taken for the next element.
 * Where only a bracket is missing, that is seen at the end of the list, or once the element has grown beyond the limit.
 */
import { cutAgain } from "./json-torn.ts";
import { holder, type Slice, type Splitter } from "./slices.ts";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const brace = 0x7b;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 10 || byte === 13 || byte === 9;

export interface JsonSplitter extends Splitter {
  /** Whether the file ended where its outermost bracket closed. */
  closed(): boolean;
  /** The first line outside of the arrays that holds anything; null where none does. */
  strayLine(): number | null;
}

/**
 * @param elements true: cut top-level arrays into their elements; false: cut a sequence of values
 * @param limit bytes that one value may have
 */
export function jsonSplitter(elements: boolean, limit: number): JsonSplitter {
  const held = holder(limit);
  const base = elements ? 1 : 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let line = 1;
  let offset = 0;
  let inside = false;
  let startLine = 1;
  let startOffset = 0;
  let stray: number | null = null;
  /** Where the current line begins, and the first byte on it that is outside strings and no white space; -1 while there is none. */
  let lineOffset = 0;
  let inkOffset = -1;
  /** Column of the current value, where it begins its line; otherwise -1. */
  let startColumn = -1;
  /** First byte of the current value. */
  let opener = 0;
  /** Inside a string that holds a line end, so the value is broken; and whether the current line was blank so far. */
  let torn = false;
  let blank = false;

  const cut = (slices: Slice[]): void => {
    slices.push({ ...held.take(), line: startLine, offset: startOffset });
    inside = false;
    torn = false;
  };

  /** Cuts a value whose own end was not found. */
  const cutTorn = (slices: Slice[]): void => {
    const own: Slice[] = [];
    cut(own);
    slices.push(...(startColumn < 0 ? own : own.flatMap((slice) => cutAgain(slice, startColumn))));
  };

  return {
    push(chunk) {
      const slices: Slice[] = [];
      let from = 0;
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]!;
        if (byte === 10) {
          line++;
          lineOffset = offset + i + 1;
          inkOffset = -1;
          torn ||= inString;
          blank = true;
        }
        if (blank && !isSpace(byte)) {
          blank = false;
          const likeStart = byte === brace && startColumn >= 0 && offset + i - lineOffset === startColumn;
          const lost = torn || (elements && !inString && held.length + i - from > limit);
          if (inside && likeStart && lost) {
            held.add(chunk.subarray(from, i));
            cut(slices);
            depth = base;
            inString = escaped = false;
          }
        }
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === backslash) escaped = true;
          else if (byte === quote) inString = false;
          continue;
        }
        if (isSpace(byte)) continue;
        if (inkOffset < 0) inkOffset = offset + i;
        const opens = byte === 0x5b || byte === brace;
        const closes = byte === 0x5d || byte === 0x7d;
        if (elements && depth === 0) {
          if (byte === 0x5b) depth = 1;
          else if (byte !== comma) stray ??= line;
          continue;
        }
        if (depth === base && inside && (byte === comma || (closes && elements))) {
          // A bare value (number, word, string) ends at the comma or bracket after it.
          held.add(chunk.subarray(from, i));
          cut(slices);
        }
        if (depth === base && !inside) {
          // One brace too many costs nothing.
          if (byte === comma || (byte === 0x7d && elements)) continue;
          if (closes) {
            depth = 0;
            continue;
          }
          inside = true;
          opener = byte;
          from = i;
          startLine = line;
          startOffset = offset + i;
          startColumn = inkOffset === startOffset ? startOffset - lineOffset : -1;
        }
        if (byte === quote) inString = true;
        else if (opens) depth++;
        else if (closes && --depth <= base) {
          depth = base;
          const mine = !elements || opener !== brace || byte === 0x7d;
          held.add(chunk.subarray(from, mine ? i + 1 : i));
          if (mine) cut(slices);
          else cutTorn(slices);
        }
      }
      if (inside) held.add(chunk.slice(from), true);
      offset += chunk.length;
      return slices;
    },
    end() {
      const slices: Slice[] = [];
      if (inside && elements) cutTorn(slices);
      else if (inside) cut(slices);
      return slices;
    },
    closed: () => depth === 0 && !inString,
    strayLine: () => stray,
  };
}
