/** Prefix codes of deflate (RFC 1951, 3.2.2), as tables: the next bits of the stream lead to a symbol at once. */

export interface Code {
  /** By the next `longest` bits: the symbol times 16, plus the length of its code in bits; 0 where no code begins so. */
  readonly table: Uint16Array;
  readonly longest: number;
}

/** The bits of a code in the order in which they come. */
function reversed(code: number, length: number): number {
  let bits = 0;
  for (let i = 0; i < length; i++) bits |= ((code >>> i) & 1) << (length - 1 - i);
  return bits;
}

/**
 * @param lengths length of each symbol's code in bits, up to 15; 0 for a symbol that is not used
 * @returns null where the lengths give more codes than there are
 */
export function codeOf(lengths: Uint8Array): Code | null {
  const counts = new Uint16Array(16);
  let longest = 1;
  for (const length of lengths) {
    if (length === 0) continue;
    counts[length]!++;
    longest = Math.max(longest, length);
  }
  const next = new Uint32Array(16);
  for (let length = 1, code = 0; length < 16; length++) {
    code = (code + (length === 1 ? 0 : counts[length - 1]!)) << 1;
    next[length] = code;
    if (code + counts[length]! > 1 << length) return null;
  }
  const table = new Uint16Array(1 << longest);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const step = 1 << length;
    for (let at = reversed(next[length]!++, length); at < table.length; at += step)
      table[at] = (symbol << 4) | length;
  }
  return { table, longest };
}

/** The two codes of blocks that bring none: of literals and lengths, and of distances. */
export const fixedCodes: readonly [Code, Code] = [
  codeOf(Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)))!,
  codeOf(new Uint8Array(30).fill(5))!,
];
