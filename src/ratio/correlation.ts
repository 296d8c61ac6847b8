/** Correlations between two lists of numbers, e.g. reward and classifier confidence. NaN when one list is constant. */
import { midranks } from "./metrics.ts";
import { mean } from "./numerics.ts";

/** Pearson's linear correlation. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const { covariance, varianceX, varianceY } = moments(x, y);
  return covariance / Math.sqrt(varianceX * varianceY);
}

/** Slope of the least-squares line y = a + slope x. */
export function slope(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const { covariance, varianceX } = moments(x, y);
  return covariance / varianceX;
}

function moments(x: ArrayLike<number>, y: ArrayLike<number>) {
  const meanX = mean(x);
  const meanY = mean(y);
  let covariance = 0;
  let varianceX = 0;
  let varianceY = 0;
  for (let i = 0; i < x.length; i++) {
    covariance += (x[i]! - meanX) * (y[i]! - meanY);
    varianceX += (x[i]! - meanX) ** 2;
    varianceY += (y[i]! - meanY) ** 2;
  }
  return { covariance, varianceX, varianceY };
}

/** Spearman's rank correlation: Pearson's of the midranks. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(midranks(x), midranks(y));
}

/** Kendall's tau-b, (concordant - discordant) / sqrt((pairs - ties in x)(pairs - ties in y)). O(n^2). */
export function kendallTauB(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let balance = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const dx = Math.sign(x[i]! - x[j]!);
      const dy = Math.sign(y[i]! - y[j]!);
      balance += dx * dy;
      untiedX += dx * dx;
      untiedY += dy * dy;
    }
  }
  return balance / Math.sqrt(untiedX * untiedY);
}
