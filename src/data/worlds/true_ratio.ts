/** Exact log-ratios from known densities: what an estimator is compared with. Shared by all worlds. */

/** How the responses of a group become one ratio for the group. */
export const GROUP_REDUCTIONS = ["joint", "mean", "prod"] as const;
export type GroupReduction = (typeof GROUP_REDUCTIONS)[number];

/** log sum exp of a few numbers; -Infinity for none. */
export function logSumExp(values: readonly number[]): number {
  const max = Math.max(...values);
  if (!Number.isFinite(max)) return max;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - max);
  return max + Math.log(sum);
}

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
export function trueGroupLogRatio(
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

function logMixture(logDensities: readonly number[], shares: readonly number[]): number {
  const terms: number[] = [];
  for (let k = 0; k < shares.length; k++) {
    if (shares[k]! > 0) terms.push(Math.log(shares[k]!) + logDensities[k]!);
  }
  return logSumExp(terms);
}
