/**
 * Where each weight lies in the one flat pool. Weights that one product uses together lie next to each other as one block
 * (q, k, v; gate, up), so that one dispatch serves them; blocks start at the alignment of views. What weight decay
 * reaches comes first, norms come last.
 */
import {
  type LlamaConfig,
  type LoraConfig,
  PROJECTIONS,
  type Projection,
  projectionShape,
} from "./config.ts";

/** A named weight inside the pool. */
export interface WeightPlace {
  /** Hugging Face name. */
  readonly name: string;
  /** Row-major [out, in], or [n]. */
  readonly shape: readonly number[];
  /** First element in the pool. */
  readonly offset: number;
  readonly length: number;
}

/** A range that a dispatch binds as one matrix. */
export interface Block {
  readonly offset: number;
  readonly length: number;
}

export interface PoolLayout {
  readonly weights: ReadonlyMap<string, WeightPlace>;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Elements of the pool, padding included. */
  readonly count: number;
  /** Elements that weight decay reaches: the first ones, which hold all matrices. */
  readonly decayed: number;
  /** First element of the norms. */
  readonly norms: number;
}

interface Part {
  readonly name: string;
  readonly shape: readonly number[];
}

function layOut(
  decayed: readonly (readonly [block: string, parts: readonly Part[]])[],
  norms: readonly (readonly [block: string, parts: readonly Part[]])[],
  alignment: number,
): PoolLayout {
  const weights = new Map<string, WeightPlace>();
  const blocks = new Map<string, Block>();
  let at = 0;
  const place = ([block, parts]: readonly [string, readonly Part[]]): void => {
    at = Math.ceil(at / alignment) * alignment;
    const start = at;
    for (const { name, shape } of parts) {
      const length = shape.reduce((product, n) => product * n, 1);
      weights.set(name, { name, shape, offset: at, length });
      at += length;
    }
    blocks.set(block, { offset: start, length: at - start });
  };
  decayed.forEach(place);
  const boundary = at;
  norms.forEach(place);
  const start = Math.ceil(boundary / alignment) * alignment;
  return { weights, blocks, count: at, decayed: boundary, norms: start };
}

/** Name of the block of the weights that the head multiplies by. */
export function headBlock(config: LlamaConfig): string {
  return config.tied ? "embedding" : "head";
}

/** The pool of a model's own weights. @param alignment elements to which views must be aligned */
export function modelLayout(config: LlamaConfig, alignment: number): PoolLayout {
  const { vocab, dim, layers } = config;
  const matrix = (name: string, outputs: number, inputs: number): Part => ({
    name,
    shape: [outputs, inputs],
  });
  const projection = (layer: number, kind: Projection): Part => {
    const { outputs, inputs } = projectionShape(config, kind);
    return matrix(weightName(layer, kind), outputs, inputs);
  };
  const decayed: [string, Part[]][] = [["embedding", [matrix("model.embed_tokens.weight", vocab, dim)]]];
  const norms: [string, Part[]][] = [];
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    decayed.push(
      [`${layer}.qkv`, (["q_proj", "k_proj", "v_proj"] as const).map((kind) => projection(layer, kind))],
      [`${layer}.o`, [projection(layer, "o_proj")]],
      [`${layer}.gateUp`, (["gate_proj", "up_proj"] as const).map((kind) => projection(layer, kind))],
      [`${layer}.down`, [projection(layer, "down_proj")]],
    );
    norms.push(
      [`${layer}.norm1`, [{ name: `${prefix}.input_layernorm.weight`, shape: [dim] }]],
      [`${layer}.norm2`, [{ name: `${prefix}.post_attention_layernorm.weight`, shape: [dim] }]],
    );
  }
  if (!config.tied) decayed.push(["head", [matrix("lm_head.weight", vocab, dim)]]);
  norms.push(["norm", [{ name: "model.norm.weight", shape: [dim] }]]);
  return layOut(decayed, norms, alignment);
}

/** The pool of the adapters: blocks "layer.projection.down" [rank, in] and "layer.projection.up" [out, rank]. */
export function adapterLayout(config: LlamaConfig, lora: LoraConfig, alignment: number): PoolLayout {
  const blocks: [string, Part[]][] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    for (const kind of PROJECTIONS.filter((projection) => lora.targets.includes(projection))) {
      const { inputs, outputs } = projectionShape(config, kind);
      const base = `base_model.model.${weightName(layer, kind).replace(/\.weight$/, "")}`;
      blocks.push(
        [`${layer}.${kind}.down`, [{ name: `${base}.lora_A.weight`, shape: [lora.rank, inputs] }]],
        [`${layer}.${kind}.up`, [{ name: `${base}.lora_B.weight`, shape: [outputs, lora.rank] }]],
      );
    }
  }
  return layOut(blocks, [], alignment);
}

/** Hugging Face name of a projection's weight. */
export function weightName(layer: number, kind: Projection): string {
  const part = kind === "gate_proj" || kind === "up_proj" || kind === "down_proj" ? "mlp" : "self_attn";
  return `model.layers.${layer}.${part}.${kind}.weight`;
}
