/** Frozen weights of 16 bits, on the CPU. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { createLlama } from "../../src/model/llama.ts";
import { estimateMemory } from "../../src/model/memory.ts";
import { CAPACITY } from "./checks.ts";
import { loadEqualsSet, packedEqualsRounded, packingHalvesMemory } from "./frozen_checks.ts";
import { SMALL, SMOLLM2 } from "./small.ts";

const lora = { rank: 2, alpha: 4, targets: ["q_proj"] as const };

describe("frozen weights of 16 bits", () => {
  it.each(["f16", "bf16"] as const)("%s: compute what rounded weights compute", (format) =>
    packedEqualsRounded(createCpuBackend(), format),
  );

  it("take an f32 pool's parameters", () => loadEqualsSet(createCpuBackend()));

  it("take half the memory", () => packingHalvesMemory(createCpuBackend()));

  it("take half the memory of a 135M-parameter model too, and of its largest buffer", () => {
    const options = {
      capacity: { tokens: 1024, rows: 768, responses: 2 },
      train: "adapters",
      lora: { rank: 8, alpha: 16, targets: ["q_proj", "v_proj"] },
      recompute: true,
    } as const;
    const whole = estimateMemory(SMOLLM2, options);
    const half = estimateMemory(SMOLLM2, { ...options, frozen: "bf16" });
    expect(whole.weights).toBeGreaterThan(4 * 134e6);
    expect(half.weights).toBeLessThan(0.52 * whole.weights);
    expect(half.largest).toBeLessThan(0.51 * whole.largest);
  });

  it("are refused where they would be trained, or cannot hold a value", () => {
    const backend = createCpuBackend();
    expect(() => createLlama(backend, SMALL, { capacity: CAPACITY, train: "full", frozen: "f16" })).toThrow(
      /weights that are trained cannot be stored as f16/,
    );
    const model = createLlama(backend, SMALL, { capacity: CAPACITY, train: "adapters", lora, frozen: "f16" });
    const name = "model.layers.0.self_attn.o_proj.weight";
    const values = new Float32Array(20 * 24);
    values[7] = 70_000;
    expect(() => model.weights.set(name, values)).toThrow(
      /value 7 of weight "model\.layers\.0\.self_attn\.o_proj\.weight" is 70000, which f16 cannot hold/,
    );
    expect(() => model.weights.gradient("0.o")).toThrow(/frozen/);
  });
});
