/** Draws that both worlds make: numbers of a keyed stream, and a source by its share. */
import type { Stream } from "../../base/random.ts";

/** Draw `index` of a stream, uniform in [0, 1). */
export function uniformAt(draws: Stream, index: number): number {
  return draws.word(index) / 0x100000000;
}

/** The same in the open interval (0, 1), safe under logarithms. */
export function openAt(draws: Stream, index: number): number {
  return (draws.word(index) + 0.5) / 0x100000000;
}

/** The entry of `shares`, which sum to 1, that a uniform number falls on; never one whose share is 0. */
export function pickShare(shares: readonly number[], uniform: number): number {
  let left = uniform;
  for (let k = 0; k < shares.length; k++) {
    left -= shares[k]!;
    if (left < 0) return k;
  }
  return shares.findLastIndex((share) => share > 0);
}
