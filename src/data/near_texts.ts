/**
 * Texts that say nearly the same: at least SIMILAR of the runs of three words of either are in both (Jaccard). Candidates
 * come from one-permutation MinHash sketches (Li, Owen and Zhang, arXiv 1208.1259), cut into bands; each is then checked
 * exactly, so that a sketch never calls texts alike that are not.
 */
import { disjointSets } from "../base/disjoint_sets.ts";
import { nextTask } from "../base/pause.ts";

/** Share of shingles in common from which two texts are near copies. */
export const SIMILAR = 0.8;

const BINS = 32;
const BAND = 4;
/** Words looked at of one text. */
const MOST_WORDS = 2000;
/** Members of a band's bucket that a newcomer is compared with: a bucket of thousands must not take thousands squared. */
const COMPARED = 6;
/** Characters between two breaks for other work of this thread. */
const BREATH = 400_000;

/**
 * Class per text: equal numbers for texts joined by a chain of near copies, the first text's index. Texts are compared
 * without case, punctuation and spacing.
 */
export async function nearClasses(texts: readonly string[]): Promise<Int32Array> {
  const sets = disjointSets(texts.length);
  const buckets = Array.from({ length: BINS / BAND }, () => new Map<number, number[]>());
  const sketch = new Uint32Array(BINS);
  let read = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    if ((read += text.length) > BREATH) {
      read = 0;
      await nextTask();
    }
    const own = shingles(text);
    if (own.length === 0 || !sketchOf(own, sketch)) continue;
    let set: ReadonlySet<number> | undefined;
    for (let band = 0; band < buckets.length; band++) {
      let key = 0x811c9dc5;
      for (let b = band * BAND; b < (band + 1) * BAND; b++) key = Math.imul(key ^ sketch[b]!, 0x01000193);
      const bucket = buckets[band]!;
      const members = bucket.get(key);
      if (!members) {
        bucket.set(key, [i]);
        continue;
      }
      let alike = false;
      for (const other of members) {
        if (sets.find(other) === sets.find(i)) {
          alike = true;
          continue;
        }
        set ??= new Set(own);
        if (jaccard(set, new Set(shingles(texts[other]!))) < SIMILAR) continue;
        sets.join(other, i);
        alike = true;
      }
      if (!alike && members.length < COMPARED) members.push(i);
    }
  }
  return sets.classes();
}

/** Hashes of the runs of three words; a shorter text is one shingle. */
function shingles(text: string): number[] {
  const words: number[] = [];
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    let h = 0x811c9dc5;
    for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193);
    words.push(h);
    if (words.length === MOST_WORDS) break;
  }
  if (words.length === 0) return [];
  const found: number[] = [];
  for (let i = 0; i === 0 || i + 3 <= words.length; i++) {
    let h = 0;
    for (let k = i; k < Math.min(i + 3, words.length); k++) h = Math.imul(spread(h ^ words[k]!), 0x9e3779b1);
    found.push(spread(h));
  }
  return found;
}

function spread(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The smallest hash in each bin; an empty bin borrows from the next full one. @returns whether there was any */
function sketchOf(hashes: readonly number[], sketch: Uint32Array): boolean {
  sketch.fill(0xffffffff);
  for (const hash of hashes) {
    const bin = hash & (BINS - 1);
    if (hash < sketch[bin]!) sketch[bin] = hash;
  }
  const full = sketch.findIndex((value) => value !== 0xffffffff);
  if (full < 0) return false;
  for (let step = 0, held = sketch[full]!; step < BINS; step++) {
    const bin = (full + BINS - step) % BINS;
    if (sketch[bin] === 0xffffffff) sketch[bin] = spread(held ^ bin);
    else held = sketch[bin]!;
  }
  return true;
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0;
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const one of few) if (many.has(one)) both++;
  return both / (a.size + b.size - both);
}
