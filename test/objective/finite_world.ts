/**
 * A world small enough to know everything about: six responses on a line, a human source on the left and a synthetic one
 * on the right, and a policy with two parameters that cannot fit both sides. Expectations are sums, so the target
 * objective's optimum and the sampling error are exact.
 *
 * The reward rises on the human side and falls on the synthetic one. Judgements are honest: both sources' pairs are
 * judged by the same reward. (A ratio of responses could not undo dishonest ones where the sources overlap.)
 */
import { stream } from "../../src/base/random.ts";
import type { GroupLogps } from "../../src/objective/losses/loss.ts";
import { evaluateObjective, type Objective, type ObjectiveState } from "../../src/objective/objective.ts";
import { reduceRatios } from "../../src/objective/reduction.ts";

export const RESPONSES = 6;
/** Shares of the human and the synthetic source in the training data. */
export const SHARES = [0.35, 0.65] as const;

const DENSITY = [
  [0.3, 0.25, 0.2, 0.13, 0.08, 0.04],
  [0.04, 0.08, 0.13, 0.2, 0.25, 0.3],
] as const;
const REWARD = [0, 1, 2, 0.8, -0.6, -2] as const;

/** The policy's logit of a response is the sum of parameter times feature: a slope, and an alternation. */
const FEATURES = [
  [-1, 1],
  [-0.6, -1],
  [-0.2, 1],
  [0.2, -1],
  [0.6, 1],
  [1, -1],
] as const;

export const PARAMETERS = 2;

/** A judged pair: winner, loser, and the source both come from. */
export interface Pair {
  readonly winner: number;
  readonly loser: number;
  readonly source: number;
}

/** Every possible judged pair with its probability under a mixture of the sources. */
export function allPairs(shares: readonly number[]): { pair: Pair; probability: number }[] {
  const list: { pair: Pair; probability: number }[] = [];
  for (const [source, share] of shares.entries()) {
    for (let winner = 0; winner < RESPONSES; winner++) {
      for (let loser = 0; loser < RESPONSES; loser++) {
        const density = DENSITY[source]!;
        const margin = REWARD[winner]! - REWARD[loser]!;
        // Both orders of drawing the two responses lead to the same judged pair.
        const drawn = (winner === loser ? 1 : 2) * density[winner]! * density[loser]!;
        const wins = winner === loser ? 1 : 1 / (1 + Math.exp(-margin));
        list.push({ pair: { winner, loser, source }, probability: share * drawn * wins });
      }
    }
  }
  return list;
}

export function samplePairs(count: number, seed: number): Pair[] {
  const random = stream(seed, "finite world");
  const all = allPairs(SHARES);
  const weights = all.map(({ probability }) => probability);
  return Array.from({ length: count }, () => all[random.pick(weights)]!.pair);
}

/** log Q0/Q1 of one response. */
function logRatio(response: number): number {
  return Math.log(DENSITY[0][response]! / DENSITY[1][response]!);
}

/** Exact ratio of a pair to the training mixture, jointly, or the mean of its responses' own ratios. */
export function ratioOf({ winner, loser }: Pair, reduction: "joint" | "mean"): number {
  const responses = [winner, loser];
  const logRatios = responses.map((response) => [logRatio(response)]);
  const h = responses.map((response) => 1 / (SHARES[0] + SHARES[1] * Math.exp(-logRatio(response))));
  return reduceRatios(reduction, { h, logRatios }, { shares: SHARES });
}

/** log-probability of every response. */
export function logPolicy(parameters: readonly number[]): number[] {
  const logits = FEATURES.map((row) => row.reduce((sum, feature, k) => sum + feature * parameters[k]!, 0));
  const max = Math.max(...logits);
  const total = max + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - max), 0));
  return logits.map((z) => z - total);
}

/** Pairs as the objective sees them, under a policy and a uniform reference. */
export function groupsUnder(parameters: readonly number[], pairs: readonly Pair[]): GroupLogps[] {
  const logp = logPolicy(parameters);
  const ref = -Math.log(RESPONSES);
  return pairs.map(({ winner, loser }) => ({
    logps: [logp[winner]!, logp[loser]!],
    refLogps: [ref, ref],
    lengths: [1, 1],
    scores: [1, 0],
  }));
}

/** Value and gradient in the parameters of an objective over pairs with ratios h; carries the objective's state. */
export function gradientAt(
  objective: Objective,
  parameters: readonly number[],
  pairs: readonly Pair[],
  h: readonly number[],
  state: ObjectiveState = {},
): { value: number; gradient: number[]; state: ObjectiveState } {
  const result = evaluateObjective(objective, { groups: groupsUnder(parameters, pairs), h }, state);
  const policy = logPolicy(parameters).map(Math.exp);
  const mean = Array.from({ length: PARAMETERS }, (_, k) =>
    policy.reduce((sum, share, y) => sum + share * FEATURES[y]![k]!, 0),
  );
  const gradient = new Array<number>(PARAMETERS).fill(0);
  pairs.forEach(({ winner, loser }, i) => {
    const [cw, cl] = result.coefficients[i]! as [number, number];
    for (let k = 0; k < PARAMETERS; k++) {
      gradient[k]! += cw * (FEATURES[winner]![k]! - mean[k]!) + cl * (FEATURES[loser]![k]! - mean[k]!);
    }
  });
  return { value: result.strategy.value, gradient, state: result.state };
}

/** Full-batch gradient descent with momentum until the gradient vanishes. @throws when it does not */
export function trainToConvergence(
  objective: Objective,
  pairs: readonly Pair[],
  h: readonly number[],
  rate = 1,
): number[] {
  const parameters = new Array<number>(PARAMETERS).fill(0);
  const velocity = new Array<number>(PARAMETERS).fill(0);
  for (let step = 0; step < 3000; step++) {
    const { gradient } = gradientAt(objective, parameters, pairs, h);
    if (Math.hypot(...gradient) < 1e-8) return parameters;
    for (let k = 0; k < PARAMETERS; k++) {
      velocity[k] = 0.7 * velocity[k]! - rate * gradient[k]!;
      parameters[k]! += velocity[k]!;
    }
  }
  throw new Error("training did not converge");
}
