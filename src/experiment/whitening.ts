/** Takes the correlations out of dense features, so that a gradient's steps are as good in every direction. */
import { choleskyFactor, solveLower } from "../base/cholesky.ts";

/**
 * The rows in coordinates where covariance + noise I is the identity: L^-1 x with L L^T = X^T X / n + noise I. Columns must
 * have mean 0. Directions with a variance far below `noise` stay small.
 * @param rows [n][width], the same width in each
 */
export function whitened(rows: readonly Float64Array[], noise: number): Float64Array[] {
  const width = rows[0]?.length ?? 0;
  const factor = choleskyFactor(covariance(rows, width, noise), width);
  return rows.map((row) => solveLower(factor, row));
}

/** Lower triangle of X^T X / n + noise I, [width, width]. */
function covariance(rows: readonly Float64Array[], width: number, noise: number): Float64Array {
  const sums = new Float64Array(width * width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) {
      const value = row[i]! / rows.length;
      for (let j = 0; j <= i; j++) sums[i * width + j]! += value * row[j]!;
    }
  }
  for (let i = 0; i < width; i++) sums[i * width + i]! += noise;
  return sums;
}
