/**
 * The classifier's design matrix: a constant in front, and the features' mean as one more row, so that products with
 * centred features cost no more than sparse ones. Centring changes no solution (the constant absorbs it), only how many
 * steps it takes.
 */
import type { Csr } from "../base/csr.ts";

export interface CentredDesign {
  /** [samples + 1, 1 + features]; the last row holds the mean and no constant. */
  readonly matrix: Csr;
  readonly samples: number;
  /** Value of the constant column, scaled so that it is as steep as the steepest feature direction. */
  readonly constant: number;
  readonly mean: Float64Array;
  /** Column of each feature, without the constant's: the more samples have it, the further to the front. */
  readonly place: Uint32Array;
}

/** Builds the design. @param steepest the smallest curvature bound of any head, see `steepestCurvature` */
export function centredDesign(features: Csr, steepest: number): CentredDesign {
  const { rows, columns, rowStart } = features;
  const mean = columnMeans(features);
  const place = placesByCount(features);
  // The loss's second derivative in the constant is at most constant^2 / 4.
  const constant = 2 * Math.sqrt(steepest);
  const start = new Uint32Array(rows + 2);
  for (let r = 0; r <= rows; r++) start[r] = rowStart[r]! + r;
  start[rows + 1] = start[rows]! + columns;
  const column = new Uint32Array(start[rows + 1]!);
  const value = new Float32Array(start[rows + 1]!);
  for (let r = 0; r < rows; r++) {
    let at = start[r]!;
    value[at++] = constant;
    for (let e = rowStart[r]!; e < rowStart[r + 1]!; e++) {
      column[at] = place[features.column[e]!]! + 1;
      value[at++] = features.value[e]!;
    }
  }
  for (let c = 0; c < columns; c++) {
    column[start[rows]! + c] = place[c]! + 1;
    value[start[rows]! + c] = mean[c]!;
  }
  return {
    matrix: { rows: rows + 1, columns: columns + 1, rowStart: start, column, value },
    samples: rows,
    constant,
    mean,
    place,
  };
}

/**
 * Features that as many samples have become neighbours, so that invocations that run together have sums of the same length,
 * and those that nearly all samples have lie together in a cache.
 */
function placesByCount({ columns, column }: Csr): Uint32Array {
  const count = new Uint32Array(columns);
  for (const c of column) count[c]!++;
  const order = Uint32Array.from(count, (_, c) => c).sort((a, b) => count[b]! - count[a]! || a - b);
  const place = new Uint32Array(columns);
  order.forEach((c, at) => {
    place[c] = at;
  });
  return place;
}

/** Mean of every column over all rows, zeros counted: [columns]. */
export function columnMeans({ rows, columns, column, value }: Csr): Float64Array {
  const mean = new Float64Array(columns);
  for (let e = 0; e < column.length; e++) mean[column[e]!]! += value[e]! / rows;
  return mean;
}

const POWER_STEPS = 12;
/** Power iteration comes from below, and each fold's samples weigh a little more than all together. */
const SAFETY = 1.3;

/**
 * A bound on the loss's second derivative in any direction of the centred features: a quarter of the largest eigenvalue
 * of their weighted covariance, by power iteration.
 * @param weights per sample, summing to 1
 */
export function steepestCurvature(features: Csr, mean: Float64Array, weights: ArrayLike<number>): number {
  const { rows, columns, rowStart, column, value } = features;
  let direction = Float64Array.from({ length: columns }, (_, c) => Math.sin(c + 1));
  let length = 1;
  for (let step = 0; step < POWER_STEPS; step++) {
    let shift = 0;
    for (let c = 0; c < columns; c++) shift += mean[c]! * direction[c]!;
    const image = new Float64Array(columns);
    let total = 0;
    for (let r = 0; r < rows; r++) {
      let product = -shift;
      for (let e = rowStart[r]!; e < rowStart[r + 1]!; e++) product += value[e]! * direction[column[e]!]!;
      product *= weights[r]! / 4;
      total += product;
      for (let e = rowStart[r]!; e < rowStart[r + 1]!; e++) image[column[e]!]! += value[e]! * product;
    }
    let squares = 0;
    for (let c = 0; c < columns; c++) {
      image[c]! -= total * mean[c]!;
      squares += image[c]! ** 2;
    }
    length = Math.sqrt(squares);
    // All features constant: any step will do.
    if (!(length > 0)) return 1;
    direction = image.map((x) => x / length);
  }
  return SAFETY * length;
}
