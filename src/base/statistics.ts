/** Intervals of means over few values (Student's t, plain and paired) and of proportions (Wilson's). */

/** A mean and how sure it is. */
export interface Interval {
  readonly mean: number;
  /** Half-width of the 95 % t-interval; Infinity for a single value. */
  readonly half: number;
  readonly n: number;
  /** Sample standard deviation; NaN for a single value. */
  readonly sd: number;
}

/** Arithmetic mean; NaN for none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * P(|T| <= t) for Student's t with whole degrees of freedom: the finite sums in cos θ, tan θ = t/√ν
 * (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
 */
function within(t: number, freedom: number): number {
  const theta = Math.atan(t / Math.sqrt(freedom));
  const [sin, cos] = [Math.sin(theta), Math.cos(theta)];
  const odd = freedom % 2 === 1;
  let term = odd ? cos : 1;
  let sum = odd && freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (cos * cos * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + sin * sum) : sin * sum;
}

const known = new Map<number, number>();

/** The two-sided 95 % point of Student's t, e.g. 2.262 for 9 degrees of freedom. Infinity below 1. */
export function t95(freedom: number): number {
  if (!(freedom >= 1)) return Number.POSITIVE_INFINITY;
  const held = known.get(freedom);
  if (held !== undefined) return held;
  let [low, high] = [1, 13];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (within(middle, freedom) < 0.95) low = middle;
    else high = middle;
  }
  known.set(freedom, high);
  return high;
}

/** Mean, standard deviation and 95 % t-interval. NaN for no values. */
export function interval(values: readonly number[]): Interval {
  const n = values.length;
  const middle = mean(values);
  if (n < 2) return { mean: middle, half: Number.POSITIVE_INFINITY, n, sd: Number.NaN };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (n - 1));
  return { mean: middle, half: t95(n - 1) * (sd / Math.sqrt(n)), n, sd };
}

/** The interval of a - b over the keys (seeds, say) that both have. */
export function pairedInterval<K>(a: ReadonlyMap<K, number>, b: ReadonlyMap<K, number>): Interval {
  return interval([...a].flatMap(([key, value]) => (b.has(key) ? [value - b.get(key)!] : [])));
}

/** Whether an interval leaves out 0. */
export function isClear({ mean, half }: Pick<Interval, "mean" | "half">): boolean {
  return Math.abs(mean) > half;
}

/** 95 % Wilson score interval of a proportion (Wilson 1927). */
export function wilson(share: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const z = 1.959963984540054;
  const z2 = z * z;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
