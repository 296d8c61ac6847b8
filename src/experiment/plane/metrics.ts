/** How good a policy of Plane is, exactly, and where its strategy's weight lies. */
import type { PlaneGrid } from "../../data/worlds/plane_grid.ts";
import { PLANE_SOURCES } from "../../data/worlds/plane_sources.ts";
import type { Objective } from "../../objective/objective.ts";
import { effectiveShare } from "../../objective/reduction.ts";
import type { PlanePairs } from "./setting.ts";

export interface PlaneMetrics {
  /** Expected human reward of the policy. */
  readonly rew: number;
  /** The same at the optimum's distance from the reference: direction alone. NaN while the policy is the reference. */
  readonly rewK: number;
  /** KL(policy || reference), nats. */
  readonly kl: number;
  /** Share of fresh target pairs whose better point, by the human reward, gains more log-probability. */
  readonly accuracy: number;
  /** Mean loss over all training pairs, nats per pair. */
  readonly loss: number;
  /** Effective sample size of the tilt weights over all training pairs, as a share from 0 to 1. */
  readonly ess: number;
  /** Share of that weight by source, the human one first. */
  readonly weightBySource: readonly number[];
  /** Share of that weight on pairs whose label was flipped. */
  readonly flippedWeight: number;
}

/** Below this the policy has hardly a direction, nats. */
const STILL = 1e-6;

/** f of a policy at all the points that metrics look at. */
export interface PlaneLook {
  /** [cells] */
  readonly grid: ArrayLike<number>;
  /** [2 pairs] winner first */
  readonly pairs: ArrayLike<number>;
  /** [2 test pairs] better first */
  readonly test: ArrayLike<number>;
}

/**
 * Metrics of a policy. The weights are those that the strategy would give to all training pairs as one batch, so they do
 * not jump from step to step.
 */
export function planeMetrics(
  grid: PlaneGrid,
  objective: Objective,
  pairs: PlanePairs,
  look: PlaneLook,
): PlaneMetrics {
  const { rew, rewK, kl } = grid.evaluate(look.grid);
  const losses = lossesOf(objective, look.pairs);
  const weights = objective.strategy.evaluate(
    { losses, h: pairs.h, meanH: mean(pairs.h), sourceShares: sharesOf(objective, pairs) },
    objective.strategyParams,
  ).gradient;
  let total = 0;
  let flipped = 0;
  const bySource = PLANE_SOURCES.map(() => 0);
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    bySource[pairs.sources[i]!]! += weights[i]!;
    flipped += weights[i]! * pairs.flipped[i]!;
  }
  return {
    rew,
    rewK: kl > STILL ? rewK : Number.NaN,
    kl,
    accuracy: orderAccuracy(look.test),
    loss: mean(losses),
    ess: effectiveShare(weights),
    weightBySource: bySource.map((weight) => (total > 0 ? weight / total : 0)),
    flippedWeight: total > 0 ? flipped / total : 0,
  };
}

function lossesOf({ loss, lossParams }: Objective, f: ArrayLike<number>): Float64Array {
  const none = [0, 0];
  const one = [1, 1];
  return Float64Array.from({ length: f.length / 2 }, (_, i) => {
    const group = { logps: [f[2 * i]!, f[2 * i + 1]!], refLogps: none, lengths: one, scores: none };
    return loss.evaluate(group, lossParams, { kl: 0, paddedLength: 1 }).loss;
  });
}

/** One row per pair; only Group DRO reads them. */
function sharesOf({ strategy }: Objective, { sources }: PlanePairs): number[][] {
  if (strategy.id !== "group_dro") return [];
  return Array.from(sources, (source) => PLANE_SOURCES.map((_, k) => (k === source ? 1 : 0)));
}

/** Ties count half. */
function orderAccuracy(f: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < f.length; i += 2) {
    const gap = f[i]! - f[i + 1]!;
    right += gap > 0 ? 1 : gap === 0 ? 0.5 : 0;
  }
  return (2 * right) / f.length;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
