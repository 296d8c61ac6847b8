/** One step of a model of 135 million weights with adapters: that it fits, not how fast it is. */
import { type Backend, readFloats } from "../../src/backend/backend.ts";
import { stream } from "../../src/base/random.ts";
import { createLlama } from "../../src/model/llama.ts";
import { estimateMemory } from "../../src/model/memory.ts";
import { optimizerScalars, setStep } from "../../src/model/optimizer.ts";
import type { WeightFormat } from "../../src/model/pool.ts";
import { packed } from "../model/packed.ts";
import { SMOLLM2 } from "../model/small.ts";

export interface LargeStep {
  readonly frozen: WeightFormat;
  readonly tokens: number;
  readonly estimatedBytes: number;
  /** Held by the backend once everything is there. */
  readonly bytes: number;
  readonly seconds: number;
  /** Negative log-likelihood per token before and after the step. */
  readonly losses: readonly [number, number];
}

/** A pair of 512-token sequences that share a prompt of 256, with recomputation. */
export async function largeStep(backend: Backend, frozen: WeightFormat): Promise<LargeStep> {
  const random = stream(1, "bench/large");
  const ids = (count: number): number[] => Array.from({ length: count }, () => random.below(SMOLLM2.vocab));
  const pair = packed([{ prompt: ids(256), responses: [ids(256), ids(256)] }]);
  const rows = pair.rowToken.length;
  const capacity = { tokens: pair.tokens.length, rows, responses: 2 };
  const options = {
    capacity,
    train: "adapters",
    lora: { rank: 8, alpha: 16, targets: ["q_proj", "v_proj"] },
    recompute: true,
    frozen,
  } as const;
  const before = backend.bytesInUse;
  const model = createLlama(backend, SMOLLM2, options);
  model.initialise(1);
  const batch = model.createBatch();
  const logps = backend.tensor("logps", "f32", 2);
  const coef = backend.tensor("coef", "f32", 2);
  backend.write(coef, new Float32Array(2).fill(-1 / rows));
  const scalars = optimizerScalars({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, maxNorm: 1 });
  const step = await backend.plan("step", (recorder) => {
    model.recordZero(recorder);
    model.recordForward(recorder, batch, logps);
    model.recordBackward(recorder, batch, coef);
    model.recordUpdate(recorder, scalars);
  });
  batch.upload(pair);
  const loss = async (): Promise<number> => {
    let sum = 0;
    for (const logp of await readFloats(backend, logps)) sum -= logp;
    return sum / rows;
  };
  setStep(scalars, 1, 1e-2);
  const start = performance.now();
  step.run();
  const first = await loss();
  const seconds = (performance.now() - start) / 1000;
  const bytes = backend.bytesInUse - before;
  // B starts at zero and has moved by about the learning rate: the next forward pass must show it.
  const forward = await backend.plan("forward", (recorder) => model.recordForward(recorder, batch, logps));
  forward.run();
  const second = await loss();
  const estimatedBytes = estimateMemory(SMOLLM2, options).total;
  model.free();
  return { frozen, tokens: pair.tokens.length, estimatedBytes, bytes, seconds, losses: [first, second] };
}
