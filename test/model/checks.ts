/** Properties of the model that must hold on every backend; test/model runs them on the CPU, test/browser on WebGPU. */
import { expect } from "vitest";
import { type Backend, readFloats } from "../../src/backend/backend.ts";
import type { PackedTokens } from "../../src/model/batch.ts";
import type { LlamaConfig } from "../../src/model/config.ts";
import { createLlama, type Llama, type LlamaOptions } from "../../src/model/llama.ts";
import { packed, separateSequences } from "./packed.ts";
import { type Group, randomGroups, SMALL } from "./small.ts";
import { CAPACITY, openTrainer } from "./trainer.ts";

export { CAPACITY };

/** A model with weights large enough that every path matters. */
export function openModel(backend: Backend, config: LlamaConfig, options: Partial<LlamaOptions> = {}): Llama {
  const model = createLlama(backend, config, { capacity: CAPACITY, train: "full", ...options });
  model.initialise(5);
  return model;
}

/** Log-probabilities and gradients for the coefficients 0.1, -0.2, 0.3, ... */
export async function passes(backend: Backend, model: Llama, batches: readonly PackedTokens[]) {
  const logps = backend.tensor("logps", "f32", CAPACITY.responses);
  const coef = backend.tensor("coef", "f32", CAPACITY.responses);
  backend.write(
    coef,
    Array.from({ length: CAPACITY.responses }, (_, r) => 0.1 * (1 + (r % 7)) * (r % 2 === 0 ? 1 : -1)),
  );
  const batch = model.createBatch();
  const zero = await backend.plan("zero", (recorder) => model.recordZero(recorder));
  const plan = await backend.plan("pass", (recorder) => {
    model.recordForward(recorder, batch, logps);
    model.recordBackward(recorder, batch, coef);
  });
  zero.run();
  let offset = 0;
  for (const part of batches) {
    batch.upload(part);
    batch.responseOffset.value = offset;
    plan.run();
    await backend.settled();
    offset += part.responseRowStart.length - 1;
  }
  const result = {
    logps: [...(await readFloats(backend, logps))].slice(0, offset),
    gradients: await model.trained!.values("gradient"),
  };
  batch.free();
  backend.free(logps);
  backend.free(coef);
  return result;
}

type Passes = Awaited<ReturnType<typeof passes>>;

/** |got - want| <= tolerance (largest |want| of the tensor), tensor by tensor. */
export function expectSame(got: Passes, want: Passes, tolerance: number): void {
  const close = (name: string, a: ArrayLike<number>, b: ArrayLike<number>): void => {
    let scale = 1e-30;
    let worst = 0;
    for (let i = 0; i < b.length; i++) {
      scale = Math.max(scale, Math.abs(b[i]!));
      if (!(Math.abs(a[i]! - b[i]!) <= Math.abs(a[worst]! - b[worst]!))) worst = i;
    }
    const error = Math.abs(a[worst]! - b[worst]!) / scale;
    expect(error, `${name}[${worst}]: ${a[worst]} against ${b[worst]}`).toBeLessThanOrEqual(tolerance);
  };
  close("logps", got.logps, want.logps);
  for (const [name, values] of want.gradients) close(name, got.gradients.get(name)!, values);
}

/** Packed groups give what separate sequences give, for K responses a prompt and ragged lengths. */
export async function packingChangesNothing(
  backend: Backend,
  responses: number,
  tolerance: number,
): Promise<void> {
  const model = openModel(backend, SMALL);
  const groups = randomGroups(responses, 3, responses, 9, SMALL.vocab);
  const separate = groups.flatMap(({ prompt, responses: all }) =>
    all.map((ids) => ({ tokens: [...prompt, ...ids], promptLength: prompt.length })),
  );
  const shared = await passes(backend, model, [packed(groups)]);
  const apart = await passes(backend, model, [separateSequences(separate)]);
  expectSame(shared, apart, tolerance);
  model.free();
}

/** Running layers twice to save memory changes no bit. */
export async function recomputationChangesNothing(
  backend: Backend,
  options: Partial<LlamaOptions> = {},
): Promise<void> {
  const batch = [packed(randomGroups(3, 4, 2, 9, SMALL.vocab))];
  const kept = openModel(backend, SMALL, options);
  const again = openModel(backend, SMALL, { ...options, recompute: true });
  expectSame(await passes(backend, again, batch), await passes(backend, kept, batch), 0);
  kept.free();
  again.free();
}

/** The head gives the same numbers however the vocabulary is cut. */
export async function tilesChangeNothing(backend: Backend, vocab: number, tolerance: number): Promise<void> {
  const config = { ...SMALL, vocab, layers: 1, tied: vocab % 2 === 0 };
  const batch = [packed(randomGroups(7, 3, 2, 6, vocab))];
  const whole = openModel(backend, config, { tile: vocab });
  const tiled = openModel(backend, config, { tile: Math.max(64, Math.ceil(vocab / 3 / 64) * 64) });
  expectSame(await passes(backend, tiled, batch), await passes(backend, whole, batch), tolerance);
  whole.free();
  tiled.free();
}

/** Memorises three groups; resolves to the losses. */
export async function overfit(backend: Backend, steps: number): Promise<number[]> {
  const model = openModel(backend, SMALL);
  const trainer = await openTrainer(backend, model, 0.01);
  const batch = packed(distinctGroups());
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push(await trainer.step(batch));
  model.free();
  return losses;
}

/** One response a prompt, so that the loss can reach zero. */
function distinctGroups(): Group[] {
  return [3, 9, 21].map((first) => ({
    prompt: [first, first + 1],
    responses: [Array.from({ length: 6 }, (_, i) => (first * 7 + i * 5) % SMALL.vocab)],
  }));
}

/** A head over this vocabulary, tiled and not, against the loops in float64: forward and backward. */
export async function headEqualsLoops(backend: Backend, exact: Backend, vocab: number): Promise<void> {
  const config = { ...SMALL, vocab, layers: 1, tied: vocab % 2 === 0 };
  const batch = [packed(randomGroups(7, 3, 2, 6, vocab))];
  const results = [];
  for (const [on, tile] of [
    [exact, vocab],
    [backend, vocab],
    [backend, Math.max(64, Math.ceil(vocab / 3 / 64) * 64)],
  ] as const) {
    const model = openModel(on, config, { tile });
    results.push(await passes(on, model, batch));
    model.free();
  }
  for (const got of results.slice(1)) expectSame(got, results[0]!, 2e-5);
}
