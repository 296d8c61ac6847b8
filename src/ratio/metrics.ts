/**
 * How good a binary classifier's scores are. Labels are 1 (target) or 0 (synthetic).
 *
 * Every average takes optional sample weights. `balancedWeights` gives both classes the same total, which makes log
 * loss and calibration comparable between files with different shares.
 */
import { orderBy, softplus } from "./numerics.ts";

/** Weights that give the two classes equal mass and sum to the number of samples. */
export function balancedWeights(labels: ArrayLike<number>): Float64Array {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i]!;
  const negatives = labels.length - positives;
  return Float64Array.from(labels, (y) => labels.length / (2 * (y ? positives : negatives)));
}

/** Ranks from 1; tied values share the mean of their ranks. */
export function midranks(x: ArrayLike<number>): Float64Array {
  const order = orderBy(x);
  const ranks = new Float64Array(x.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && x[order[end]!] === x[order[start]!]) end++;
    for (let k = start; k < end; k++) ranks[order[k]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** P(score of a target > score of a synthetic) + P(tie) / 2; NaN unless both classes are there. */
export function auc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const ranks = midranks(scores);
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < labels.length; i++) {
    if (!labels[i]) continue;
    positives++;
    rankSum += ranks[i]!;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

/** Weighted mean of `value(i)`; plain mean without weights. */
function average(n: number, weights: ArrayLike<number> | undefined, value: (i: number) => number): number {
  let sum = 0;
  let mass = 0;
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i]! : 1;
    sum += w * value(i);
    mass += w;
  }
  return sum / mass;
}

/** Mean (p - y)^2. */
export function brier(
  labels: ArrayLike<number>,
  probs: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return average(labels.length, weights, (i) => (probs[i]! - labels[i]!) ** 2);
}

/** Mean negative log likelihood in nats, from logits so that confident mistakes stay exact. */
export function logLoss(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return average(labels.length, weights, (i) => softplus(logits[i]!) - labels[i]! * logits[i]!);
}

/** Share of samples on the right side of p = 0.5; p = 0.5 counts as synthetic. */
export function accuracy(
  labels: ArrayLike<number>,
  probs: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return average(labels.length, weights, (i) => Number(probs[i]! > 0.5 === (labels[i] === 1)));
}

/** A point of the ROC curve: calling everything with a score >= `threshold` target. */
export interface RocPoint {
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/** The ROC curve from (0, 0) to (1, 1), one point per distinct score. */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>): RocPoint[] {
  const order = orderBy(scores).reverse();
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i]!;
  const negatives = labels.length - positives;
  const points: RocPoint[] = [{ threshold: Infinity, falsePositiveRate: 0, truePositiveRate: 0 }];
  let hits = 0;
  for (let k = 0; k < order.length; k++) {
    hits += labels[order[k]!]!;
    const threshold = scores[order[k]!]!;
    if (k + 1 < order.length && scores[order[k + 1]!] === threshold) continue;
    points.push({
      threshold,
      falsePositiveRate: (k + 1 - hits) / negatives,
      truePositiveRate: hits / positives,
    });
  }
  return points;
}
