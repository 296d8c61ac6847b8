/** How much memory a model will take, before any of it is asked for. */
import { TiltError } from "../base/errors.ts";
import type { Capacity } from "./batch.ts";
import { type LlamaConfig, type LoraConfig, qkvWidth } from "./config.ts";
import { adapterLayout, modelLayout } from "./layout.ts";
import type { WeightFormat } from "./pool.ts";

export interface MemoryEstimate {
  /** Bytes of weights; of gradients and moments; of activations. */
  readonly weights: number;
  readonly training: number;
  readonly activations: number;
  readonly total: number;
  /** The largest single buffer. */
  readonly largest: number;
}

export interface MemoryOptions {
  readonly capacity: Capacity;
  readonly train: "full" | "adapters" | "none";
  readonly lora?: LoraConfig | undefined;
  readonly recompute?: boolean;
  /** What frozen weights are stored as; default f32. */
  readonly frozen?: WeightFormat;
  /** Vocabulary columns per tile of the head, where they are given. */
  readonly tile?: number | undefined;
}

/** Elements of the largest matrix that a product reads: a fused projection, or a tile of the head. */
export function expandedLength(config: LlamaConfig, tile: number): number {
  const { dim, hidden, vocab, heads, headDim } = config;
  return dim * Math.max(qkvWidth(config), 2 * hidden, heads * headDim, Math.min(tile, vocab));
}

/** Bytes on the device, within a few per cent: small tensors are left out. */
export function estimateMemory(config: LlamaConfig, options: MemoryOptions): MemoryEstimate {
  const { capacity, train, lora, recompute = false, frozen = "f32" } = options;
  const { dim, hidden, heads, headDim, layers, vocab } = config;
  const tile = Math.min(vocab, options.tile ?? Math.max(64, 2 ** 21 / capacity.rows));
  const layout = modelLayout(config, 64);
  const matrices = (frozen === "f32" ? 4 : 2) * layout.decayed;
  const expanded = frozen === "f32" ? 0 : 4 * expandedLength(config, tile);
  const own = matrices + 4 * (layout.count - layout.decayed) + expanded;
  const adapter = lora ? 4 * adapterLayout(config, lora, 64).count : 0;
  const trained = train === "full" ? own : train === "adapters" ? adapter : 0;
  const attention = heads * headDim;
  const [before, after] = [dim + qkvWidth(config) + attention, 2 * dim + 3 * hidden];
  const all = train !== "none" && !recompute;
  const inputs = train === "none" ? 1 : layers;
  const gradients = train === "none" ? 0 : 2 * dim + qkvWidth(config) + attention + 3 * hidden;
  // Past the last attention there are rows, not tokens; layers that share their memory share the larger.
  const perToken =
    before * (all ? layers : 1) + after * (all ? layers - 1 : 1) + dim * (inputs + 1) + gradients;
  const perRow = (all ? after : 0) + 2 * attention + 5 * dim + tile;
  const activations = 4 * (capacity.tokens * perToken + capacity.rows * perRow);
  return {
    weights: own + adapter,
    training: 3 * trained,
    activations,
    total: own + adapter + 3 * trained + activations,
    largest: Math.max(
      frozen === "f32" ? own : Math.max(matrices, expanded),
      adapter,
      4 * capacity.tokens * Math.max(2 * hidden, qkvWidth(config)),
      4 * capacity.rows * tile,
    ),
  };
}

/** Bytes in a unit that people read. */
export function readableBytes(bytes: number): string {
  if (bytes < 2 ** 20) return `${Math.ceil(bytes / 2 ** 10)} KiB`;
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** @throws TiltError with the estimate when one buffer would exceed the device's limit */
export function checkMemory(estimate: MemoryEstimate, maxTensorBytes: number): void {
  if (estimate.largest <= maxTensorBytes) return;
  throw new TiltError(
    `the model takes ${readableBytes(estimate.total)}, ${readableBytes(estimate.largest)} of it in one buffer, but this device allows ${readableBytes(maxTensorBytes)}`,
    {
      remedy: "Use a smaller model or batch, or train adapters over weights stored as f16 or bf16.",
      kind: "memory",
    },
  );
}
