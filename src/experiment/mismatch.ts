/**
 * KTO's baseline: each prompt of a batch with the response of the one before it, under the policy and the reference.
 * Ethayarajh et al. 2024, arXiv 2402.01306. Constants of the step: no gradient flows through them.
 */
import type { Backend, Recorder } from "../backend/backend.ts";
import type { TrainBatch } from "../model/batch.ts";
import type { Llama } from "../model/llama.ts";
import type { ObjectiveTensors } from "../objective/kernels/tensors.ts";
import type { EncodedGroup } from "../text/encoding.ts";
import { packGroups } from "../text/packing.ts";
import type { TrainBatches } from "./train_batches.ts";

export interface Mismatch {
  /** Forward pass of the mismatched pairs; before the batch's own, whose activations the backward pass needs. */
  record(recorder: Recorder): void;
  /** Uploads a step's pairs and the reference's log-probs of them. */
  load(step: number): void;
  free(): void;
}

/** (x_i, y_{i-1 mod B}) of every step, the response cut to what a sequence may hold. */
export function mismatchedPairs(
  { tokens, steps }: Pick<TrainBatches, "tokens" | "steps">,
  maxTokens: number,
): EncodedGroup[][] {
  return steps.map((indices) =>
    indices.map((index, i) => {
      const { prompt } = tokens[index]!;
      const other = tokens[indices[(i + indices.length - 1) % indices.length]!]!;
      const response = other.responses[0]!.slice(0, Math.max(1, maxTokens - prompt.length));
      return { prompt, responses: [response], scores: [0], sources: [-1] };
    }),
  );
}

/** Scores every step's pairs with the reference first, so it must come before any update. */
export async function createMismatch(
  backend: Backend,
  model: Llama,
  batches: TrainBatches,
  tensors: ObjectiveTensors,
): Promise<Mismatch> {
  const batch: TrainBatch = model.createBatch();
  const upload = (step: number): void => batch.upload(packGroups(batches.mismatched[step]!));
  const plan = await backend.plan("mismatched reference", (recorder) =>
    model.recordForward(recorder, batch, tensors.klLogps, { adapted: false }),
  );
  const reference: Float32Array[] = [];
  for (let step = 0; step < batches.steps.length; step++) {
    upload(step);
    plan.run();
    reference.push(Float32Array.from(await backend.read(tensors.klLogps)));
  }
  plan.destroy();
  return {
    record: (recorder) => model.recordForward(recorder, batch, tensors.klLogps),
    load(step) {
      upload(step);
      backend.write(tensors.klRefLogps, reference[step]!.subarray(0, batches.steps[step]!.length));
    },
    free: () => batch.free(),
  };
}
