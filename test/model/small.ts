/** A model and batches small enough for every test, ragged on purpose; and the shape of a real one, for memory. */

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

/** The dimensions of SmolLM2-135M; weights, where a test has some, are random. */
export const SMOLLM2: LlamaConfig = {
  vocab: 49_152,
  dim: 576,
  layers: 30,
  heads: 9,
  kvHeads: 3,
  headDim: 64,
  hidden: 1536,
  ropeTheta: 100_000,
  interleavedRope: false,
  normEps: 1e-5,
  tied: true,
  maxPositions: 2048,
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
