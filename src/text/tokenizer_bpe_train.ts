import { TiltError } from "../base/errors.ts";
import { nextTask } from "../base/pause.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { bpeTokenizer, type Merge, pairKey, pieces } from "./tokenizer_bpe.ts";
import { bytesOf, FIRST_BYTE_ID, FIRST_MERGE_ID } from "./tokenizer_bytes.ts";

export interface BpeTraining {
  /** Called now and then with the share done, 0 to 1. */
  readonly onProgress?: (done: number) => void;
  /** Aborting it makes the promise reject with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Characters counted, or merges made, between two chances for others to run. */
const CHARACTERS_PER_SLICE = 400_000;
const MERGES_PER_SLICE = 200;

/**
 * Trains byte-level BPE: repeatedly joins the most frequent adjacent pair (ties: the smaller left id, then the smaller
 * right id), until the vocabulary is full or no pair occurs twice. The same texts always give the same merges.
 * @param vocabSize EOS, 256 bytes and merges together; at least 257
 */
export async function trainBpe(
  texts: Iterable<string>,
  vocabSize: number,
  training: BpeTraining = {},
): Promise<Tokenizer> {
  if (!Number.isSafeInteger(vocabSize) || vocabSize < FIRST_MERGE_ID || vocabSize > 65_536) {
    throw new TiltError(`A vocabulary of ${vocabSize} tokens cannot be trained`, {
      where: "vocabSize",
      remedy: `Give a whole number from ${FIRST_MERGE_ID} to 65536.`,
    });
  }
  const pause = async (done: number) => {
    training.onProgress?.(done);
    await nextTask();
    training.signal?.throwIfAborted();
  };
  const counts = await countPieces(texts, () => pause(0));
  const state = pairStatistics(counts);
  const merges: Merge[] = [];
  const wanted = vocabSize - FIRST_MERGE_ID;
  while (merges.length < wanted) {
    if (merges.length % MERGES_PER_SLICE === 0) await pause(merges.length / wanted);
    const pair = state.mostFrequent();
    if (!pair) break;
    state.join(pair, FIRST_MERGE_ID + merges.length);
    merges.push(pair);
  }
  training.onProgress?.(1);
  return bpeTokenizer(merges);
}

async function countPieces(
  texts: Iterable<string>,
  pause: () => Promise<void>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let since = CHARACTERS_PER_SLICE;
  for (const text of texts) {
    for (const slice of sliced(text)) {
      if ((since += slice.length) > CHARACTERS_PER_SLICE) {
        await pause();
        since = 0;
      }
      for (const piece of pieces(slice)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
  }
  return counts;
}

/** Cuts a long text before a line break, where no piece that matters is split. */
function* sliced(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > CHARACTERS_PER_SLICE) {
    const cut = text.lastIndexOf("\n", start + CHARACTERS_PER_SLICE);
    const end = cut > start ? cut : text.length;
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

/** Counts of adjacent pairs over all distinct pieces, kept up to date as pairs are joined. */
function pairStatistics(counts: ReadonlyMap<string, number>) {
  const words: { ids: number[]; count: number }[] = [];
  const slotOf = new Map<number, number>();
  const left: number[] = [];
  const right: number[] = [];
  const frequency: number[] = [];
  /** Words in which a pair occurs, or once did. */
  const places: number[][] = [];

  const change = (a: number, b: number, by: number, word: number): void => {
    const key = pairKey(a, b);
    let slot = slotOf.get(key);
    if (slot === undefined) {
      slot = left.length;
      slotOf.set(key, slot);
      left.push(a);
      right.push(b);
      frequency.push(0);
      places.push([]);
    }
    frequency[slot]! += by;
    const where = places[slot]!;
    if (by > 0 && where[where.length - 1] !== word) where.push(word);
  };

  for (const [piece, count] of counts) {
    const ids = Array.from(bytesOf(piece), (byte) => byte + FIRST_BYTE_ID);
    const word = words.push({ ids, count }) - 1;
    for (let i = 0; i + 1 < ids.length; i++) change(ids[i]!, ids[i + 1]!, count, word);
  }

  return {
    mostFrequent(): Merge | null {
      let best = -1;
      let most = 1;
      for (let slot = 0; slot < frequency.length; slot++) {
        const count = frequency[slot]!;
        if (count > most || (count === most && best >= 0 && before(slot, best))) {
          most = count;
          best = slot;
        }
      }
      return best < 0 ? null : [left[best]!, right[best]!];
    },
    /** Replaces the pair by token `id` everywhere. */
    join([a, b]: Merge, id: number): void {
      const slot = slotOf.get(pairKey(a, b))!;
      for (const word of new Set(places[slot])) {
        const { ids, count } = words[word]!;
        for (let i = 0; i + 1 < ids.length; i++) change(ids[i]!, ids[i + 1]!, -count, word);
        let kept = 0;
        for (let i = 0; i < ids.length; i++) {
          const joins = ids[i] === a && ids[i + 1] === b;
          ids[kept++] = joins ? id : ids[i]!;
          if (joins) i++;
        }
        ids.length = kept;
        for (let i = 0; i + 1 < ids.length; i++) change(ids[i]!, ids[i + 1]!, count, word);
      }
      places[slot] = [];
    },
  };

  function before(slot: number, other: number): boolean {
    return left[slot]! < left[other]! || (left[slot] === left[other] && right[slot]! < right[other]!);
  }
}
