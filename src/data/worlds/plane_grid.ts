/** The picture of Plane: a grid of cells over the box, the reference and any policy as distributions over the cells. */
import { scaleForKl } from "./matched_kl.ts";
import { HUMAN_HILLS, type Point, rewardAt } from "./plane_sources.ts";

/** Corners of the box in both coordinates. */
export const BOX = { low: -4, high: 4 } as const;
/** Cells per side. */
export const GRID = 40;
/** Standard deviation of the reference, a round Gaussian at the origin. */
const REFERENCE_SD = 1.3;
/** Strength of the KL penalty that the pair losses stand for. */
const PLANE_BETA = 1;

/** Centres of the cells, row by row from the low corner: [GRID * GRID, 2]. */
function gridPoints(): Float64Array {
  const points = new Float64Array(2 * GRID * GRID);
  const step = (BOX.high - BOX.low) / GRID;
  for (let i = 0; i < GRID * GRID; i++) {
    points[2 * i] = BOX.low + ((i % GRID) + 0.5) * step;
    points[2 * i + 1] = BOX.low + (Math.floor(i / GRID) + 0.5) * step;
  }
  return points;
}

export interface PlaneOutcome {
  /** Exact expected human reward of the policy. */
  readonly rew: number;
  /** The same after rescaling log(policy/reference) by one constant so that its KL is the optimum's: direction alone. */
  readonly rewK: number;
  /** KL(policy || reference) in nats. */
  readonly kl: number;
}

export interface PlaneGrid {
  /** [cells, 2] centres. */
  readonly points: Float64Array;
  /** [cells] log-probability of the reference. */
  readonly logReference: Float64Array;
  /** [cells] human reward. */
  readonly reward: Float64Array;
  /** KL from the reference of the best policy, softmax(log reference + reward / beta). */
  readonly bestKl: number;
  readonly bestReward: number;
  readonly referenceReward: number;
  /** [cells] probabilities of the policy proportional to reference * exp(scale * f). */
  policy(f: ArrayLike<number>, scale?: number): Float64Array;
  /** Scores a policy by its f at the centres. */
  evaluate(f: ArrayLike<number>): PlaneOutcome;
}

/** Builds the grid; about a millisecond. */
export function planeGrid(): PlaneGrid {
  const points = gridPoints();
  const cells = GRID * GRID;
  const centre = (i: number): Point => [points[2 * i]!, points[2 * i + 1]!];
  const reward = Float64Array.from({ length: cells }, (_, i) => rewardAt(HUMAN_HILLS, centre(i)));
  const raw = Float64Array.from({ length: cells }, (_, i) => {
    const [x, y] = centre(i);
    return -(x * x + y * y) / (2 * REFERENCE_SD * REFERENCE_SD);
  });
  const logReference = softmax(raw).map(Math.log);

  const policy = (f: ArrayLike<number>, scale = 1): Float64Array => {
    const logits = new Float64Array(cells);
    for (let i = 0; i < cells; i++) logits[i] = logReference[i]! + scale * f[i]!;
    return softmax(logits);
  };
  const expected = (probs: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += probs[i]! * reward[i]!;
    return sum;
  };
  const divergence = (probs: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < cells; i++)
      if (probs[i]! > 0) sum += probs[i]! * (Math.log(probs[i]!) - logReference[i]!);
    return sum;
  };

  const best = policy(reward.map((value) => value / PLANE_BETA));
  const bestKl = divergence(best);
  return {
    points,
    logReference,
    reward,
    bestKl,
    bestReward: expected(best),
    referenceReward: expected(logReference.map(Math.exp)),
    policy,
    evaluate(f) {
      const probs = policy(f);
      const scale = scaleForKl((c) => divergence(policy(f, c)), bestKl);
      return { rew: expected(probs), rewK: expected(policy(f, scale)), kl: divergence(probs) };
    },
  };
}

function softmax(logits: ArrayLike<number>): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) max = Math.max(max, logits[i]!);
  const out = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.exp(logits[i]! - max);
    total += out[i]!;
  }
  for (let i = 0; i < out.length; i++) out[i]! /= total;
  return out;
}
