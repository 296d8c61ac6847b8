/** Fingerprints of texts, made in one walk over each: word for word, without case and punctuation, and by the words that stand together. */

/** Bins of the sketch, and bins per band: two texts are compared where all bins of one band agree. */
const BINS = 32;
const BAND = 4;
export const BANDS = BINS / BAND;
/** Words looked at of one text; what comes after them does not count for near copies. */
const MOST_WORDS = 2000;

const isAscii = /^[\0-\x7f]*$/;
const words = /[\p{L}\p{N}]+/gu;

/** The text without case, punctuation and spacing. A text of nothing else stays what it is. */
export function looseKey(text: string): string {
  const letters = folded(text).match(words);
  return letters === null ? text : letters.join("");
}

function folded(text: string): string {
  return isAscii.test(text) ? text.toLowerCase() : text.normalize("NFKC").toLowerCase();
}

/** Two FNV-1a hashes with different starts and factors, as one pair. */
interface Pair {
  low: number;
  high: number;
}

function begin(): Pair {
  return { low: 0x811c9dc5 | 0, high: 0x1b873593 };
}

function feed(into: Pair, text: string): void {
  let { low, high } = into;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  into.low = low;
  into.high = high;
}

function spread(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Fingerprints of many texts, column by column. */
export interface Prints {
  /** Of the text as it is. */
  readonly exactLow: Uint32Array;
  readonly exactHigh: Uint32Array;
  /** Of its loose key. */
  readonly looseLow: Uint32Array;
  readonly looseHigh: Uint32Array;
  /** BANDS keys per text; meaningless where `words` is 0. */
  readonly bands: Uint32Array;
  /** Whether the text has words. */
  readonly words: Uint8Array;
}

/** Room for the fingerprints of that many texts, all 0. */
export function printsFor(texts: number): Prints {
  const column = (): Uint32Array => new Uint32Array(texts);
  return {
    exactLow: column(),
    exactHigh: column(),
    looseLow: column(),
    looseHigh: column(),
    bands: new Uint32Array(BANDS * texts),
    words: new Uint8Array(texts),
  };
}

const found = new Uint32Array(MOST_WORDS);
const sketch = new Uint32Array(BINS);

/** Walks over a text's words. @param loose takes the hash of the loose key @returns how many shingles are in `found` */
function walk(text: string, loose: Pair | null): number {
  const n = walkAscii(text, loose) ?? walkWide(text, loose);
  // Runs of three words; a shorter text is one shingle.
  const runs = n === 0 ? 0 : Math.max(1, n - 2);
  for (let i = 0; i < runs; i++) {
    let h = 0;
    for (let k = i; k < Math.min(i + 3, n); k++) h = Math.imul(spread(h ^ found[k]!), 0x9e3779b1);
    found[i] = spread(h);
  }
  return runs;
}

/** Hashes of the words into `found`, and how many there are; null for a text with other letters. */
function walkAscii(text: string, loose: Pair | null): number | null {
  let { low, high } = begin();
  let n = 0;
  let hash = 0;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code > 127) return null;
    if (code >= 65 && code <= 90) code += 32;
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) {
      hash = Math.imul((inside ? hash : 0x811c9dc5) ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x85ebca6b);
      inside = true;
    } else if (inside) {
      inside = false;
      if (n < MOST_WORDS) found[n++] = hash;
      else if (!loose) return n;
    }
  }
  if (inside && n < MOST_WORDS) found[n++] = hash;
  if (loose && n > 0) Object.assign(loose, { low, high });
  else if (loose) feed(loose, text);
  return n;
}

/** The same for any text. */
function walkWide(text: string, loose: Pair | null): number {
  let n = 0;
  for (const [word] of folded(text).matchAll(words)) {
    if (loose) feed(loose, word);
    if (n === MOST_WORDS) {
      if (loose) continue;
      break;
    }
    let hash = 0x811c9dc5;
    for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
    found[n++] = hash;
  }
  if (loose && n === 0) feed(loose, text);
  return n;
}

/** Hashes of the runs of three words that a text has, ascending, each once. Empty for a text without words. */
export function shinglesOf(text: string): Uint32Array {
  const own = found.slice(0, walk(text, null)).sort();
  let n = 0;
  for (let i = 0; i < own.length; i++) if (i === 0 || own[i] !== own[i - 1]) own[n++] = own[i]!;
  return own.subarray(0, n);
}

/** Fills in the fingerprints of text `i`. */
export function print(prints: Prints, i: number, text: string): void {
  const exact = begin();
  feed(exact, text);
  prints.exactLow[i] = spread(exact.low);
  prints.exactHigh[i] = exact.high;
  const loose = begin();
  const shingles = walk(text, loose);
  prints.looseLow[i] = spread(loose.low);
  prints.looseHigh[i] = loose.high;
  if (shingles === 0) return;
  prints.words[i] = 1;
  sketchOf(shingles);
  for (let band = 0; band < BANDS; band++) {
    let key = 0x811c9dc5;
    for (let b = band * BAND; b < (band + 1) * BAND; b++) key = Math.imul(key ^ sketch[b]!, 0x01000193);
    prints.bands[BANDS * i + band] = spread(key);
  }
}

/** The smallest of the first hashes in `found` in each bin; an empty bin borrows from the next full one. */
function sketchOf(shingles: number): void {
  sketch.fill(0xffffffff);
  for (let i = 0; i < shingles; i++) {
    const hash = found[i]!;
    const bin = hash & (BINS - 1);
    if (hash < sketch[bin]!) sketch[bin] = hash;
  }
  const full = sketch.findIndex((value) => value !== 0xffffffff);
  if (full < 0) return;
  for (let step = 0, held = sketch[full]!; step < BINS; step++) {
    const bin = (full + BINS - step) % BINS;
    if (sketch[bin] === 0xffffffff) sketch[bin] = spread(held ^ bin);
    else held = sketch[bin]!;
  }
}
