/** Takes the correlations out of dense features, so that a gradient's steps are as good in every direction. */

/**
 * The rows in coordinates where covariance + noise I is the identity: L^-1 x with L L^T = X^T X / n + noise I. Columns must
 * have mean 0. Directions with a variance far below `noise` stay small.
 * @param rows [n][width], the same width in each
 */
export function whitened(rows: readonly Float64Array[], noise: number): Float64Array[] {
  const width = rows[0]?.length ?? 0;
  const factor = cholesky(covariance(rows, width, noise), width);
  return rows.map((row) => {
    const solved = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      let sum = row[i]!;
      for (let j = 0; j < i; j++) sum -= factor[i * width + j]! * solved[j]!;
      solved[i] = sum / factor[i * width + i]!;
    }
    return solved;
  });
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

/** L with L L^T = A, from A's lower triangle and in its place. */
function cholesky(a: Float64Array, width: number): Float64Array {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * width + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * width + k]! * a[j * width + k]!;
      a[i * width + j] = i === j ? Math.sqrt(sum) : sum / a[j * width + j]!;
    }
  }
  return a;
}
