import { logSumExp } from "./numerics.ts";

/** Scores of one response inside a row of logits. */
export interface SequenceScore {
  /** a: sum over response tokens of their log-probability (nats). */
  readonly sum: number;
  /** One per response token, end-of-sequence included. */
  readonly tokens: readonly number[];
  /** Sum over the scoring positions of the prediction's entropy (nats). */
  readonly entropy: number;
  /** How many tokens were the model's first choice. */
  readonly hits: number;
}

/**
 * Log-probability of a response: position t of the logits predicts token t+1, so a response at positions
 * [promptLength, totalLength) is scored by logits promptLength-1 .. totalLength-2. The mask goes by length, never by
 * token, because many tokenizers pad with the end-of-sequence token.
 * @param logits `[T][V]`
 */
export function scoreSequence(
  logits: readonly ArrayLike<number>[],
  tokens: ArrayLike<number>,
  promptLength: number,
  totalLength: number,
): SequenceScore {
  const scores: number[] = [];
  let entropy = 0;
  let hits = 0;
  for (let t = promptLength - 1; t < totalLength - 1; t++) {
    const row = logits[t]!;
    const total = logSumExp(row);
    scores.push(row[tokens[t + 1]!]! - total);
    let best = 0;
    for (let v = 0; v < row.length; v++) {
      const logp = row[v]! - total;
      entropy -= Math.exp(logp) * logp;
      if (row[v]! > row[best]!) best = v;
    }
    if (best === tokens[t + 1]) hits++;
  }
  return { sum: scores.reduce((a, b) => a + b, 0), tokens: scores, entropy, hits };
}

/** Gradient of `scoreSequence(...).sum` in the logits, `[T][V]`: 1[v = y] - softmax at scoring positions, else 0. */
export function sequenceGradient(
  logits: readonly ArrayLike<number>[],
  tokens: ArrayLike<number>,
  promptLength: number,
  totalLength: number,
): number[][] {
  return logits.map((row, t) => {
    if (t < promptLength - 1 || t >= totalLength - 1) return Array.from(row, () => 0);
    const total = logSumExp(row);
    return Array.from(row, (z, v) => (v === tokens[t + 1] ? 1 : 0) - Math.exp(z - total));
  });
}
