/** What training under a spec can take at most, from its settings alone. */
import type { LlamaConfig } from "../model/config.ts";
import { modelLayout } from "../model/layout.ts";
import { estimateMemory, type MemoryEstimate } from "../model/memory.ts";
import { lossById } from "../objective/losses/index.ts";
import { freshConfig, loraConfig } from "./policy_model.ts";
import type { Spec } from "./spec.ts";

/** As if every sequence were as long as the spec allows. @param brought the pretrained model's own shape */
export function memoryNeeded(
  spec: Spec,
  brought: LlamaConfig | undefined,
): MemoryEstimate & { readonly parameters: number } {
  const config = brought ?? freshConfig(spec, spec.model.vocab);
  const lists = lossById(spec.train.loss).family === "listwise" ? spec.data.responses : 2;
  const groups = Math.ceil(spec.train.batch / spec.train.microBatches);
  const tokens = groups * lists * spec.data.maxTokens;
  const lora = loraConfig(spec);
  const estimate = estimateMemory(config, {
    capacity: { tokens, rows: tokens, responses: groups * lists },
    train: lora ? "adapters" : "full",
    lora,
    frozen: lora ? spec.train.frozen : "f32",
  });
  return { ...estimate, parameters: modelLayout(config, 1).count };
}
