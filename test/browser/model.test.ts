/** What the model promises, on WebGPU. */
import { expect, it, vi } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { openBackend } from "../../src/backend/open.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import {
  headEqualsLoops,
  openModel,
  overfit,
  packingChangesNothing,
  recomputationChangesNothing,
} from "../model/checks.ts";
import { microBatchesChangeNothing } from "../model/micro_batch_checks.ts";
import { packed } from "../model/packed.ts";
import { randomGroups, SMALL } from "../model/small.ts";
import { openTrainer, trainedParameters } from "../model/trainer.ts";
import { webgpuBackend } from "./backend.ts";

const exact = createCpuBackend({ precision: "f64" });

it.each([2, 3, 4, 5, 6, 7, 8])("packed groups of %i responses give what separate sequences give", async (k) =>
  packingChangesNothing(await webgpuBackend(), k, 2e-5),
);

it.each(STRATEGIES.map(({ id }) => ({ id })))(
  "2, 4 and 8 micro-batches add the same gradient: $id",
  async ({ id }) => microBatchesChangeNothing(await webgpuBackend(), id, 2e-5),
);

it("recomputing layers changes no bit", async () => recomputationChangesNothing(await webgpuBackend()));

it.each([32, 129, 512, 2048, 49_151, 49_152])(
  "a head over %i tokens, in tiles or whole, is exact",
  async (vocab) => headEqualsLoops(await webgpuBackend(), exact, vocab),
);

it("memorises a tiny batch as the float64 loops do", async () => {
  const want = await overfit(createCpuBackend({ precision: "f64" }), 40);
  const got = await overfit(await webgpuBackend(), 40);
  for (let i = 0; i < 10; i++) expect(Math.abs(got[i]! - want[i]!)).toBeLessThan(1e-3 * want[i]!);
  expect(got[39]).toBeLessThan(0.3);
});

it("100 steps give the same bits twice", async () => {
  const backend = await webgpuBackend();
  const first = await trainedParameters(backend, 100);
  // Another device, other work between the steps, and waits of all lengths.
  const { backend: other } = await openBackend(navigator.gpu, "webgpu");
  const scratch = other.tensor("scratch", "f32", 1000);
  const second = await trainedParameters(other, 100, async (step) => {
    if (step % 3 === 0) await new Promise((resolve) => setTimeout(resolve, (step * 7) % 20));
    if (step % 4 === 1) await other.read(scratch);
  });
  other.destroy();
  expect(new Uint32Array(second.buffer)).toEqual(new Uint32Array(first.buffer));
});

it("takes no more memory over 1,000 steps", async () => {
  const backend = await webgpuBackend();
  const model = openModel(backend, { ...SMALL, layers: 1 });
  const trainer = await openTrainer(backend, model, 0.001);
  const batches = [1, 2, 3].map((seed) => packed(randomGroups(seed, 4, 2, 8, SMALL.vocab)));
  trainer.run(batches[0]!);
  await backend.settled();
  const bytes = backend.bytesInUse;
  const create = vi.spyOn(GPUDevice.prototype, "createBuffer");
  for (let i = 0; i < 1000; i++) {
    trainer.run(batches[i % 3]!);
    if (i % 50 === 0) {
      await backend.settled();
      expect(backend.bytesInUse).toBe(bytes);
    }
  }
  await backend.settled();
  expect(backend.bytesInUse).toBe(bytes);
  expect(create).not.toHaveBeenCalled();
  create.mockRestore();
  model.free();
});
