/** Isotonic regression by pool-adjacent-violators, with scikit-learn's conventions. */
import { orderBy } from "./numerics.ts";

/** A non-decreasing piecewise-linear map: knots `x` (strictly increasing) and values `y`. */
export interface IsotonicMap {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Least-squares non-decreasing fit of `labels` to `probs`; equal probabilities are pooled first.
 * @param weights optional sample weights
 */
export function fitIsotonic(
  labels: ArrayLike<number>,
  probs: ArrayLike<number>,
  weights?: ArrayLike<number>,
): IsotonicMap {
  const x: number[] = [];
  const mass: number[] = [];
  const sum: number[] = [];
  for (const i of orderBy(probs)) {
    const w = weights ? weights[i]! : 1;
    if (x.length === 0 || x[x.length - 1] !== probs[i]) {
      x.push(probs[i]!);
      mass.push(0);
      sum.push(0);
    }
    mass[x.length - 1]! += w;
    sum[x.length - 1]! += w * labels[i]!;
  }
  // A stack of blocks; a block that would break the order is merged into the one before it.
  const blockMass: number[] = [];
  const blockSum: number[] = [];
  const blockKnots: number[] = [];
  for (let k = 0; k < x.length; k++) {
    let [m, s, knots] = [mass[k]!, sum[k]!, 1];
    while (blockMass.length > 0 && blockSum.at(-1)! / blockMass.at(-1)! >= s / m) {
      m += blockMass.pop()!;
      s += blockSum.pop()!;
      knots += blockKnots.pop()!;
    }
    blockMass.push(m);
    blockSum.push(s);
    blockKnots.push(knots);
  }
  const y = blockMass.flatMap((m, b) => Array<number>(blockKnots[b]!).fill(blockSum[b]! / m));
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** The map at `p`: linear between knots, constant outside. */
export function applyIsotonic({ x, y }: IsotonicMap, p: number): number {
  let low = 0;
  let high = x.length - 1;
  if (p <= x[low]!) return y[low]!;
  if (p >= x[high]!) return y[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= p) low = middle;
    else high = middle;
  }
  return y[low]! + ((y[high]! - y[low]!) * (p - x[low]!)) / (x[high]! - x[low]!);
}
