/** The smallest use of the model: one plan of forward, backward and update, replayed on changing batches. */
import { type Backend, readFloats } from "../../src/backend/backend.ts";
import type { PackedTokens } from "../../src/model/batch.ts";
import { createLlama, type Llama } from "../../src/model/llama.ts";
import { optimizerScalars, setStep } from "../../src/model/optimizer.ts";
import { packed } from "./packed.ts";
import { randomGroups, SMALL } from "./small.ts";

export const CAPACITY = { tokens: 512, rows: 400, responses: 32 };

export interface Trainer {
  /** One step on the negative log-likelihood per token; resolves to the loss before it. */
  step(packed: PackedTokens): Promise<number>;
  /** The same without waiting for the loss. */
  run(packed: PackedTokens): void;
  readonly dispatches: number;
}

/** Supervised fine-tuning: the derivative of the mean loss in each response's log-probability is -1 / tokens. */
export async function openTrainer(backend: Backend, model: Llama, learningRate: number): Promise<Trainer> {
  const { responses } = model.capacity;
  const batch = model.createBatch();
  const logps = backend.tensor("logps", "f32", responses);
  const coef = backend.tensor("coef", "f32", responses);
  const scalars = optimizerScalars({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, maxNorm: 1 });
  const plan = await backend.plan("step", (recorder) => {
    model.recordZero(recorder);
    model.recordForward(recorder, batch, logps);
    model.recordBackward(recorder, batch, coef);
    model.recordUpdate(recorder, scalars);
  });
  let steps = 0;
  const run = (packed: PackedTokens): void => {
    batch.upload(packed);
    backend.write(coef, new Float32Array(responses).fill(-1 / packed.rowToken.length));
    setStep(scalars, ++steps, learningRate);
    plan.run();
  };
  return {
    dispatches: plan.dispatches,
    run,
    async step(packed) {
      run(packed);
      const sums = await readFloats(backend, logps);
      let sum = 0;
      for (let r = 0; r < batch.responseCount.value; r++) sum += sums[r]!;
      return -sum / packed.rowToken.length;
    },
  };
}

/** The parameters after `steps` steps on changing batches. @param pace waits, or does not, before each step */
export async function trainedParameters(
  backend: Backend,
  steps: number,
  pace: (step: number) => Promise<void> | void = (step) => (step % 10 === 9 ? backend.settled() : undefined),
): Promise<Float32Array> {
  const model = createLlama(backend, SMALL, { capacity: CAPACITY, train: "full" });
  model.initialise(5);
  const trainer = await openTrainer(backend, model, 0.003);
  for (let i = 0; i < steps; i++) {
    await pace(i);
    trainer.run(packed(randomGroups(100 + i, 2 + (i % 3), 2, 8, SMALL.vocab)));
  }
  const values = Float32Array.from(await readFloats(backend, model.weights.parameters));
  model.free();
  return values;
}
