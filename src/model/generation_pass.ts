/** One pass of generation: new tokens through the layers over the cache, then a draw for every sequence. */
import type { Backend, Plan, Scalar, Tensor } from "../backend/backend.ts";
import { purposeKey } from "../base/random.ts";
import { attentionCached, cacheWrite, sampleTokens } from "../ops/generation.ts";
import { qkvWidth } from "./config.ts";
import { type Attend, recordLayers } from "./forward_pass.ts";
import { recordHeadStart } from "./head_pass.ts";
import { headBlock } from "./layout.ts";
import type { Parts } from "./parts.ts";

/** What a pass reads: which tokens, whose and where they are, and how to draw. */
export interface Inputs {
  readonly tokens: Tensor;
  readonly positions: Tensor;
  readonly sequences: Tensor;
  readonly rowToken: Tensor;
  readonly tokenCount: Scalar;
  readonly rowCount: Scalar;
  readonly step: Scalar;
  readonly seed: Scalar;
  readonly temperature: Scalar;
  readonly topK: Scalar;
  readonly topP: Scalar;
}

/**
 * Records the pass. The drawn tokens replace the first of inputs.tokens, for the next pass to read.
 * @param headScratch room for the whole head in f32, where the weights are packed
 */
export function recordGeneration(
  backend: Backend,
  parts: Parts,
  inputs: Inputs,
  caches: readonly Tensor[],
  length: number,
  adapted: boolean,
  headScratch: Tensor | undefined,
): Promise<Plan> {
  const { config, weights, activations, products } = parts;
  const { dim, vocab, heads, kvHeads, headDim } = config;
  const { head } = activations;
  const { tokens, positions, sequences, rowToken, tokenCount, rowCount: rows } = inputs;
  const batch = rowToken.length;
  const attend: Attend = (recorder, { qkv, attended: out }, layer) => {
    const cache = caches[layer]!;
    recorder.dispatch(
      cacheWrite,
      { qkv, sequences, positions, cache },
      { tokens: tokenCount, width: qkvWidth(config), skip: heads * headDim, batch, length },
    );
    recorder.dispatch(
      attentionCached,
      { qkv, cache, sequences, positions, out },
      { tokens: tokenCount, heads, kvHeads, headDim, batch, length },
    );
  };
  return backend.plan("generation", (recorder) => {
    const stream = recordLayers(recorder, parts, inputs, adapted && parts.adapters !== undefined, attend);
    recordHeadStart(recorder, parts, rows, stream);
    const weight = weights.matrix(recorder, headBlock(config), undefined, headScratch);
    products.nt(recorder, head.normed, weight, head.logits, { m: rows, n: vocab, k: dim });
    const { step, seed, temperature, topK, topP } = inputs;
    recorder.dispatch(
      sampleTokens,
      { logits: head.logits, tokens },
      { rows, vocab, topK, step, seed, purpose: purposeKey("generation"), temperature, topP },
    );
  });
}
