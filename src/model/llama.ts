/** A Llama-style language model that records its passes into a caller's plan. Touvron et al., arXiv 2302.13971. */
import type { Backend, Recorder, Tensor } from "../backend/backend.ts";
import { TiltError } from "../base/errors.ts";
import { ropeTable } from "../ops/rope.ts";
import { type Activations, createActivations } from "./activations.ts";
import { recordLayerGradients } from "./backward_pass.ts";
import { type Capacity, createBatch, type TrainBatch } from "./batch.ts";
import { checkConfig, type LlamaConfig, type LoraConfig } from "./config.ts";
import { packedAttention, recordLayers } from "./forward_pass.ts";
import { recordHead, recordHeadGradient } from "./head_pass.ts";
import { initialiseAdapters, initialiseWeights } from "./initialise.ts";
import { adapterLayout, modelLayout } from "./layout.ts";
import { checkMemory, estimateMemory, expandedLength } from "./memory.ts";
import { createOptimizer, type OptimizerScalars } from "./optimizer.ts";
import { createPackedPool, packedAlignment } from "./packed_pool.ts";
import type { Parts } from "./parts.ts";
import { createPool, type Pool, type WeightFormat } from "./pool.ts";
import { type Products, plainProducts } from "./products.ts";

export interface LlamaOptions {
  /** The most a batch may hold; memory is allocated for it. */
  readonly capacity: Capacity;
  /** "full" trains every weight, "adapters" only those of `lora`, "none" nothing. */
  readonly train: "full" | "adapters" | "none";
  /** Adapters, needed to train them; without training they may be loaded and used. */
  readonly lora?: LoraConfig;
  /** What frozen weights are stored as; 16 bits halve their memory and round them once. Default "f32". */
  readonly frozen?: WeightFormat;
  /** Keep one layer's activations instead of all, and run each layer twice. Default false. */
  readonly recompute?: boolean;
  /** Vocabulary columns per tile of the head; default as many as 8 MiB of logits hold. */
  readonly tile?: number;
  /** Let weight decay reach norms too, as PyTorch's AdamW over all parameters does. Default false. */
  readonly decayNorms?: boolean;
  /** Matrix products chosen for this adapter; default the ones that run everywhere. */
  readonly products?: Products;
}

export interface Llama {
  readonly config: LlamaConfig;
  readonly lora: LoraConfig | undefined;
  readonly capacity: Capacity;
  /** The model's own weights; `weights.set` and `weights.values` go by Hugging Face names. */
  readonly weights: Pool;
  /** The adapters, by PEFT names. */
  readonly adapters: Pool | undefined;
  /** Whichever of the two is trained. */
  readonly trained: Pool | undefined;
  /** Memory of the passes: for tests and for what the page shows of a batch. */
  readonly activations: Activations;
  /** [2] global gradient norm before clipping and the clipping factor of the last update; undefined when frozen. */
  readonly clip: Tensor | undefined;
  /** What passes of other kinds, such as generation, need of the model. */
  readonly parts: Parts;
  createBatch(): TrainBatch;
  /** Draws the starting weights, and adapters that change nothing. The same seed gives the same weights anywhere. */
  initialise(seed: number): void;
  /** Draws new adapters that change nothing. */
  initialiseAdapters(seed: number): void;
  /**
   * logps[batch.responseOffset + r] = log-probability of response r, summed over its tokens.
   * `adapted` false leaves the adapters out: the reference policy. Default true.
   */
  recordForward(recorder: Recorder, batch: TrainBatch, logps: Tensor, options?: { adapted?: boolean }): void;
  /**
   * Adds to the gradients, given coef[batch.responseOffset + r] = derivative of the objective in logps. Must follow the
   * adapted forward pass of the same batch, with no other pass between them.
   */
  recordBackward(recorder: Recorder, batch: TrainBatch, coef: Tensor): void;
  /** Sets all gradients to zero: before the first backward pass of a step. */
  recordZero(recorder: Recorder): void;
  /** Clips by the global norm and takes an AdamW step. */
  recordUpdate(recorder: Recorder, scalars: OptimizerScalars): void;
  free(): void;
}

const TILE_BYTES = 8 * 2 ** 20;

