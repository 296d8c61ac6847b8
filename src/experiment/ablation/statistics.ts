/** Intervals over few seeds, and the choice of λ on held-out data. */

export interface Interval {
  readonly mean: number;
  /** Half-width of the 95 % t-interval; Infinity for a single value. */
  readonly half: number;
  readonly n: number;
}

/** Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const Z95 = 1.959964;

/** The 97.5 % quantile of Student's t; beyond the table by the Cornish-Fisher expansion, right to 1e-4. */
export function t95(freedom: number): number {
  if (freedom < 1) return Number.POSITIVE_INFINITY;
  return T95[freedom - 1] ?? Z95 + (Z95 ** 3 + Z95) / (4 * freedom);
}

/** Mean and 95 % t-interval. NaN for no values. */
export function interval(values: readonly number[]): Interval {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, half: Number.POSITIVE_INFINITY, n };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, half: t95(n - 1) * Math.sqrt(variance / n), n };
}

/** The interval of a - b over the seeds that both have. */
export function pairedInterval(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Interval {
  return interval([...a].flatMap(([seed, value]) => (b.has(seed) ? [value - b.get(seed)!] : [])));
}

/** Whether an interval leaves out 0. */
export function isClear({ mean, half }: Interval): boolean {
  return Math.abs(mean) > half;
}

/**
 * The candidate with the highest validation accuracy. Between equals the larger λ wins: it is nearer to the method
 * without one.
 */
export function chooseLambda<T extends { readonly lambda: number | null; readonly validation: number }>(
  candidates: readonly T[],
): T | undefined {
  return candidates.reduce<T | undefined>((best, one) => {
    if (!best || one.validation > best.validation) return one;
    return one.validation === best.validation && (one.lambda ?? 0) > (best.lambda ?? 0) ? one : best;
  }, undefined);
}
