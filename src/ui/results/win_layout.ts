/** Geometry of win bars: win, tie and lose side by side, a 95 % bracket around the wins. Pure. */
import type { Tally } from "./verdicts.ts";

export interface WinLayout {
  readonly width: number;
  readonly height: number;
  /** Where names stand, and whether above their bar. */
  readonly stacked: boolean;
  readonly left: number;
  readonly right: number;
  readonly rows: readonly {
    readonly y: number;
    readonly nameY: number;
    /** Ends of win, tie and lose, in pixels; all at `left` while nothing is compared. */
    readonly win: number;
    readonly tie: number;
    readonly low: number;
    readonly high: number;
    readonly textY: number;
  }[];
  readonly footY: number;
}

export const BAR = 16;
const ROW = 30;
const STACKED_ROW = 48;
const NAMES = 150;
const NUMBERS = 128;
const FOOT = 20;
const NARROW = 440;

export function layoutWins(width: number, tallies: readonly Tally[]): WinLayout {
  const stacked = width < NARROW;
  const left = stacked ? 2 : NAMES;
  const right = Math.max(left + 60, stacked ? width - 2 : width - NUMBERS);
  const row = stacked ? STACKED_ROW : ROW;
  const at = (share: number): number => left + share * (right - left);
  return {
    width,
    stacked,
    left,
    right,
    height: row * tallies.length + FOOT,
    footY: row * tallies.length + 14,
    rows: tallies.map(({ win, tie, n, wilson: [low, high] }, i) => {
      const top = i * row + (stacked ? 24 : 7);
      const share = (count: number): number => (n > 0 ? count / n : 0);
      return {
        y: top,
        nameY: stacked ? top - 8 : top + 12,
        textY: stacked ? top - 8 : top + 12,
        win: at(share(win)),
        tie: at(share(win + tie)),
        low: n > 0 ? at(low) : left,
        high: n > 0 ? at(high) : left,
      };
    }),
  };
}
