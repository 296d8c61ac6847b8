/** Win, tie and lose shares with Wilson's score interval for the win share (E. B. Wilson, JASA 1927). */

/** 97.5 % point of the standard normal. */
const Z95 = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 95 % Wilson interval of `successes` out of `trials`; [0, 1] when there are no trials. */
export function wilsonInterval(successes: number, trials: number, z = Z95): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const middle = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

export interface WinRates {
  readonly win: number;
  readonly tie: number;
  readonly lose: number;
  readonly winPlusHalfTie: number;
  readonly wilson: Interval;
}

/** Shares of the three outcomes from their counts. */
export function winRates(win: number, tie: number, lose: number): WinRates {
  const n = win + tie + lose;
  return {
    win: win / n,
    tie: tie / n,
    lose: lose / n,
    winPlusHalfTie: (win + tie / 2) / n,
    wilson: wilsonInterval(win, n),
  };
}
