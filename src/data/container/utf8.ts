/** Decoding a record's bytes: strict first, so that a bad byte is named instead of silently replaced. */

import { heapText } from "../heap_text.ts";

const lenient = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Index of the first byte that is not part of well-formed UTF-8 (RFC 3629), or -1. */
export function firstInvalidUtf8(bytes: Uint8Array): number {
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i]!;
    if (lead < 0x80) {
      i++;
      continue;
    }
    const tail =
      lead >= 0xc2 && lead <= 0xdf ? 1 : (lead & 0xf0) === 0xe0 ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
    if (tail === 0) return i;
    for (let k = 1; k <= tail; k++) {
      const next = bytes[i + k];
      if (next === undefined || (next & 0xc0) !== 0x80) return i;
    }
    const second = bytes[i + 1]!;
    const overlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
    const outside = (lead === 0xed && second > 0x9f) || (lead === 0xf4 && second > 0x8f);
    if (overlong || outside) return i;
    i += tail + 1;
  }
  return -1;
}

/**
 * The text of a record.
 * @returns the text, and the index of the first bad byte (-1: none); bad bytes become U+FFFD
 */
export function decodeUtf8(bytes: Uint8Array): { text: string; invalidAt: number } {
  try {
    return { text: heapText(bytes), invalidAt: -1 };
  } catch {
    return { text: lenient.decode(bytes), invalidAt: Math.max(0, firstInvalidUtf8(bytes)) };
  }
}
