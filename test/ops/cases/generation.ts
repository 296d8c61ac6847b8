import { attentionCached, cacheWrite, sampleTokens } from "../../../src/ops/generation.ts";
import { opCase } from "../op_case.ts";

const words =
  (bound: number) =>
  (random: { below(n: number): number }, n: number): number[] =>
    Array.from({ length: n }, () => random.below(bound));

const sampling = { rows: 40, vocab: 131, topK: 0, step: 3, seed: 9, purpose: 77, temperature: 0.8, topP: 1 };

export default [
  opCase(
    cacheWrite,
    "5 tokens, one past the cache",
    { tokens: 5, width: 14, skip: 6, batch: 3, length: 4 },
    { fill: { sequences: () => [0, 2, 1, 1, 3], positions: () => [3, 0, 1, 9, 0] } },
  ),
  opCase(
    attentionCached,
    "9 tokens, 6/2 heads of 5",
    { tokens: 9, heads: 6, kvHeads: 2, headDim: 5, batch: 4, length: 33 },
    { fill: { sequences: words(4), positions: words(33) } },
  ),
  opCase(sampleTokens, "the highest", { ...sampling, temperature: 0 }),
  opCase(sampleTokens, "all tokens", sampling),
  opCase(sampleTokens, "fewer tokens than invocations", { ...sampling, vocab: 7 }),
  opCase(sampleTokens, "top 5", { ...sampling, topK: 5 }),
  opCase(sampleTokens, "nucleus 0.6", { ...sampling, topP: 0.6 }),
  opCase(sampleTokens, "top 40 and nucleus 0.9", { ...sampling, topK: 40, topP: 0.9, temperature: 1.5 }),
];
