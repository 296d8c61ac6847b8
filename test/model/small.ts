/** A model and batches small enough for every test, ragged on purpose. */

import { stream } from "../../src/base/random.ts";
import type { LlamaConfig } from "../../src/model/config.ts";

export const SMALL: LlamaConfig = {
  vocab: 37,
  dim: 20,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 6,
  hidden: 26,
  ropeTheta: 10_000,
  interleavedRope: false,
  normEps: 1e-5,
  tied: true,
  maxPositions: 64,
};

export interface Group {
  readonly prompt: readonly number[];
  readonly responses: readonly (readonly number[])[];
}

/** Random groups of K responses with lengths 1 to `longest`. */
export function randomGroups(
  seed: number,
  count: number,
  responses: number,
  longest: number,
  vocab: number,
): Group[] {
  const random = stream(seed, "test groups");
  const ids = (n: number): number[] => Array.from({ length: n }, () => random.below(vocab));
  return Array.from({ length: count }, () => ({
    prompt: ids(1 + random.below(longest)),
    responses: Array.from({ length: responses }, () => ids(1 + random.below(longest))),
  }));
}
