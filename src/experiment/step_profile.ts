/** Where the GPU's time goes in a training step of the policy that a spec describes. For people: no run is touched. */
import type { Backend, DispatchTime } from "../backend/backend.ts";
import { type OpTime, opTimes } from "../backend/op_times.ts";
import type { Dataset } from "../data/dataset.ts";
import { optimizerScalars, setStep } from "../model/optimizer.ts";
import { packGroups } from "../text/packing.ts";
import { openModel } from "./policy_model.ts";
import { prepare } from "./prepare.ts";
import type { Pretrained } from "./pretrained.ts";
import type { Spec } from "./spec.ts";
import { roomFor, trainBatches } from "./train_batches.ts";

export interface StepProfile {
  /** Dispatches of the step, and milliseconds of GPU time in all of them together. */
  readonly dispatches: number;
  readonly milliseconds: number;
  /** Tokens and rows that predict one, of the (micro-)batch that was timed. */
  readonly tokens: number;
  readonly rows: number;
  /** Slowest first. */
  readonly times: readonly OpTime[];
}

/** Timed runs, after one that is not: medians are shown. */
const RUNS = 3;

/**
 * Forward pass, backward pass and update of the first (micro-)batch, with a clock around every dispatch; the objective's own
 * kernels, a few microseconds, are left out. Null where there is no GPU, no clock, or no transformer to time (Plane).
 */
export async function profileStep(
  backend: Backend,
  spec: Spec,
  dataset: Dataset,
  signal: AbortSignal,
  pretrained?: Pretrained,
): Promise<StepProfile | null> {
  if (spec.data.source === "builtin:plane" || !backend.info.features.includes("timestamp-query")) return null;
  const prepared = await prepare(spec, dataset, signal, pretrained);
  const batches = trainBatches(spec, prepared);
  const first = batches.parts[0]?.[0];
  if (!first) return null;
  const packed = packGroups(first.map((index) => batches.tokens[index]!));
  const capacity = roomFor(packed.size, packed.size);
  const model = openModel(backend, spec, prepared, capacity, "align");
  const batch = model.createBatch();
  const responses = packed.size.responses;
  const logps = backend.tensor("profile log-probs", "f32", responses);
  const coef = backend.tensor("profile coefficients", "f32", responses);
  try {
    model.initialise(spec.seed);
    batch.upload(packed);
    backend.write(coef, new Float32Array(responses).fill(-1 / packed.size.rows));
    const scalars = optimizerScalars({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, maxNorm: 1 });
    const plan = await backend.plan("profiled step", (recorder) => {
      model.recordZero(recorder);
      model.recordForward(recorder, batch, logps);
      model.recordBackward(recorder, batch, coef);
      model.recordUpdate(recorder, scalars);
    });
    const runs: (readonly DispatchTime[])[] = [];
    for (let run = 0; run <= RUNS; run++) {
      signal.throwIfAborted();
      setStep(scalars, run + 1, 0);
      const times = await plan.profile();
      if (!times) return null;
      if (run > 0) runs.push(times);
    }
    plan.destroy();
    const times = opTimes(runs);
    return {
      dispatches: runs[0]!.length,
      milliseconds: times.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      tokens: packed.size.tokens,
      rows: packed.size.rows,
      times,
    };
  } finally {
    for (const tensor of [logps, coef]) backend.free(tensor);
    batch.free();
    model.free();
  }
}
