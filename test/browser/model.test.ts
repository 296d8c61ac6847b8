/** What the model promises, on WebGPU. */
import { expect, it, vi } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import {
  microBatchesChangeNothing,
  openModel,
  overfit,
  packingChangesNothing,
  recomputationChangesNothing,
  tilesChangeNothing,
  trainedParameters,
} from "../model/checks.ts";
import { packed } from "../model/packed.ts";
import { randomGroups, SMALL } from "../model/small.ts";
import { openTrainer } from "../model/trainer.ts";
import { webgpuBackend } from "./backend.ts";

it.each([2, 5, 8])("packed groups of %i responses give what separate sequences give", async (k) =>
  packingChangesNothing(await webgpuBackend(), k, 2e-5),
);

it.each([2, 8])("%i micro-batches add the same gradient", async (parts) =>
  microBatchesChangeNothing(await webgpuBackend(), parts, 2e-5),
);

it("recomputing layers changes no bit", async () => recomputationChangesNothing(await webgpuBackend()));

it.each([32, 129, 2048])("a vocabulary of %i may be cut into tiles", async (vocab) =>
  tilesChangeNothing(await webgpuBackend(), vocab, 2e-5),
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
  const second = await trainedParameters(backend, 100);
  expect(new Uint32Array(second.buffer)).toEqual(new Uint32Array(first.buffer));
});

it("takes no more memory after the first step", async () => {
  const backend = await webgpuBackend();
  const model = openModel(backend, SMALL);
  const trainer = await openTrainer(backend, model, 0.001);
  const batches = [1, 2, 3].map((seed) => packed(randomGroups(seed, 4, 2, 8, SMALL.vocab)));
  trainer.run(batches[0]!);
  await backend.settled();
  const bytes = backend.bytesInUse;
  const create = vi.spyOn(GPUDevice.prototype, "createBuffer");
  for (let i = 0; i < 300; i++) {
    trainer.run(batches[i % 3]!);
    if (i % 20 === 0) await backend.settled();
  }
  await backend.settled();
  expect(backend.bytesInUse).toBe(bytes);
  expect(create).not.toHaveBeenCalled();
  create.mockRestore();
  model.free();
});
