/** The rest of a list whose end was not found, since a quote or a bracket is missing in one of its elements. */
import type { Slice } from "./slices.ts";

const lf = 0x0a;
const brace = 0x7b;

/** The bytes up to the last one that is no white space, comma or closing square bracket. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let to = bytes.length;
  while (to > 0 && [0x20, 0x09, 0x0a, 0x0d, 0x2c, 0x5d].includes(bytes[to - 1]!)) to--;
  return bytes.subarray(0, to);
}

/**
 * Cuts what was swallowed by a broken element, at every line that begins with `{` in the column where that element began.
 * @param column of the element's first byte, which is also the first one of its line that is no white space
 * @returns the broken element and those after it; the slice itself where no such line follows
 */
export function cutAgain(slice: Slice, column: number): Slice[] {
  const { bytes } = slice;
  if (bytes === null) return [slice];
  const slices: Slice[] = [];
  let from = 0;
  let startLine = slice.line;
  let line = slice.line;
  for (let at = bytes.indexOf(lf); at >= 0; at = bytes.indexOf(lf, at + 1)) {
    line++;
    const start = at + 1 + column;
    if (bytes[start] !== brace) continue;
    if (bytes.subarray(at + 1, start).some((byte) => byte !== 0x20 && byte !== 0x09)) continue;
    slices.push({
      bytes: trimmed(bytes.subarray(from, start)),
      line: startLine,
      offset: slice.offset + from,
    });
    from = start;
    startLine = line;
  }
  if (slices.length === 0) return [slice];
  slices.push({ bytes: trimmed(bytes.subarray(from)), line: startLine, offset: slice.offset + from });
  return slices;
}
