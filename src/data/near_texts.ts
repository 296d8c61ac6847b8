/**
 * Texts that say nearly the same: at least SIMILAR of the runs of three words of either are in both (Jaccard). Candidates
 * come from one-permutation MinHash sketches (Li, Owen and Zhang, arXiv 1208.1259), cut into bands; each is then checked
 * exactly, so that a sketch never calls texts alike that are not.
 *
 * Time and memory grow with the number of texts, whatever they say: a text is compared with a few others of its bucket, and with a
 * bounded number in crowded ones. Texts that this may have kept apart are counted.
 */
import { disjointSets } from "../base/disjoint_sets.ts";
import { BANDS, type Prints, print, printsFor, shinglesOf } from "./text_print.ts";
import { steadyWork, type Work } from "./work.ts";

/** Share of shingles in common from which two texts are near copies. */
const SIMILAR = 0.8;

/**
 * Members of a band's bucket that a newcomer is compared with, at least: a bucket of thousands must not take thousands squared. Few texts
 * are compared with more, up to about WORK comparisons in all.
 */
const COMPARED = 6;
const WORK = 200_000;
/** Members from which a bucket is crowded. In such buckets a text may be compared in vain twice as often as in one. */
const CROWDED = 64;

export interface NearClasses {
  /** Class per text: equal numbers for texts joined by a chain of near copies, the first text's index. */
  readonly classes: Int32Array;
  /** Texts that were not compared with every text that looked alike. */
  readonly unsure: number;
}

/** Texts are compared without case, punctuation and spacing. */
export async function nearClasses(texts: readonly string[]): Promise<NearClasses> {
  const prints = printsFor(texts.length);
  texts.forEach((text, i) => {
    print(prints, i, text);
  });
  const all = Uint32Array.from({ length: texts.length }, (_, i) => i);
  return nearAmong(texts, all, prints, steadyWork({}), (done) => done);
}

/**
 * @param own indices of the texts to compare, ascending; the classes are by place in this list
 * @param share of all the work, from the share of this part
 */
export async function nearAmong(
  texts: readonly string[],
  own: Uint32Array,
  prints: Prints,
  work: Work,
  share: (done: number) => number,
): Promise<NearClasses> {
  const sets = disjointSets(own.length);
  const most = Math.max(COMPARED, Math.floor(WORK / Math.max(1, own.length)));
  const vain = new Uint32Array(own.length);
  const doubtful = new Uint8Array(own.length);
  for (let band = 0; band < BANDS; band++) {
    const { members, ends } = bucketsOf(own, prints, band);
    let from = 0;
    for (const to of ends) {
      const bucket = members.subarray(from, to);
      from = to;
      const crowded = bucket.length > CROWDED;
      /** Texts unlike each other, which stand for all. */
      const models: { readonly of: number; shingles: Uint32Array | undefined }[] = [];
      for (const one of bucket) {
        let shingles: Uint32Array | undefined;
        let alike = false;
        let skipped = false;
        for (const model of models) {
          if (sets.find(model.of) === sets.find(one)) {
            alike = true;
            continue;
          }
          if (crowded && vain[one]! >= 2 * most) {
            skipped = true;
            continue;
          }
          shingles ??= shinglesOf(texts[own[one]!]!);
          model.shingles ??= shinglesOf(texts[own[model.of]!]!);
          if (jaccard(shingles, model.shingles) >= SIMILAR) {
            sets.join(model.of, one);
            alike = true;
          } else if (crowded) vain[one]!++;
          if (work.due(20 * shingles.length)) await work.rest(share((band + from / members.length) / BANDS));
        }
        if (alike) continue;
        if (models.length < most) models.push({ of: one, shingles });
        else skipped = true;
        if (skipped) doubtful[one] = 1;
      }
      if (work.due(100)) await work.rest(share((band + from / Math.max(1, members.length)) / BANDS));
    }
  }
  return { classes: sets.classes(), unsure: doubtful.reduce((sum, one) => sum + one, 0) };
}

/** The texts of one band by their key, in their order; only buckets that hold at least two. */
function bucketsOf(
  own: Uint32Array,
  prints: Prints,
  band: number,
): { readonly members: Uint32Array; readonly ends: Uint32Array } {
  const size = 2 ** Math.ceil(Math.log2(2 * own.length + 2));
  const table = new Int32Array(size).fill(-1);
  /** The first text with the same key; itself without one. */
  const first = new Int32Array(own.length).fill(-1);
  const count = new Uint32Array(own.length);
  own.forEach((text, i) => {
    if (prints.words[text] === 0) return;
    const key = prints.bands[BANDS * text + band]!;
    let slot = key & (size - 1);
    while (table[slot]! >= 0 && prints.bands[BANDS * own[table[slot]!]! + band] !== key)
      slot = (slot + 1) & (size - 1);
    if (table[slot]! < 0) table[slot] = i;
    first[i] = table[slot]!;
    count[first[i]!]!++;
  });
  const start = new Uint32Array(own.length);
  const ends: number[] = [];
  let total = 0;
  count.forEach((n, i) => {
    start[i] = total;
    if (n < 2) return;
    total += n;
    ends.push(total);
  });
  const members = new Uint32Array(total);
  first.forEach((at, i) => {
    if (at >= 0 && count[at]! > 1) members[start[at]!++] = i;
  });
  return { members, ends: Uint32Array.from(ends) };
}

/** Of two ascending lists without repetitions. */
function jaccard(a: Uint32Array, b: Uint32Array): number {
  // Lists of very different lengths cannot have that much in common.
  if (Math.min(a.length, b.length) < SIMILAR * Math.max(a.length, b.length)) return 0;
  let both = 0;
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    if (a[i] === b[k]) {
      both++;
      i++;
      k++;
    } else if (a[i]! < b[k]!) i++;
    else k++;
  }
  return both / (a.length + b.length - both);
}
