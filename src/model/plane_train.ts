import { stream } from "../base/random.ts";
import { adam64 } from "./adam64.ts";
import { type PlanePolicy, planeBackward, planeForward } from "./plane_policy.ts";

/** A pair loss in terms of the margin log-ratio D = f(winner) - f(loser): its value and slope. */
export type MarginLoss = (margin: number) => { readonly loss: number; readonly slope: number };

/** How a batch's losses are aggregated: dV/dl per pair, from losses and weights h. */
export type Aggregate = (losses: Float64Array, h: Float64Array) => ArrayLike<number>;

export interface PlaneTraining {
  /** [2 * pairs, 2] points, winner first. */
  readonly points: Float64Array;
  /** [pairs] weights; give 1s where the strategy ignores them. */
  readonly h: Float64Array;
  readonly loss: MarginLoss;
  readonly aggregate: Aggregate;
  readonly steps: number;
  /** Pairs per step, drawn without replacement. */
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** What one step did. */
export interface PlaneStep {
  /** Completed steps, from 1. */
  readonly step: number;
  /** Indices of the batch's pairs, their losses and tilt weights. */
  readonly pairs: readonly number[];
  readonly losses: Float64Array;
  readonly weights: ArrayLike<number>;
}

/** DPO on a margin: -log sigmoid(beta D) (Rafailov et al., arXiv 2305.18290). */
export function dpoMargin(beta: number): MarginLoss {
  return (margin) => {
    const u = beta * margin;
    const e = Math.exp(-Math.abs(u));
    const below = u > 0 ? e / (1 + e) : 1 / (1 + e);
    return { loss: Math.log1p(e) + Math.max(-u, 0), slope: -beta * below };
  };
}

/**
 * The pairs of each step's batch, without end: drawn without replacement within a batch, and a function of the seed alone,
 * so that runs with one seed see the same data in the same order.
 * @param count pairs there are @param batch pairs per step, at most `count`
 */
export function* planeBatches(
  count: number,
  batch: number,
  seed: number,
): Generator<readonly number[], never> {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let step = 1; ; step++) {
    const draws = stream(seed, `plane/batch-${step}`);
    for (let i = 0; i < batch; i++) {
      const j = i + draws.below(count - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    yield order.slice(0, batch);
  }
}

/** Trains a plane policy in place, one Adam step per `next()`; stop when you like. */
export function* planeSteps(policy: PlanePolicy, training: PlaneTraining): Generator<PlaneStep, void> {
  const { points, h, loss, aggregate, seed } = training;
  const count = h.length;
  const size = Math.min(training.batch, count);
  const optimiser = adam64(policy.parameters.length, training.learningRate);
  const batches = planeBatches(count, size, seed);
  for (let step = 1; step <= training.steps; step++) {
    const pairs = batches.next().value;
    const batchPoints = new Float64Array(4 * size);
    pairs.forEach((pair, i) => {
      batchPoints.set(points.subarray(4 * pair, 4 * pair + 4), 4 * i);
    });
    const forward = planeForward(policy, batchPoints);
    const each = pairs.map((_, i) => loss(forward.f[2 * i]! - forward.f[2 * i + 1]!));
    const losses = Float64Array.from(each, ({ loss: value }) => value);
    const weights = aggregate(
      losses,
      Float64Array.from(pairs, (pair) => h[pair]!),
    );
    const coefficients = new Float64Array(2 * size);
    each.forEach(({ slope }, i) => {
      coefficients[2 * i] = weights[i]! * slope;
      coefficients[2 * i + 1] = -weights[i]! * slope;
    });
    optimiser.step(policy.parameters, planeBackward(policy, forward, coefficients));
    yield { step, pairs, losses, weights };
  }
}

/** Runs all steps. */
export function trainPlane(policy: PlanePolicy, training: PlaneTraining): void {
  for (const _ of planeSteps(policy, training));
}
