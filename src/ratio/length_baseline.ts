/** The classifier that sees only how long a response is: the easiest artefact, and the first to rule out. */
import { fitLogistic, logisticLogit } from "./logistic.ts";
import { balancedWeights } from "./metrics.ts";
import { mean } from "./numerics.ts";

/**
 * Out-of-fold logits of a logistic regression on log(1 + length) and its square, both standardised.
 * @param lengths characters (or tokens) per sample @param labels 1 for the target @param fold per sample
 */
export function lengthOnlyLogits(
  lengths: ArrayLike<number>,
  labels: ArrayLike<number>,
  fold: ArrayLike<number>,
  folds: number,
): Float64Array {
  const log = standardised(Float64Array.from(lengths, (length) => Math.log1p(length)));
  const square = standardised(log.map((x) => x * x));
  const rows = Array.from(log, (x, i) => [x, square[i]!]);
  const logits = new Float64Array(rows.length);
  for (let k = 0; k < folds; k++) {
    const inside = rows.flatMap((_, i) => (fold[i] === k ? [] : [i]));
    const known = inside.map((i) => labels[i]!);
    const fit = fitLogistic(
      inside.map((i) => rows[i]!),
      known,
      { l2: 1e-3, sampleWeights: balancedWeights(known) },
    );
    for (let i = 0; i < rows.length; i++) if (fold[i] === k) logits[i] = logisticLogit(fit, rows[i]!);
  }
  return logits;
}

function standardised(x: Float64Array): Float64Array {
  const middle = mean(x);
  const spread = Math.sqrt(mean(x.map((value) => (value - middle) ** 2)));
  return x.map((value) => (spread > 0 ? (value - middle) / spread : 0));
}
