/** Next-token training of a recipe's model, from its seed or from where an earlier run stopped. */
import { type Backend, readFloats, type Tensor } from "../../backend/backend.ts";
import { stepper } from "../../experiment/learning_rate.ts";
import { createReportRing } from "../../experiment/report_ring.ts";
import type { Capacity } from "../../model/batch.ts";
import { createLlama, type Llama } from "../../model/llama.ts";
import { packedSize, packGroups } from "../../text/packing.ts";
import { KEPT, loadProgress, type Progress, saveProgress } from "./progress_file.ts";
import type { Recipe } from "./recipe.ts";

export interface TrainOptions {
  /** Folder of the progress file. */
  readonly cache: string;
  /** Seconds between two writes of it. */
  readonly saveEvery: number;
  /** Asked before every step; true saves and returns early. */
  stop(): boolean;
  onStep(step: number, loss: number): void;
}

export interface Trained {
  readonly model: Llama;
  readonly progress: Progress;
}

/** How many steps may be under way before their losses are read. */
const RUN_AHEAD = 3;

/** @returns the model with its weights on the backend, and how it got there; freeing the model is the caller's */
export async function train(backend: Backend, recipe: Recipe, options: TrainOptions): Promise<Trained> {
  const { optimisation, config } = recipe;
  const { steps } = optimisation;
  const capacity = roomFor(recipe);
  const model = createLlama(backend, config, { capacity, train: "full" });
  const places: Readonly<Record<(typeof KEPT)[number], Tensor>> = {
    parameters: model.weights.parameters,
    m: model.trained!.trained!.m,
    v: model.trained!.trained!.v,
  };
  model.initialise(recipe.seed);
  await widen(model);
  const before = await loadProgress(options.cache, recipe);
  if (before) for (const name of KEPT) backend.write(places[name], before.arrays[name]);
  const losses = before?.losses.slice() ?? [];
  const startedAt = performance.now();
  const cpuAtStart = process.cpuUsage();

  const standing = async (): Promise<Progress> => {
    const cpu = process.cpuUsage(cpuAtStart);
    const arrays = {} as Record<(typeof KEPT)[number], Float32Array>;
    for (const name of KEPT) arrays[name] = Float32Array.from(await readFloats(backend, places[name]));
    return {
      step: losses.length,
      losses,
      wallSeconds: (before?.wallSeconds ?? 0) + (performance.now() - startedAt) / 1000,
      cpuSeconds: (before?.cpuSeconds ?? 0) + (cpu.user + cpu.system) / 1e6,
      arrays,
    };
  };

  const tokens = model.createBatch();
  const logps = backend.tensor("log-probs", "f32", capacity.responses);
  const coef = backend.tensor("coefficients", "f32", capacity.responses);
  const ring = createReportRing(backend, { logps }, RUN_AHEAD);
  const { scalars, set } = stepper(optimisation);
  scalars.beta2.value = recipe.beta2;
  const plan = await backend.plan("pre-training step", (recorder) => {
    model.recordZero(recorder);
    model.recordForward(recorder, tokens, logps);
    model.recordBackward(recorder, tokens, coef);
    model.recordUpdate(recorder, scalars);
    ring.record(recorder);
  });
  const waiting: { rows: number; responses: number }[] = [];
  const take = async (): Promise<void> => {
    const { logps: values } = await ring.take();
    const { rows, responses } = waiting.shift()!;
    let sum = 0;
    for (let r = 0; r < responses; r++) sum += values[r]!;
    losses.push(-sum / rows);
    options.onStep(losses.length, -sum / rows);
  };
  let savedAt = performance.now();
  for (let step = losses.length; step < steps; step++) {
    if (options.stop()) break;
    const packed = packGroups(recipe.batch(step));
    tokens.upload(packed);
    const { rows, responses } = packed.size;
    backend.write(coef, new Float32Array(responses).fill(-1 / rows));
    waiting.push({ rows, responses });
    set(step);
    plan.run([ring.tap]);
    if (ring.inFlight === RUN_AHEAD) await take();
    if (performance.now() - savedAt > 1000 * options.saveEvery) {
      while (ring.inFlight > 0) await take();
      await saveProgress(options.cache, recipe, await standing());
      savedAt = performance.now();
    }
  }
  while (ring.inFlight > 0) await take();
  const progress = await standing();
  await saveProgress(options.cache, recipe, progress);
  plan.destroy();
  ring.free();
  tokens.free();
  for (const tensor of [logps, coef]) backend.free(tensor);
  return { model, progress };
}

/** Spread that `initialise` draws from, and what a matrix of few inputs needs of it: PyTorch's default for linear layers. */
const DRAWN = 0.02;
const linearSpread = (inputs: number): number => 1 / Math.sqrt(3 * inputs);

/**
 * Stretches the starting weights to spreads that fit the width. At 0.02 the queries and keys of a narrow model are so
 * small that attention stays flat for hundreds of steps: long for a training that has only a thousand.
 */
async function widen({ weights, config }: Llama): Promise<void> {
  for (const [name, values] of await weights.values()) {
    if (/norm\.weight$/.test(name)) continue;
    const inputs = weights.layout.weights.get(name)!.shape[1]!;
    const spread = name === "model.embed_tokens.weight" ? 1 / Math.sqrt(config.dim) : linearSpread(inputs);
    weights.set(
      name,
      values.map((value) => (value * spread) / DRAWN),
    );
  }
}

/** The largest of each size over all batches. */
function roomFor({ batch, optimisation }: Recipe): Capacity {
  const most = { tokens: 0, rows: 0, responses: 0 };
  for (let step = 0; step < optimisation.steps; step++) {
    const size = packedSize(batch(step));
    for (const name of ["tokens", "rows", "responses"] as const)
      most[name] = Math.max(most[name], size[name]);
  }
  return most;
}
