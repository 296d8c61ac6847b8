import { TiltError } from "../base/errors.ts";
import { sha256 } from "../base/sha256.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { bytesOf, FIRST_BYTE_ID, FIRST_MERGE_ID, textOf } from "./tokenizer_bytes.ts";

/** Two tokens that become one; the k-th merge makes token FIRST_MERGE_ID + k. */
export type Merge = readonly [left: number, right: number];

/** Distinct pieces remembered between calls; beyond it the memory starts again. */
const CACHE_LIMIT = 65_536;

/**
 * Cuts a text into the pieces that merges never cross: a word with its leading space, a number, a run of marks, white
 * space. Together the pieces are the text. (The split of GPT-2 less its English contractions, Radford et al. 2019;
 * runs are cut at 64 characters so that no input makes merging quadratic.)
 */
export function pieces(text: string): string[] {
  return text.match(/ ?\p{L}{1,64}| ?\p{N}{1,64}| ?[^\s\p{L}\p{N}]{1,64}|\s{1,64}(?!\S)|\s{1,64}/gu) ?? [];
}

/** A pair of tokens as one number: ids stay below 2^26, so the sum is exact in a double. */
export function pairKey(left: number, right: number): number {
  return left * 0x4000000 + right;
}

/**
 * Byte-level BPE (Sennrich, Haddow, Birch, arXiv 1508.07909, over bytes). Every byte is a token, so any well-formed
 * string round-trips exactly. Token 0 ends a text.
 * @throws TiltError when a merge names a token that does not exist yet
 */
export function bpeTokenizer(merges: readonly Merge[]): Tokenizer {
  const vocabSize = FIRST_MERGE_ID + merges.length;
  const merged = new Map<number, number>();
  const spelled: Uint8Array[] = [new Uint8Array(0)];
  for (let byte = 0; byte < 256; byte++) spelled.push(Uint8Array.of(byte));
  merges.forEach(([left, right], k) => {
    const id = FIRST_MERGE_ID + k;
    if (!isToken(left, id) || !isToken(right, id)) {
      throw new TiltError(`Merge ${k + 1} joins tokens ${left} and ${right}, which do not exist yet`, {
        where: "tokenizer merges",
        remedy: "Use the tokenizer that was saved with the model.",
      });
    }
    merged.set(pairKey(left, right), id);
    const a = spelled[left]!;
    const both = new Uint8Array(a.length + spelled[right]!.length);
    both.set(a);
    both.set(spelled[right]!, a.length);
    spelled.push(both);
  });

  const cache = new Map<string, Uint32Array>();
  const encodePiece = (piece: string): Uint32Array => {
    const known = cache.get(piece);
    if (known) return known;
    const ids = applyMerges(bytesOf(piece), merged);
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(piece, ids);
    return ids;
  };

  return {
    id: `bpe-${vocabSize}-${sha256(merges.map((pair) => pair.join(" ")).join("\n")).slice(0, 12)}`,
    vocabSize,
    eosId: 0,
    bosId: null,
    startPrefix: "",
    encode: (text) => joinIds(pieces(text).map(encodePiece)),
    decode: (ids) => textOf(joinBytes(Array.from(ids, (id) => spelled[id] ?? spelled[0]!))),
    toJSON: () => ({ kind: "bpe", merges }),
  };
}

/** Repeats the earliest merge that applies, leftmost first, until none does. */
function applyMerges(bytes: Uint8Array, merged: ReadonlyMap<number, number>): Uint32Array {
  const ids = Array.from(bytes, (byte) => byte + FIRST_BYTE_ID);
  while (ids.length > 1) {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < ids.length; i++) {
      const id = merged.get(pairKey(ids[i]!, ids[i + 1]!));
      if (id !== undefined && id < best) best = id;
    }
    if (best === Number.POSITIVE_INFINITY) break;
    let kept = 0;
    for (let i = 0; i < ids.length; i++) {
      const joins = i + 1 < ids.length && merged.get(pairKey(ids[i]!, ids[i + 1]!)) === best;
      ids[kept++] = joins ? best : ids[i]!;
      if (joins) i++;
    }
    ids.length = kept;
  }
  return Uint32Array.from(ids);
}

function isToken(id: number, before: number): boolean {
  return Number.isSafeInteger(id) && id >= FIRST_BYTE_ID && id < before;
}

function joinIds(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
