/** The shape of a Llama-style model. */
import { TiltError } from "../base/errors.ts";

export interface LlamaConfig {
  /** Tokens in the vocabulary. */
  readonly vocab: number;
  /** Width of the residual stream. */
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  /** Key and value heads, each shared by heads / kvHeads query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  /** Width of the MLP. */
  readonly hidden: number;
  readonly ropeTheta: number;
  /** Rotary pairs are neighbours (llama2.c) instead of halves of the head (Hugging Face). */
  readonly interleavedRope: boolean;
  readonly normEps: number;
  /** The output matrix is the embedding. */
  readonly tied: boolean;
  /** Longest sequence: prompt and one response. */
  readonly maxPositions: number;
}

/** Low-rank adapters on some projections; everything else is frozen. */
export interface LoraConfig {
  readonly rank: number;
  /** The adapter's output is scaled by alpha / rank. */
  readonly alpha: number;
  readonly targets: readonly Projection[];
}

export const PROJECTIONS = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
] as const;
export type Projection = (typeof PROJECTIONS)[number];

/** Columns of the fused query, key and value output. */
export function qkvWidth({ heads, kvHeads, headDim }: LlamaConfig): number {
  return (heads + 2 * kvHeads) * headDim;
}

/** Input and output width of a projection. */
export function projectionShape(
  config: LlamaConfig,
  projection: Projection,
): { readonly inputs: number; readonly outputs: number } {
  const { dim, heads, kvHeads, headDim, hidden } = config;
  switch (projection) {
    case "q_proj":
      return { inputs: dim, outputs: heads * headDim };
    case "k_proj":
    case "v_proj":
      return { inputs: dim, outputs: kvHeads * headDim };
    case "o_proj":
      return { inputs: heads * headDim, outputs: dim };
    case "gate_proj":
    case "up_proj":
      return { inputs: dim, outputs: hidden };
    case "down_proj":
      return { inputs: hidden, outputs: dim };
  }
}

/** Fails with the field's name when the numbers do not make a model. */
export function checkConfig(config: LlamaConfig): void {
  const fail = (field: string, what: string): never => {
    throw new TiltError(what, {
      where: `model configuration, ${field}`,
      remedy: "Correct the configuration.",
    });
  };
  const counts = ["vocab", "dim", "layers", "heads", "kvHeads", "headDim", "hidden", "maxPositions"] as const;
  for (const field of counts) {
    const value = config[field];
    if (!Number.isInteger(value) || value < 1) fail(field, `must be a positive whole number, not ${value}`);
  }
  if (config.heads % config.kvHeads !== 0) {
    fail("kvHeads", `${config.heads} query heads cannot share ${config.kvHeads} key heads evenly`);
  }
  if (config.headDim % 2 !== 0)
    fail("headDim", `rotary positions need an even head size, not ${config.headDim}`);
  if (!(config.ropeTheta > 1)) fail("ropeTheta", `must be above 1, not ${config.ropeTheta}`);
  if (!(config.normEps >= 0)) fail("normEps", `must not be negative, not ${config.normEps}`);
}
