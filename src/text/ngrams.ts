/**
 * Texts to sparse rows of hashed n-grams, the source classifier's input.
 *
 * Word and character n-grams live in separate tables and are L2-normalised separately, so that the many character
 * n-grams do not drown the words. Counts are damped (1 + log count). Document frequencies are taken over all texts,
 * which uses no label.
 */
import type { Csr } from "../base/csr.ts";
import { charNgrams, type NgramRange, wordNgrams } from "./ngram_hash.ts";

export interface NgramOptions {
  readonly words: NgramRange;
  readonly chars: NgramRange;
  /**
   * "damped": 1 + log count, each table scaled to unit length, for real text. "plain": the counts themselves, for
   * texts whose log-ratio is linear in counts and grows with length.
   */
  readonly weighting: "damped" | "plain";
  /** n-grams found in fewer texts are dropped. */
  readonly minTexts: number;
  /** Multiply by (log((1 + N)/(1 + df)) + 1) to this power: 0 not at all, 1 the usual inverse document frequency. */
  readonly idf: number;
  /** log2 of the number of buckets per table. */
  readonly bits: number;
  /** Characters read over all texts; longer texts are cut at a common length to stay within it. */
  readonly budget: number;
}

const NGRAM_DEFAULTS: NgramOptions = {
  words: [1, 2],
  chars: [2, 3],
  weighting: "damped",
  minTexts: 2,
  idf: 0.5,
  bits: 20,
  budget: 4_000_000,
};

export interface NgramFeatures {
  /** [texts, features]; columns by falling document frequency, so that neighbours have alike lengths. */
  readonly features: Csr;
  /** Texts were read up to this many UTF-16 units; Infinity when none was cut. */
  readonly readUpTo: number;
  /** Rows for texts not seen before, in the same columns. */
  transform(texts: readonly string[]): Csr;
  /** Where each n-gram went: to find a column's n-grams again in a text. */
  readonly table: NgramTable;
  /** What was fitted, as plain data: `keptNgrams` makes rows of further texts from it. */
  readonly fitted: FittedNgrams;
}

/** What an n-gram is, as a number that changes with it: 2 since white space counts as it stands. */
export const NGRAM_RULES = 2;

/** Columns of n-grams as plain data: a few bytes per column, whatever the texts they were fitted to. */
export interface FittedNgrams {
  /** `NGRAM_RULES` as they were; other rules would find other columns. */
  readonly rules: number;
  readonly settings: NgramOptions;
  /** Infinity when no text was cut. */
  readonly readUpTo: number;
  /** By column: its bucket, of both tables (words first), and its scale. */
  readonly bucket: Uint32Array;
  readonly scale: Float32Array;
}

/** How n-grams find their column. */
export interface NgramTable {
  readonly words: NgramRange;
  readonly chars: NgramRange;
  readonly readUpTo: number;
  /** Column of a word or character n-gram's hash; -1 when it was dropped. */
  columnOf(hash: number, kind: "words" | "chars"): number;
}

/** Counts of one text: buckets touched, ascending, and how often. */
interface Counts {
  readonly bucket: Uint32Array;
  readonly count: Float32Array;
}

/** Fits the columns to `texts` and returns their rows. */
export function hashedNgrams(texts: readonly string[], options: Partial<NgramOptions> = {}): NgramFeatures {
  const settings = { ...NGRAM_DEFAULTS, ...options };
  const readUpTo = commonLength(texts, settings.budget);
  const count = counter(settings, readUpTo);
  const counted = texts.map(count);
  const fitted = { rules: NGRAM_RULES, settings, readUpTo, ...columnsFor(counted, settings) };
  const { rowsOf, table } = columnsOf(fitted);
  return {
    features: rowsOf(counted),
    readUpTo,
    transform: (more) => rowsOf(more.map(count)),
    table,
    fitted,
  };
}

/** The columns that `hashedNgrams` fitted, made again from what was kept of them. */
export function keptNgrams(fitted: FittedNgrams): Pick<NgramFeatures, "transform" | "table"> {
  const { rowsOf, table } = columnsOf(fitted);
  const count = counter(fitted.settings, fitted.readUpTo);
  return { transform: (texts) => rowsOf(texts.map(count)), table };
}

