/** The policy that a spec describes, opened for one stage at a time. */
import type { Backend } from "../backend/backend.ts";
import type { Capacity } from "../model/batch.ts";
import { type LlamaConfig, type LoraConfig, PROJECTIONS, type Projection } from "../model/config.ts";
import { createLlama, type Llama } from "../model/llama.ts";
import { halfProducts, plainProducts } from "../model/products.ts";
import type { Prepared } from "./prepare.ts";
import type { Spec } from "./spec.ts";

const LORA_TARGETS: Readonly<Record<Spec["train"]["loraTargets"], readonly Projection[]>> = {
  qv: ["q_proj", "v_proj"],
  attention: ["q_proj", "k_proj", "v_proj", "o_proj"],
  all: PROJECTIONS,
};

/** What the run reads of its preparation to open a model. */
type Given = Pick<Prepared, "tokenizer" | "pretrained">;

/** The pretrained model's own shape, or the fresh one that the spec describes. */
export function llamaConfig(spec: Spec, { tokenizer, pretrained }: Given): LlamaConfig {
  return pretrained ? pretrained.checkpoint.config : freshConfig(spec, tokenizer.vocabSize);
}

/** The fresh model that a spec describes. @param vocab tokens of its vocabulary */
export function freshConfig(spec: Spec, vocab: number): LlamaConfig {
  const { dim, layers, heads, kvHeads, hidden, ropeTheta, rope, tied } = spec.model;
  return {
    vocab,
    dim,
    layers,
    heads,
    kvHeads,
    headDim: dim / heads,
    hidden,
    ropeTheta,
    interleavedRope: rope === "interleaved",
    normEps: 1e-5,
    tied,
    maxPositions: spec.data.maxTokens,
  };
}

export function loraConfig({ train }: Spec): LoraConfig | undefined {
  if (train.loraRank === 0) return undefined;
  return { rank: train.loraRank, alpha: train.loraAlpha, targets: LORA_TARGETS[train.loraTargets] };
}

/** Opens the model for fine-tuning (all weights) or for alignment (all weights, or adapters where the spec asks). */
export function openModel(
  backend: Backend,
  spec: Spec,
  given: Given,
  capacity: Capacity,
  stage: "sft" | "align",
): Llama {
  const lora = stage === "align" ? loraConfig(spec) : undefined;
  return createLlama(backend, llamaConfig(spec, given), {
    capacity,
    train: lora ? "adapters" : "full",
    products: spec.model.products === "f16" ? halfProducts : plainProducts,
    ...(lora && { lora, frozen: spec.train.frozen }),
  });
}
