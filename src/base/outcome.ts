/** Comparing two answers by what they are worth. */

export interface Worth {
  readonly text: string;
  /** Null where it cannot be said. */
  readonly reward: number | null;
}

const SAME = 1e-9;

/** 1 when `a` is worth more, -1 when less, 0 for a tie. An answer without a reward loses to one that has one. */
export function outcome(a: Worth, b: Worth): 1 | 0 | -1 {
  if (a.text === b.text) return 0;
  if (a.reward === null || b.reward === null) return a.reward === b.reward ? 0 : a.reward === null ? -1 : 1;
  const gap = a.reward - b.reward;
  return Math.abs(gap) < SAME ? 0 : gap > 0 ? 1 : -1;
}
