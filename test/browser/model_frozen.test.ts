/** Frozen weights of 16 bits, on WebGPU. */
import { it } from "vitest";
import { loadEqualsSet, packedEqualsRounded, packingHalvesMemory } from "../model/frozen_checks.ts";
import { webgpuBackend } from "./backend.ts";

it.each(["f16", "bf16"] as const)("%s weights compute what rounded weights compute", async (format) =>
  packedEqualsRounded(await webgpuBackend(), format),
);

it("packed weights take an f32 pool's parameters", async () => loadEqualsSet(await webgpuBackend()));

it("packed weights take half the memory", async () => packingHalvesMemory(await webgpuBackend()));
