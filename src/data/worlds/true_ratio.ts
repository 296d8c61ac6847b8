/** Exact log-ratios from known densities: what an estimator is compared with. Shared by all worlds. */
import { TiltError } from "../../base/errors.ts";
import { logSumExp } from "../../base/numerics.ts";
import type { Group } from "../dataset.ts";

/** How the responses of a group become one ratio for the group. */
export type GroupReduction = "joint" | "mean" | "prod";

/**
 * log Q0/P of one response, P = sum_k share_k Q_k.
 * @param logDensities log Q_k of the response, the target first
 * @param shares mixture shares in the same order; they sum to 1
 */
export function trueLogRatio(logDensities: readonly number[], shares: readonly number[]): number {
  return logDensities[0]! - logMixture(logDensities, shares);
}

/**
 * log of one ratio for a whole group.
 * - joint: prod_r Q0(r) / sum_k share_k prod_r Q_k(r), right when all responses of a group share a source;
 * - prod: prod_r Q0/P(r), right when each response draws its own source;
 * - mean: the average of the responses' ratios, flatter than either.
 * @param logDensities per response, log Q_k with the target first
 */
function trueGroupLogRatio(
  logDensities: readonly (readonly number[])[],
  shares: readonly number[],
  reduction: GroupReduction,
): number {
  if (reduction === "joint") {
    const totals = shares.map((_, k) => logDensities.reduce((sum, row) => sum + row[k]!, 0));
    return trueLogRatio(totals, shares);
  }
  const ratios = logDensities.map((row) => trueLogRatio(row, shares));
  if (reduction === "prod") return ratios.reduce((sum, ratio) => sum + ratio, 0);
  return logSumExp(ratios) - Math.log(ratios.length);
}

/**
 * The same of a world's group.
 * @param score what is known of a response; null for one that the world did not make
 * @param world its name in the message
 * @throws TiltError naming the group of a response that is not the world's
 */
export function groupLogRatioBy(
  score: (prompt: string, text: string) => { readonly logDensities: readonly number[] } | null,
  shares: readonly number[],
  world: string,
): (group: Group, reduction: GroupReduction) => number {
  return (group, reduction) => {
    const rows = group.responses.map(({ text }) => {
      const known = score(group.prompt, text);
      if (known) return known.logDensities;
      throw new TiltError(`This response was not made by ${world}.`, { where: `group ${group.id}` });
    });
    return trueGroupLogRatio(rows, shares, reduction);
  };
}

function logMixture(logDensities: readonly number[], shares: readonly number[]): number {
  const terms: number[] = [];
  for (let k = 0; k < shares.length; k++) {
    if (shares[k]! > 0) terms.push(Math.log(shares[k]!) + logDensities[k]!);
  }
  return logSumExp(terms);
}
