/** What the pieces of the forward and backward pass share. */
import type { Tensor } from "../backend/backend.ts";
import type { Activations } from "./activations.ts";
import type { LlamaConfig, LoraConfig } from "./config.ts";
import type { Pool } from "./pool.ts";
import type { Products } from "./products.ts";

/** A model's memory and kernels. */
export interface Parts {
  readonly config: LlamaConfig;
  readonly weights: Pool;
  /** Present when the model has adapters. */
  readonly adapters: Pool | undefined;
  readonly lora: LoraConfig | undefined;
  readonly activations: Activations;
  readonly products: Products;
  /** [positions, headDim / 2, 2] */
  readonly ropeTable: Tensor;
  /** Vocabulary columns of a head tile, a multiple of 64. */
  readonly tile: number;
  readonly recompute: boolean;
}

/** The vocabulary's tiles: first token and number of tokens. */
export function vocabularyTiles({ config, tile }: Parts): { first: number; columns: number }[] {
  return Array.from({ length: Math.ceil(config.vocab / tile) }, (_, i) => ({
    first: i * tile,
    columns: Math.min(tile, config.vocab - i * tile),
  }));
}
