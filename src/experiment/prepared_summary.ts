/** What the data stage found out about the data and the model, in numbers. */
import type { Backend } from "../backend/backend.ts";
import { modelLayout } from "../model/layout.ts";
import { estimateMemory, type MemoryEstimate } from "../model/memory.ts";
import { batchCapacity } from "../text/batches.ts";
import { llamaConfig, loraConfig } from "./policy_model.ts";
import type { Prepared } from "./prepare.ts";
import type { Spec } from "./spec.ts";
import { roomFor, trainBatches } from "./train_batches.ts";

export interface PreparedSummary {
  /** Groups on either side of the split. */
  readonly train: number;
  readonly heldOut: number;
  /** What is trained on, and held-out units that speak for the target. */
  readonly units: number;
  readonly targetUnits: number;
  /** Responses that the reference learns to write. */
  readonly sft: number;
  readonly vocabulary: number;
  /** Tokens of all prompts and responses, and of the longest prompt with a response. */
  readonly tokens: number;
  readonly longest: number;
  /** Prompts and responses that were cut to data.maxTokens. */
  readonly promptsCut: number;
  readonly responsesCut: number;
  /** Numbers of the model, and what training it takes on the device. */
  readonly parameters: number;
  readonly memory: MemoryEstimate;
  /** Bytes that the device allows in one buffer. */
  readonly largestAllowed: number;
}

export function prepareSummary(backend: Backend, spec: Spec, prepared: Prepared): PreparedSummary {
  const { encoded, train, heldOut, units, targetUnits, sft, tokenizer, promptsCut, responsesCut } = prepared;
  const used = [...train, ...heldOut].map((index) => encoded[index]!);
  const config = llamaConfig(spec, prepared);
  const batches = trainBatches(
    { ...spec, train: { ...spec.train, steps: Math.min(spec.train.steps, 64) } },
    prepared,
  );
  const lora = loraConfig(spec);
  const scored = batchCapacity(
    encoded,
    [...train, ...heldOut].map((index) => [index]),
  );
  return {
    train: train.length,
    heldOut: heldOut.length,
    units: units.length,
    targetUnits: targetUnits.length,
    sft: sft.length,
    vocabulary: tokenizer.vocabSize,
    tokens: used.reduce(
      (sum, { prompt, responses }) => sum + responses.reduce((all, ids) => all + ids.length, prompt.length),
      0,
    ),
    longest: used.reduce(
      (most, { prompt, responses }) =>
        responses.reduce((longer, ids) => Math.max(longer, prompt.length + ids.length), most),
      0,
    ),
    promptsCut,
    responsesCut,
    parameters: modelLayout(config, 1).count,
    memory: estimateMemory(config, {
      capacity: roomFor(batches.part, scored),
      train: lora ? "adapters" : "full",
      lora,
      frozen: lora ? spec.train.frozen : "f32",
    }),
    largestAllowed: backend.info.maxTensorBytes,
  };
}
