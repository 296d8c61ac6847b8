/** The memory of one pass through the model: what the backward pass needs of each layer, and scratch that layers share. */
import type { Backend, Tensor } from "../backend/backend.ts";
import type { Capacity } from "./batch.ts";
import { type LlamaConfig, type LoraConfig, type Projection, qkvWidth } from "./config.ts";

/**
 * Kept from a layer's forward pass. S is T, the tokens, in all layers but the last; past the last attention only the N rows
 * that predict are carried on.
 */
export interface LayerActivations {
  /** [T, dim] the residual stream at the layer's start. */
  readonly input: Tensor;
  readonly rstd1: Tensor;
  /** [T, dim] */
  readonly normed1: Tensor;
  /** [T, (heads + 2 kvHeads) headDim], queries and keys turned. */
  readonly qkv: Tensor;
  /** [T, heads headDim] and [T, heads] */
  readonly attended: Tensor;
  readonly lse: Tensor;
  /** [S, dim] the residual stream after attention. */
  readonly middle: Tensor;
  readonly rstd2: Tensor;
  readonly normed2: Tensor;
  /** [S, 2 hidden] and [S, hidden] */
  readonly gateUp: Tensor;
  readonly activated: Tensor;
  /** [T or S, rank] per adapted projection. */
  readonly adapters: ReadonlyMap<Projection, Tensor>;
}

/** What the rows that predict take along from the last attention. */
export interface LastRows {
  /** [N, heads headDim], and its gradient. */
  readonly attended: Tensor;
  readonly dattended: Tensor;
  /** [N, dim] the residual stream before the last attention. */
  readonly input: Tensor;
}

/** Overwritten from layer to layer. */
export interface Scratch {
  /** [S, dim] a branch's output before it joins the residual stream. */
  readonly branch: Tensor;
  /** [T, dim] gradient of the residual stream. */
  readonly dstream: Tensor;
  /** [S, dim] gradient of a norm's output. */
  readonly dnormed: Tensor;
  readonly dqkv: Tensor;
  readonly dattended: Tensor;
  /** [T, heads] dout . out */
  readonly delta: Tensor;
  readonly dgateUp: Tensor;
  readonly dactivated: Tensor;
  /** [T, rank] */
  readonly dadapter: Tensor;
}

export interface HeadActivations {
  /** [N, dim] the residual stream of the rows that predict, before and after the last norm, and gradients of both. */
  readonly picked: Tensor;
  readonly normed: Tensor;
  readonly rstd: Tensor;
  readonly dpicked: Tensor;
  readonly dnormed: Tensor;
  /** [N, tile] logits of one tile of the vocabulary, then their gradient. */
  readonly logits: Tensor;
  /** [N] state of the running softmax, and results per row. */
  readonly most: Tensor;
  readonly sum: Tensor;
  readonly wantedLogit: Tensor;
  readonly lse: Tensor;
  readonly rowLogp: Tensor;
}

export interface Activations {
  readonly layers: readonly LayerActivations[];
  readonly last: LastRows;
  readonly scratch: Scratch;
  readonly head: HeadActivations;
  free(): void;
}

export interface ActivationOptions {
  readonly config: LlamaConfig;
  readonly capacity: Capacity;
  readonly lora?: LoraConfig | undefined;
  /** Vocabulary columns of a head tile. */
  readonly tile: number;
  /** Keep only each layer's input, and run the layer again in the backward pass. */
  readonly recompute: boolean;
  /** False: forward passes only. */
  readonly training: boolean;
}

/** Allocates everything a forward and a backward pass need. */
export function createActivations(backend: Backend, options: ActivationOptions): Activations {
  const { config, capacity, lora, tile, recompute, training } = options;
  const { dim, hidden, heads, headDim } = config;
  const { tokens, rows } = capacity;
  const most = Math.max(tokens, rows);
  const owned: Tensor[] = [];
  const floats = (label: string, length: number): Tensor => {
    const tensor = backend.tensor(label, "f32", length);
    owned.push(tensor);
    return tensor;
  };
  const layer = (name: string, input: Tensor, after: number): LayerActivations => ({
    input,
    rstd1: floats(`${name} rstd1`, tokens),
    normed1: floats(`${name} normed1`, tokens * dim),
    qkv: floats(`${name} qkv`, tokens * qkvWidth(config)),
    attended: floats(`${name} attended`, tokens * heads * headDim),
    lse: floats(`${name} lse`, tokens * heads),
    middle: floats(`${name} middle`, after * dim),
    rstd2: floats(`${name} rstd2`, after),
    normed2: floats(`${name} normed2`, after * dim),
    gateUp: floats(`${name} gate and up`, 2 * after * hidden),
    activated: floats(`${name} activated`, after * hidden),
    adapters: new Map(
      (lora?.targets ?? []).map((kind) => [kind, floats(`${name} ${kind} adapter`, most * lora!.rank)]),
    ),
  });
  const input = (l: number): Tensor => floats(`layer ${l} input`, tokens * dim);
  let layers: LayerActivations[];
  if (training && !recompute) {
    layers = Array.from({ length: config.layers }, (_, l) =>
      layer(`layer ${l}`, input(l), l + 1 < config.layers ? tokens : rows),
    );
  } else {
    // Layers share everything; for a backward pass with recomputation each keeps its input.
    const shared = layer("any layer", input(0), config.layers > 1 ? most : rows);
    layers = Array.from({ length: config.layers }, (_, l) =>
      training && l > 0 ? { ...shared, input: input(l) } : shared,
    );
  }
  // A gradient that no pass computes takes no memory.
  const gradient = (label: string, length: number): Tensor => floats(label, training ? length : 1);
  return {
    layers,
    last: {
      attended: floats("attended by rows", rows * heads * headDim),
      dattended: gradient("gradient of what rows attended", rows * heads * headDim),
      input: floats("stream of rows", rows * dim),
    },
    scratch: {
      branch: floats("branch", most * dim),
      dstream: gradient("gradient of the stream", tokens * dim),
      dnormed: gradient("gradient of a norm", most * dim),
      dqkv: gradient("gradient of qkv", tokens * qkvWidth(config)),
      dattended: gradient("gradient of attention", tokens * heads * headDim),
      delta: gradient("delta", tokens * heads),
      dgateUp: gradient("gradient of gate and up", 2 * most * hidden),
      dactivated: gradient("gradient of the MLP", most * hidden),
      dadapter: gradient("gradient of an adapter", most * (lora?.rank ?? 0)),
    },
    head: {
      picked: floats("head input", rows * dim),
      normed: floats("head normed", rows * dim),
      rstd: floats("head rstd", rows),
      dpicked: gradient("gradient of the head's input", rows * dim),
      dnormed: gradient("gradient of the head's norm", rows * dim),
      logits: floats("logits tile", rows * tile),
      most: floats("largest logit", rows),
      sum: floats("softmax sum", rows),
      wantedLogit: floats("wanted logit", rows),
      lse: floats("head lse", rows),
      rowLogp: floats("row log-probabilities", rows),
    },
    free() {
      for (const tensor of owned.splice(0)) backend.free(tensor);
    },
  };
}
