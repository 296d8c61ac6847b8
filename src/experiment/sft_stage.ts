/** Supervised fine-tuning: the policy learns to write the chosen responses; the result is the frozen reference. */
import { type Backend, type Plan, readFloats, type Tensor } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { nextTask } from "../base/pause.ts";
import { loadWeights } from "../model/checkpoint/checkpoint.ts";
import { batchCapacity, batchPlan } from "../text/batches.ts";
import type { EncodedGroup } from "../text/encoding.ts";
import { packGroups } from "../text/packing.ts";
import type { Control } from "./control.ts";
import type { RunEvent, StepRecord } from "./events.ts";
import { stepper } from "./learning_rate.ts";
import { openModel } from "./policy_model.ts";
import type { Prepared } from "./prepare.ts";
import { createReportRing } from "./report_ring.ts";
import type { Spec } from "./spec.ts";

/** How many steps may be under way before their losses are read. */
const RUN_AHEAD = 3;

/** Where fine-tuning stands after a step. */
export interface SftState {
  /** Steps done. */
  readonly step: number;
  readonly carried: Readonly<Record<string, FloatArray>>;
}

/** States of fine-tuning on their way in and out. */
export interface SftStates {
  /** To go on from, with what was reported before. */
  readonly from?: SftState & { readonly records: readonly StepRecord[] };
  /** Asked after each step but the last: whether its state should be kept. */
  due(step: number): boolean;
  keep(state: SftState): Promise<void>;
}

/** Trains from seeded weights, or from the pretrained ones. @returns the parameters, as they lie in the model's pool */
export async function fineTune(
  backend: Backend,
  spec: Spec,
  prepared: Prepared,
  control: Control,
  emit: (event: RunEvent) => void,
  states?: SftStates,
): Promise<Float32Array> {
  const { steps, batch } = spec.sft;
  const examples = prepared.sft.map(([group, response]) => single(prepared.encoded[group]!, response));
  const plan = batchPlan(examples.length, Math.min(batch, examples.length), spec.seed);
  const batches = Array.from({ length: Math.max(1, steps) }, (_, step) =>
    examples.length > 0 ? plan(step) : [],
  );
  const capacity = batchCapacity(examples, batches);
  const model = openModel(backend, spec, prepared, nonEmpty(capacity), "sft");
  const tokens = model.createBatch();
  const logps = backend.tensor("SFT log-probs", "f32", nonEmpty(capacity).responses);
  const coef = backend.tensor("SFT coefficients", "f32", nonEmpty(capacity).responses);
  const ring = createReportRing(backend, { logps, clip: model.clip! }, RUN_AHEAD);
  let step: Plan | undefined;
  try {
    const fill = async (): Promise<void> => {
      await nextTask();
      if (prepared.pretrained) await loadWeights(prepared.pretrained.checkpoint, model.weights);
      else model.initialise(spec.seed);
    };
    if (steps === 0) {
      await fill();
      return Float32Array.from(await readFloats(backend, model.weights.parameters));
    }
    const { scalars, set } = stepper(spec.sft);
    // The weights are drawn or read while the kernels compile: these go off first.
    [step] = await Promise.all([
      backend.plan("SFT step", (recorder) => {
        model.recordZero(recorder);
        model.recordForward(recorder, tokens, logps);
        model.recordBackward(recorder, tokens, coef);
        model.recordUpdate(recorder, scalars);
        ring.record(recorder);
      }),
      fill(),
    ]);

    const from = states?.from;
    const { parameters: weights, trained } = model.trained!;
    const carried: Readonly<Record<string, Tensor>> = {
      parameters: weights,
      "first moments": trained!.m,
      "second moments": trained!.v,
    };
    if (from) {
      for (const record of from.records) emit({ kind: "sft", record });
      for (const [name, tensor] of Object.entries(carried)) backend.write(tensor, from.carried[name]!);
    }
    const losses = lossesFrom(ring, from?.records.at(-1)?.values.num_tokens ?? 0, emit);
    const keepAt = async (done: number): Promise<void> => {
      if (!states?.due(done)) return;
      await losses.drain();
      const state: Record<string, FloatArray> = {};
      for (const [name, tensor] of Object.entries(carried))
        state[name] = (await readFloats(backend, tensor)).slice();
      await states.keep({ step: done, carried: state });
    };
    for (let i = from?.step ?? 0; i < steps; i++) {
      await control.gate();
      const packed = packGroups(batches[i]!.map((index) => examples[index]!));
      tokens.upload(packed);
      const { rows, responses } = packed.size;
      backend.write(coef, new Float32Array(responses).fill(-1 / rows));
      losses.expect({ step: i + 1, rows, responses, rate: set(i) });
      step.run([ring.tap]);
      emit({ kind: "stage", stage: "sft", done: i + 1, of: steps, note: "Fine-tuning the reference" });
      if (ring.inFlight === RUN_AHEAD) await losses.take();
      if (control.paused) await losses.drain();
      if (i + 1 < steps) await keepAt(i + 1);
    }
    await losses.drain();
    return Float32Array.from(await readFloats(backend, model.weights.parameters));
  } finally {
    step?.destroy();
    ring.free();
    for (const tensor of [logps, coef]) backend.free(tensor);
    tokens.free();
    model.free();
  }
}

/** A step under way. */
interface Expected {
  readonly step: number;
  readonly rows: number;
  readonly responses: number;
  readonly rate: number;
}

/** Tells the losses of steps, in order, a little after they ran. @param seen tokens before the first of them */
function lossesFrom(
  ring: ReturnType<typeof createReportRing<"logps" | "clip">>,
  seen: number,
  emit: (event: RunEvent) => void,
) {
  const waiting: Expected[] = [];
  let tokens = seen;
  const take = async (): Promise<void> => {
    const { logps, clip } = await ring.take();
    const { step, rows, responses, rate } = waiting.shift()!;
    tokens += rows;
    let sum = 0;
    for (let r = 0; r < responses; r++) sum += logps[r]!;
    const values = { loss: -sum / rows, learning_rate: rate, grad_norm: clip[0]!, num_tokens: tokens };
    emit({ kind: "sft", record: { step, values } });
  };
  return {
    expect: (one: Expected) => void waiting.push(one),
    take,
    async drain(): Promise<void> {
      while (ring.inFlight > 0) await take();
    },
  };
}

/** A group cut down to one of its responses. */
function single({ prompt, responses, scores, sources }: EncodedGroup, k: number): EncodedGroup {
  return { prompt, responses: [responses[k]!], scores: [scores[k]!], sources: [sources[k]!] };
}

function nonEmpty<T extends { tokens: number; rows: number; responses: number }>(capacity: T): T {
  const { tokens, rows, responses } = capacity;
  return {
    ...capacity,
    tokens: Math.max(1, tokens),
    rows: Math.max(1, rows),
    responses: Math.max(1, responses),
  };
}
