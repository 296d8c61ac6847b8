/** Which pairs of a plane world each step trains on. */
import { stream } from "../base/random.ts";

/**
 * The pairs of each step's batch, without end: drawn without replacement within a batch, and a function of the seed alone,
 * so that runs with one seed see the same data in the same order.
 * @param count pairs there are @param batch pairs per step, at most `count`
 */
export function* planeBatches(
  count: number,
  batch: number,
  seed: number,
): Generator<readonly number[], never> {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let step = 1; ; step++) {
    const draws = stream(seed, `plane/batch-${step}`);
    for (let i = 0; i < batch; i++) {
      const j = i + draws.below(count - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    yield order.slice(0, batch);
  }
}
