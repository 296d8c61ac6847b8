/** Plane's training written plainly, in float64: the oracle of what the page trains. */
import { adam64 } from "../../src/model/adam64.ts";
import { planeBatches } from "../../src/model/plane_batches.ts";
import { type PlanePolicy, planeBackward, planeForward } from "../../src/model/plane_policy.ts";

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