function columnsOf({ settings, readUpTo, bucket, scale }: FittedNgrams) {
  const half = 2 ** settings.bits;
  const columnOf = new Int32Array(2 * half).fill(-1);
  bucket.forEach((b, column) => {
    columnOf[b] = column;
  });
  const table: NgramTable = {
    words: settings.words,
    chars: settings.chars,
    readUpTo,
    columnOf: (hash, kind) => columnOf[(hash & (half - 1)) + (kind === "words" ? 0 : half)]!,
  };
  const rowsOf = (rows: readonly Counts[]): Csr => weighted(rows, columnOf, scale, half, settings.weighting);
  return { rowsOf, table };
}

/** The bucket of every column, by falling document frequency, and each column's scale. */
function columnsFor(
  counted: readonly Counts[],
  { minTexts, idf, bits }: NgramOptions,
): Pick<FittedNgrams, "bucket" | "scale"> {
  const buckets = 2 * 2 ** bits;
  const frequency = new Uint32Array(buckets);
  for (const { bucket } of counted) for (let i = 0; i < bucket.length; i++) frequency[bucket[i]!]!++;
  const kept: number[] = [];
  for (let b = 0; b < buckets; b++) if (frequency[b]! >= minTexts) kept.push(b);
  kept.sort((a, b) => frequency[b]! - frequency[a]! || a - b);
  return {
    bucket: Uint32Array.from(kept),
    scale: Float32Array.from(
      kept,
      (bucket) => (Math.log((1 + counted.length) / (1 + frequency[bucket]!)) + 1) ** idf,
    ),
  };
}

/** Largest length L such that the texts cut at L hold at most `budget` characters. */
function commonLength(texts: readonly string[], budget: number): number {
  const lengths = texts.map((text) => text.length).sort((a, b) => a - b);
  let left = budget;
  for (let i = 0; i < lengths.length; i++) {
    const share = Math.floor(left / (lengths.length - i));
    if (lengths[i]! > share) return share;
    left -= lengths[i]!;
  }
  return Infinity;
}

function counter(settings: NgramOptions, readUpTo: number): (text: string) => Counts {
  const half = 2 ** settings.bits;
  const tally = new Float32Array(2 * half);
  return (text) => {
    const touched: number[] = [];
    const add = (bucket: number): void => {
      if (tally[bucket]!++ === 0) touched.push(bucket);
    };
    const head = text.length > readUpTo ? text.slice(0, readUpTo) : text;
    wordNgrams(head, settings.words, (hash) => add(hash & (half - 1)));
    charNgrams(head, settings.chars, (hash) => add(half + (hash & (half - 1))));
    const bucket = Uint32Array.from(touched).sort();
    const count = Float32Array.from(bucket, (b) => tally[b]!);
    for (const b of touched) tally[b] = 0;
    return { bucket, count };
  };
}

function weighted(
  rows: readonly Counts[],
  columnOf: Int32Array,
  scale: Float32Array,
  half: number,
  weighting: NgramOptions["weighting"],
): Csr {
  const rowStart = new Uint32Array(rows.length + 1);
  rows.forEach(({ bucket }, r) => {
    let kept = 0;
    for (let i = 0; i < bucket.length; i++) if (columnOf[bucket[i]!]! >= 0) kept++;
    rowStart[r + 1] = rowStart[r]! + kept;
  });
  const entries = rowStart[rows.length]!;
  const column = new Uint32Array(entries);
  const value = new Float32Array(entries);
  const plain = weighting === "plain";
  const weightOf = new Float64Array(scale.length);
  rows.forEach(({ bucket, count }, r) => {
    const sorted = new Uint32Array(rowStart[r + 1]! - rowStart[r]!);
    const squares: [number, number] = [0, 0];
    let kept = 0;
    for (let i = 0; i < bucket.length; i++) {
      const c = columnOf[bucket[i]!]!;
      if (c < 0) continue;
      const weight = (plain ? count[i]! : 1 + Math.log(count[i]!)) * scale[c]!;
      // The sign remembers which table the n-gram came from.
      weightOf[c] = bucket[i]! < half ? weight : -weight;
      squares[bucket[i]! < half ? 0 : 1] += weight * weight;
      sorted[kept++] = c;
    }
    sorted.sort();
    const tables = Number(squares[0] > 0) + Number(squares[1] > 0);
    const ofWords = plain ? 1 : 1 / Math.sqrt(squares[0] * tables);
    const ofChars = plain ? -1 : -1 / Math.sqrt(squares[1] * tables);
    column.set(sorted, rowStart[r]!);
    for (let i = 0; i < kept; i++) {
      const weight = weightOf[sorted[i]!]!;
      value[rowStart[r]! + i] = weight * (weight > 0 ? ofWords : ofChars);
    }
  });
  return { rows: rows.length, columns: scale.length, rowStart, column, value };
}
