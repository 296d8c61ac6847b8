/** Win, tie and lose shares with Wilson's score interval for the win share (E. B. Wilson, JASA 1927). */
import { wilson } from "../base/statistics.ts";

export interface WinRates {
  readonly win: number;
  readonly tie: number;
  readonly lose: number;
  readonly winPlusHalfTie: number;
  /** 95 % interval of `win`. */
  readonly wilson: readonly [low: number, high: number];
}

/** Shares of the three outcomes from their counts. */
export function winRates(win: number, tie: number, lose: number): WinRates {
  const n = win + tie + lose;
  return {
    win: win / n,
    tie: tie / n,
    lose: lose / n,
    winPlusHalfTie: (win + tie / 2) / n,
    wilson: wilson(win / n, n),
  };
}
