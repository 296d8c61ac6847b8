/** Starting weights: N(0, 0.02^2), projections into the residual stream divided by sqrt(2 layers), norms 1. */
import { stream } from "../base/random.ts";
import type { LlamaConfig } from "./config.ts";
import type { Pool } from "./pool.ts";

const SPREAD = 0.02;

/** Fills a model's own weights; every weight has its own stream, named after it. Radford et al. 2019 (GPT-2). */
export function initialiseWeights(pool: Pool, { layers }: LlamaConfig, seed: number): void {
  for (const { name, length } of pool.layout.weights.values()) {
    if (/norm\.weight$/.test(name)) {
      pool.set(name, new Float32Array(length).fill(1));
      continue;
    }
    const residual = /(o_proj|down_proj)\.weight$/.test(name);
    const spread = residual ? SPREAD / Math.sqrt(2 * layers) : SPREAD;
    const random = stream(seed, `weights/${name}`);
    pool.set(
      name,
      Float32Array.from({ length }, () => spread * random.normal()),
    );
  }
}

/** Fills adapters: down from U(-1/sqrt(in), 1/sqrt(in)), up 0, so that the adapted model starts as the reference. */
export function initialiseAdapters(pool: Pool, seed: number): void {
  for (const { name, shape, length } of pool.layout.weights.values()) {
    const random = stream(seed, `adapters/${name}`);
    const bound = 1 / Math.sqrt(shape[1]!);
    const down = name.endsWith("lora_A.weight");
    pool.set(
      name,
      down
        ? Float32Array.from({ length }, () => bound * (2 * random.uniform() - 1))
        : new Float32Array(length),
    );
  }
}
