/**
 * A policy made of independent categorical tables: a response is a list of choices, its log-probability the sum of theirs.
 * The smallest policy that can be aligned; float64 on the CPU.
 */
export interface TablePolicy {
  /** [tables + 1] table t holds logits starts[t] to starts[t + 1] - 1. */
  readonly starts: ArrayLike<number>;
  /** Changed in place by training. */
  readonly logits: Float64Array;
}

/** Log-probabilities of all options, each table normalised. */
export function tableLogProbs({ starts, logits }: TablePolicy): Float64Array {
  const logProbs = new Float64Array(logits.length);
  for (let table = 0; table + 1 < starts.length; table++) {
    const [from, to] = [starts[table]!, starts[table + 1]!];
    let max = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) max = Math.max(max, logits[i]!);
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.exp(logits[i]! - max);
    const lse = max + Math.log(sum);
    for (let i = from; i < to; i++) logProbs[i] = logits[i]! - lse;
  }
  return logProbs;
}

/**
 * Log-probability of a response.
 * @param logProbs from `tableLogProbs`
 * @param choices indices into the logits
 */
export function tableLogProb(logProbs: Float64Array, choices: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < choices.length; i++) sum += logProbs[choices[i]!]!;
  return sum;
}

/**
 * Gradient of V in the logits.
 * @param responses choices of each response
 * @param coefficients dV/d log-probability of each response
 */
export function tableBackward(
  { starts, logits }: TablePolicy,
  logProbs: Float64Array,
  responses: readonly ArrayLike<number>[],
  coefficients: ArrayLike<number>,
): Float64Array {
  const gradient = new Float64Array(logits.length);
  responses.forEach((choices, r) => {
    for (let i = 0; i < choices.length; i++) gradient[choices[i]!]! += coefficients[r]!;
  });
  for (let table = 0; table + 1 < starts.length; table++) {
    const [from, to] = [starts[table]!, starts[table + 1]!];
    let total = 0;
    for (let i = from; i < to; i++) total += gradient[i]!;
    for (let i = from; i < to; i++) gradient[i]! -= total * Math.exp(logProbs[i]!);
  }
  return gradient;
}
