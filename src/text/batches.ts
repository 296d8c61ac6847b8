import { stream } from "../base/random.ts";
import type { EncodedGroup } from "./encoding.ts";
import { type BatchSize, type PackOptions, packedSize } from "./packing.ts";

/**
 * Which groups step s trains on: the s-th run of `batchSize` items in an endless chain of freshly shuffled epochs.
 * Every batch is full (a short one would be another robust objective), and any step can be asked for, as resuming does.
 * @returns a function from step (0, 1, ...) to group indices
 */
export function batchPlan(count: number, batchSize: number, seed: number): (step: number) => number[] {
  const indices = Array.from({ length: count }, (_, i) => i);
  let epoch = -1;
  let order: number[] = [];
  const at = (item: number): number => {
    const wanted = Math.floor(item / count);
    if (wanted !== epoch) {
      epoch = wanted;
      order = stream(seed, `batches/epoch-${epoch}`).shuffle(indices);
    }
    return order[item % count]!;
  };
  return (step) => Array.from({ length: batchSize }, (_, i) => at(step * batchSize + i));
}

/** The largest of each size over the given batches: what buffers must hold so that none is made after the start. */
export function batchCapacity(
  groups: readonly EncodedGroup[],
  batches: Iterable<readonly number[]>,
  options: PackOptions = { share: true },
): BatchSize {
  const most = { tokens: 0, rows: 0, responses: 0, groups: 0 };
  for (const batch of batches) {
    const size = packedSize(
      batch.map((index) => groups[index]!),
      options,
    );
    most.tokens = Math.max(most.tokens, size.tokens);
    most.rows = Math.max(most.rows, size.rows);
    most.responses = Math.max(most.responses, size.responses);
    most.groups = Math.max(most.groups, size.groups);
  }
  return most;
}

/**
 * Splits a logical batch, in order, into micro-batches of at most `maxTokens` packed tokens each. A group that is
 * larger on its own makes a micro-batch of one.
 */
export function microBatches(
  groups: readonly EncodedGroup[],
  batch: readonly number[],
  maxTokens: number,
  options: PackOptions = { share: true },
): number[][] {
  const parts: number[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const index of batch) {
    const { tokens } = packedSize([groups[index]!], options);
    if (filled + tokens > maxTokens) {
      parts.push([]);
      filled = 0;
    }
    parts[parts.length - 1]!.push(index);
    filled += tokens;
  }
  return parts;
}
