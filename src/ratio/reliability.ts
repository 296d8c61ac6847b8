/** Expected calibration error and the reliability diagram behind it. Say which binning when showing a number. */
import { orderBy } from "./numerics.ts";

export interface ReliabilityBin {
  /** Samples in the bin. */
  readonly count: number;
  /** Sum of their weights (= count without weights). */
  readonly mass: number;
  /** Sum of their squared weights. */
  readonly squares: number;
  /** Mean predicted probability; null for an empty bin. */
  readonly meanP: number | null;
  /** Share of targets; null for an empty bin. */
  readonly meanY: number | null;
}

export type Binning = "width" | "mass";

/**
 * Reliability bins.
 *
 * "width": [0, 1/M], (1/M, 2/M], ... "mass": the stable sort by p cut into M bins of equal count, the first N mod M
 * one larger; with weights, cut where the running weight passes the next M-th of the total, equal p kept together.
 */
export function reliabilityBins(
  labels: ArrayLike<number>,
  probs: ArrayLike<number>,
  bins: number,
  binning: Binning,
  weights?: ArrayLike<number>,
): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, mass: 0, squares: 0, p: 0, y: 0 }));
  const binOf =
    binning === "width"
      ? (i: number) => Math.min(bins - 1, Math.max(0, Math.ceil(probs[i]! * bins) - 1))
      : equalMassBins(probs, bins, weights);
  for (let i = 0; i < labels.length; i++) {
    const bin = sums[binOf(i)]!;
    const w = weights ? weights[i]! : 1;
    bin.count++;
    bin.mass += w;
    bin.squares += w * w;
    bin.p += w * probs[i]!;
    bin.y += w * labels[i]!;
  }
  return sums.map(({ count, mass, squares, p, y }) => ({
    count,
    mass,
    squares,
    meanP: count ? p / mass : null,
    meanY: count ? y / mass : null,
  }));
}

function equalMassBins(
  probs: ArrayLike<number>,
  bins: number,
  weights: ArrayLike<number> | undefined,
): (i: number) => number {
  const order = orderBy(probs);
  const bin = new Int32Array(order.length);
  if (weights) {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i]!;
    let running = 0;
    for (let start = 0; start < order.length; ) {
      // Equal probabilities share a bin: a bin is a range of p. The middle of their common mass decides which.
      let end = start;
      let block = 0;
      while (end < order.length && probs[order[end]!] === probs[order[start]!])
        block += weights[order[end++]!]!;
      const own = Math.min(bins - 1, Math.floor(((running + block / 2) / total) * bins));
      for (let k = start; k < end; k++) bin[order[k]!] = own;
      running += block;
      start = end;
    }
  } else {
    const size = Math.floor(order.length / bins);
    const larger = order.length % bins;
    let position = 0;
    for (let b = 0; b < bins; b++) {
      for (let k = 0; k < size + (b < larger ? 1 : 0); k++) bin[order[position++]!] = b;
    }
  }
  return (i) => bin[i]!;
}

/** sum over bins of (share of mass) |mean p - mean y|. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  let gap = 0;
  let mass = 0;
  for (const bin of bins) {
    mass += bin.mass;
    if (bin.meanP !== null && bin.meanY !== null) gap += bin.mass * Math.abs(bin.meanP - bin.meanY);
  }
  return gap / mass;
}

/** Largest |mean p - mean y| over the bins. */
export function maximumCalibrationError(bins: readonly ReliabilityBin[]): number {
  return Math.max(
    ...bins.map(({ meanP, meanY }) => (meanP === null || meanY === null ? 0 : Math.abs(meanP - meanY))),
  );
}

/** ECE of max(p, 1 - p) against being right (equal-width bins). */
export function confidenceCalibrationError(
  labels: ArrayLike<number>,
  probs: ArrayLike<number>,
  bins: number,
): number {
  const confidence = Float64Array.from(probs, (p) => Math.max(p, 1 - p));
  const right = Float64Array.from(probs, (p, i) => Number(p > 0.5 === (labels[i] === 1)));
  return expectedCalibrationError(reliabilityBins(right, confidence, bins, "width"));
}

/**
 * What the expected calibration error would be if the probabilities were right: bins hold finitely many samples, so it
 * is never 0. Read an error against this before blaming the calibration.
 */
export function calibrationErrorNoise(bins: readonly ReliabilityBin[]): number {
  let gap = 0;
  let mass = 0;
  for (const bin of bins) {
    mass += bin.mass;
    if (bin.meanP !== null) gap += bin.mass * Math.sqrt((2 / Math.PI) * errorVariance(bin));
  }
  return gap / mass;
}

/**
 * Root of the mean squared gap per bin with the sampling noise taken out (Kumar et al., arXiv 1909.10155): near 0 for
 * right probabilities however few the samples; 0 when the noise explains everything.
 */
export function debiasedCalibrationError(bins: readonly ReliabilityBin[]): number {
  let squares = 0;
  let mass = 0;
  for (const bin of bins) {
    mass += bin.mass;
    if (bin.meanP === null || bin.meanY === null) continue;
    squares += bin.mass * ((bin.meanP - bin.meanY) ** 2 - errorVariance(bin));
  }
  return Math.sqrt(Math.max(0, squares / mass));
}

/** Variance of a bin's share of targets around its probability, with the bin's effective number of samples. */
function errorVariance({ meanP, squares, mass }: ReliabilityBin): number {
  return (meanP! * (1 - meanP!) * squares) / mass ** 2;
}
