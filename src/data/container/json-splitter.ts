/**
 * Cuts JSON into its values without parsing it: the elements of a top-level array (`[…]`), or top-level values one after the
 * other. Follows only quotes and brackets, so one broken element does not cost its neighbours.
 */
import { holder, type Slice, type Splitter } from "./slices.ts";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

export interface JsonSplitter extends Splitter {
  /** Whether the file ended where its outermost bracket closed. */
  closed(): boolean;
}

/**
 * @param elements true: cut a top-level array into its elements; false: cut a sequence of values
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
  let over = false;

  const cut = (slices: Slice[]): void => {
    slices.push({ ...held.take(), line: startLine, offset: startOffset });
    inside = false;
  };

  return {
    push(chunk) {
      const slices: Slice[] = [];
      let from = 0;
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]!;
        if (byte === 10) line++;
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === backslash) escaped = true;
          else if (byte === quote) inString = false;
          continue;
        }
        if (over || byte === 0x20 || byte === 10 || byte === 13 || byte === 9) continue;
        const opens = byte === 0x5b || byte === 0x7b;
        const closes = byte === 0x5d || byte === 0x7d;
        if (elements && depth === 0) {
          if (opens) depth = 1;
          continue;
        }
        if (depth === base && inside && (byte === comma || (closes && elements))) {
          // A bare value (number, word, string) ends at the comma or bracket after it.
          held.add(chunk.subarray(from, i));
          cut(slices);
        }
        if (depth === base && !inside) {
          if (byte === comma) continue;
          if (closes) {
            depth = 0;
            over = elements;
            continue;
          }
          inside = true;
          from = i;
          startLine = line;
          startOffset = offset + i;
        }
        if (byte === quote) inString = true;
        else if (opens) depth++;
        else if (closes && --depth <= base) {
          depth = base;
          held.add(chunk.subarray(from, i + 1));
          cut(slices);
        }
      }
      if (inside) held.add(chunk.slice(from), true);
      offset += chunk.length;
      return slices;
    },
    end() {
      const slices: Slice[] = [];
      if (inside) cut(slices);
      return slices;
    },
    closed: () => (elements ? over : depth === 0 && !inString),
  };
}