/** Columns of a head tile: a multiple of `step`, so that tiles of any width of model start aligned. */
function tileColumns(config: LlamaConfig, rows: number, wanted: number | undefined, step: number): number {
  const fit = wanted ?? Math.floor(TILE_BYTES / 4 / rows);
  return Math.max(step, Math.min(Math.ceil(config.vocab / step) * step, Math.floor(fit / step) * step));
}

/** The model's own weights, packed where that is asked for. @param tile vocabulary columns of a head tile */
function createWeights(
  backend: Backend,
  config: LlamaConfig,
  train: LlamaOptions["train"],
  format: WeightFormat,
  tile: number,
): Pool {
  const plain = modelLayout(config, backend.viewAlignment);
  if (format === "f32") return createPool(backend, "model", plain, train === "full");
  if (train === "full") {
    throw new TiltError(`weights that are trained cannot be stored as ${format}`, {
      where: "model options, frozen",
      remedy: "Train adapters, or store the weights as f32.",
    });
  }
  const layout = modelLayout(config, packedAlignment(backend));
  const scratch = expandedLength(config, tile);
  return createPackedPool(backend, "model", { format, layout, plain, scratch });
}

/** @throws TiltError when the configuration makes no model or does not fit the device */
export function createLlama(backend: Backend, config: LlamaConfig, options: LlamaOptions): Llama {
  checkConfig(config);
  const { capacity, train, lora, recompute = false, frozen = "f32", products = plainProducts } = options;
  if (train === "adapters" && !lora) {
    throw new TiltError("training adapters needs their rank and targets", { where: "model options, lora" });
  }
  const estimate = estimateMemory(config, { capacity, train, lora, recompute, frozen, tile: options.tile });
  checkMemory(estimate, backend.info.maxTensorBytes);
  const tile = tileColumns(config, capacity.rows, options.tile, frozen === "f32" ? 64 : 128);
  const weights = createWeights(backend, config, train, frozen, tile);
  const adapters =
    lora &&
    createPool(backend, "adapter", adapterLayout(config, lora, backend.viewAlignment), train === "adapters");
  const training = train !== "none";
  const activations = createActivations(backend, { config, capacity, lora, tile, recompute, training });
  const table = backend.tensor("rotary table", "f32", config.maxPositions * config.headDim);
  backend.write(table, ropeTable(config.maxPositions, config.headDim, config.ropeTheta));
  const parts: Parts = {
    config,
    weights,
    adapters,
    lora,
    activations,
    products,
    ropeTable: table,
    tile,
    recompute,
  };
  const trained = train === "full" ? weights : train === "adapters" ? adapters : undefined;
  const optimizer = trained && createOptimizer(backend, trained, options.decayNorms ?? false);
  const needTraining = (): never => {
    throw new TiltError("this model was opened without training", { where: "model options, train" });
  };

  return {
    config,
    lora,
    capacity,
    weights,
    adapters,
    trained,
    activations,
    parts,
    clip: optimizer?.clip,
    createBatch: () => createBatch(backend, capacity, config.vocab, config.maxPositions),
    initialise(seed) {
      initialiseWeights(weights, config, seed);
      if (adapters) initialiseAdapters(adapters, seed);
    },
    initialiseAdapters(seed) {
      if (adapters) initialiseAdapters(adapters, seed);
    },
    recordForward(recorder, batch, logps, { adapted = true } = {}) {
      const attend = packedAttention(parts, batch);
      const stream = recordLayers(recorder, parts, batch, adapted && adapters !== undefined, attend);
      recordHead(recorder, parts, batch, stream, logps);
    },
    recordBackward(recorder, batch, coef) {
      if (!trained) needTraining();
      recordHeadGradient(recorder, parts, batch, coef);
      recordLayerGradients(recorder, parts, batch);
    },
    recordZero(recorder) {
      recorder.clear(trained?.trained?.gradient ?? needTraining());
    },
    recordUpdate(recorder, scalars) {
      (optimizer ?? needTraining()).record(recorder, scalars);
    },
    free() {
      weights.free();
      adapters?.free();
      activations.free();
      optimizer?.free();
      backend.free(table);
    },
  };
}
