/**
 * Features of points in the plane whose span holds the log-ratio of Gaussians (a quadratic) and comes close to that of
 * mixtures (bumps on a grid). Whitened, so that full-batch gradient steps see a round problem.
 */
import { type Csr, csrFromRows } from "../base/csr.ts";

type PlanePoint = readonly [number, number];

const GRID = [-2.4, -1.2, 0, 1.2, 2.4];
const WIDTH = 1.2;
const QUADRATIC = 5;
/** Bumps are scaled down, so that the penalty lets the quadratic speak first: it alone is right far out. */
const BUMP = 0.03;

function rawFeatures([x, y]: PlanePoint): number[] {
  const features = [x, y, x * x, x * y, y * y];
  for (const u of GRID) {
    for (const v of GRID) features.push(Math.exp(-((x - u) ** 2 + (y - v) ** 2) / (2 * WIDTH ** 2)));
  }
  return features;
}

/** A direction whose variance, after the earlier ones are taken out, falls below this share of its own is left out. */
const RANK = 1e-6;

export interface PointFeatures {
  readonly features: Csr;
  transform(points: readonly PlanePoint[]): Csr;
}

/** Fits mean and whitening (a Cholesky factor of the covariance, in the order of the features) to `points`. */
export function pointFeatures(points: readonly PlanePoint[]): PointFeatures {
  const rows = points.map(rawFeatures);
  const size = QUADRATIC + GRID.length ** 2;
  const mean = Array.from(
    { length: size },
    (_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length,
  );
  const factor = new Float64Array(size * size);
  for (const row of rows) {
    for (let j = 0; j < size; j++) {
      const deviation = (row[j]! - mean[j]!) / rows.length;
      for (let k = 0; k <= j; k++) factor[j * size + k]! += deviation * (row[k]! - mean[k]!);
    }
  }
  const kept = new Uint8Array(size);
  for (let k = 0; k < size; k++) {
    const own = factor[k * size + k]!;
    let left = own;
    for (let i = 0; i < k; i++) left -= factor[k * size + i]! ** 2;
    kept[k] = left > RANK * own ? 1 : 0;
    for (let j = k; j < size; j++) {
      let value = factor[j * size + k]!;
      for (let i = 0; i < k; i++) value -= factor[j * size + i]! * factor[k * size + i]!;
      factor[j * size + k] = kept[k] ? (j === k ? Math.sqrt(value) : value / factor[k * size + k]!) : 0;
    }
  }
  const whiten = (row: readonly number[]): number[] => {
    const z: number[] = [];
    for (let j = 0; j < size; j++) {
      let value = row[j]! - mean[j]!;
      for (let i = 0; i < j; i++) value -= factor[j * size + i]! * z[i]!;
      z.push(kept[j] ? value / factor[j * size + j]! : 0);
    }
    return z.map((value, j) => (j < QUADRATIC ? value : BUMP * value));
  };
  return {
    features: csrFromRows(rows.map(whiten), size),
    transform: (more) =>
      csrFromRows(
        more.map((point) => whiten(rawFeatures(point))),
        size,
      ),
  };
}
