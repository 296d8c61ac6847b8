/**
 * Cuts CSV (RFC 4180) into records: line ends inside quoted cells do not end a record.
 *
 * A stray quote would swallow the rows after it, so the splitter checks itself: text after a closing quote, or a quote that is
 * never closed, marks the line it opened on as broken, and reading goes on with the next line.
 */
import type { Slice } from "./slices.ts";

export interface CsvSlice extends Slice {
  /** The record's quotes do not match. Its bytes are those of its first line. */
  readonly broken: boolean;
}

export interface CsvSplitter {
  push(chunk: Uint8Array): CsvSlice[];
  end(): CsvSlice[];
}

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;

/** Outcome of looking for one record's end. */
type Found =
  | { readonly kind: "end"; readonly at: number }
  | { readonly kind: "broken" }
  | { readonly kind: "more" };

/** Looks for the end of the record that starts at `from`. `last`: no bytes will follow. */
function findEnd(bytes: Uint8Array, from: number, to: number, delimiter: number, last: boolean): Found {
  let i = from;
  for (;;) {
    // At the start of a cell.
    if (bytes[i] === quote && i < to) {
      i++;
      for (;;) {
        i = bytes.indexOf(quote, i);
        if (i < 0 || i >= to) return last ? { kind: "broken" } : { kind: "more" };
        if (i + 1 >= to) {
          if (!last) return { kind: "more" };
          return { kind: "end", at: to };
        }
        if (bytes[i + 1] !== quote) break;
        i += 2;
      }
      i++;
      while (i < to && bytes[i] === 0x20) i++;
      if (i < to && bytes[i] === cr && bytes[i + 1] === lf) i++;
      if (i >= to) return last ? { kind: "end", at: to } : { kind: "more" };
      if (bytes[i] === lf) return { kind: "end", at: i };
      if (bytes[i] === cr && i + 1 >= to && !last) return { kind: "more" };
      if (bytes[i] !== delimiter && bytes[i] !== cr) return { kind: "broken" };
      i++;
      continue;
    }
    while (i < to && bytes[i] !== delimiter && bytes[i] !== lf) i++;
    if (i >= to) return last ? { kind: "end", at: to } : { kind: "more" };
    if (bytes[i] === lf) return { kind: "end", at: i };
    i++;
  }
}

function countLines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(lf, from); at >= 0 && at < to; at = bytes.indexOf(lf, at + 1)) count++;
  return count;
}

/** @param delimiter the byte between cells; @param limit bytes that one record may have */
export function csvSplitter(delimiter: number, limit: number): CsvSplitter {
  let held = new Uint8Array(1 << 16);
  let from = 0;
  let to = 0;
  let line = 1;
  let offset = 0;
  /** Where the search for the current record's end was given up last time, so that it is not repeated for every small chunk. */
  let wait = 0;
  /** Inside a record that is too long, until its line ends. */
  let skipping = false;

  const consume = (until: number): void => {
    line += countLines(held, from, until);
    offset += until - from;
    from = until;
    wait = 0;
  };
  const slice = (end: number, broken: boolean, tooLong = false): CsvSlice => {
    const stop = end > from && held[end - 1] === cr ? end - 1 : end;
    return { bytes: tooLong ? null : held.slice(from, stop), line, offset, broken };
  };

  const drain = (last: boolean): CsvSlice[] => {
    const slices: CsvSlice[] = [];
    while (from < to) {
      if (skipping) {
        const next = held.indexOf(lf, from);
        if (next < 0 || next >= to) {
          consume(to);
          break;
        }
        consume(next + 1);
        skipping = false;
        continue;
      }
      if (!last && to - from < wait) break;
      const found = findEnd(held, from, to, delimiter, last);
      if (found.kind === "end" && found.at - from <= limit) {
        if (found.at > from && !(found.at === from + 1 && held[from] === cr))
          slices.push(slice(found.at, false));
        consume(Math.min(to, found.at + 1));
        continue;
      }
      // Broken, or too long: give up this line only, once its end is known.
      const next = held.indexOf(lf, from);
      const ends = next >= 0 && next < to;
      if (!last && to - from <= limit && (found.kind === "more" || !ends)) {
        wait = Math.min(2 * (to - from), limit + 1);
        break;
      }
      const end = ends ? next : to;
      slices.push(slice(end, true, end - from > limit));
      consume(ends ? end + 1 : end);
      skipping = !ends;
    }
    return slices;
  };

  return {
    push(chunk) {
      if (from > 0 && to + chunk.length > held.length) {
        held.copyWithin(0, from, to);
        to -= from;
        from = 0;
      }
      if (to + chunk.length > held.length) {
        const grown = new Uint8Array(2 * (to + chunk.length));
        grown.set(held.subarray(0, to));
        held = grown;
      }
      held.set(chunk, to);
      to += chunk.length;
      return drain(false);
    },
    end: () => drain(true),
  };
}
