/**
 * Hashes of a text's word and character n-grams. An n-gram is never spelled out: its hash grows by one unit at a
 * time (FNV-1a over UTF-16 code units) and is mixed at the end (the finaliser of MurmurHash3).
 */

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** Lengths of n-grams, both ends included; null for none. */
export type NgramRange = readonly [shortest: number, longest: number] | null;

/** Spreads a hash's bits, so that its low bits can be used as a table index. */
function mix(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Words are runs of letters, digits, underscores and apostrophes; every other visible character is a word too. */
export const WORD = /[\p{L}\p{N}_']+|[^\s\p{L}\p{N}_']/gu;

/** Told an n-gram's hash and its units, from the first to before `end`: words, or UTF-16 units of the text. */
export type NgramVisitor = (hash: number, first: number, end: number) => void;

/** Calls `visit` with the hash of every word n-gram, case kept. */
export function wordNgrams(text: string, range: NgramRange, visit: NgramVisitor): void {
  if (!range) return;
  const words: number[] = [];
  for (const [word] of text.matchAll(WORD)) {
    let h = OFFSET;
    for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), PRIME);
    words.push(mix(h));
  }
  for (let start = 0; start < words.length; start++) {
    let h = OFFSET;
    for (let n = 1; n <= range[1] && start + n <= words.length; n++) {
      h = Math.imul(mix(h ^ words[start + n - 1]!), PRIME);
      if (n >= range[0]) visit(mix(h + n), start, start + n);
    }
  }
}

/**
 * Calls `visit` with the hash of every character n-gram, case and white space kept: a language model reads these too, and
 * how lines are broken is often what tells two sources apart.
 */
export function charNgrams(text: string, range: NgramRange, visit: NgramVisitor): void {
  if (!range) return;
  const [shortest, longest] = range;
  for (let start = 0; start < text.length; start++) {
    let h = OFFSET;
    const end = Math.min(text.length, start + longest);
    for (let i = start; i < end; i++) {
      h = Math.imul(h ^ text.charCodeAt(i), PRIME);
      if (i - start + 1 >= shortest) visit(mix(h + (i - start + 1)), start, i + 1);
    }
  }
}
