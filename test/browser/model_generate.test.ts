/** Generation on WebGPU. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { cacheChangesNothing, drawsAreSeeded } from "../model/generation_checks.ts";
import { webgpuBackend } from "./backend.ts";

it("with a cache gives what full passes give", async () => cacheChangesNothing(await webgpuBackend()));

it("draws by seed, the same tokens as the loops", async () => {
  expect(await drawsAreSeeded(await webgpuBackend())).toEqual(await drawsAreSeeded(createCpuBackend()));
});
