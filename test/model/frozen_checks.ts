/** What frozen weights of 16 bits promise, on every backend. */
import { expect } from "vitest";
import type { Backend } from "../../src/backend/backend.ts";
import { stream } from "../../src/base/random.ts";
import type { LlamaConfig } from "../../src/model/config.ts";
import { createLlama, type Llama } from "../../src/model/llama.ts";
import { estimateMemory } from "../../src/model/memory.ts";
import { CAPACITY, expectSame, openModel, passes } from "./checks.ts";
import { collect, PROMPTS } from "./generation_checks.ts";
import { packed } from "./packed.ts";
import { randomGroups, SMALL } from "./small.ts";

const LORA = { rank: 3, alpha: 6, targets: ["q_proj", "v_proj", "gate_proj", "down_proj"] as const };

/** Weights share words (13 x 15 is odd), and the head takes three tiles. */
const ODD: LlamaConfig = { ...SMALL, dim: 15, hidden: 13, vocab: 300 };

/** The same adapters, not zero, in every model. */
function fillAdapters(model: Llama): void {
  const random = stream(6, "adapters");
  for (const { name, length } of model.adapters!.layout.weights.values()) {
    model.adapters!.set(
      name,
      Float64Array.from({ length }, () => 0.3 * random.normal()),
    );
  }
}

/** Log-probs, gradients and texts over packed weights equal, to the bit, those over f32 weights rounded the same way. */
export async function packedEqualsRounded(backend: Backend, frozen: "f16" | "bf16"): Promise<void> {
  for (const config of [SMALL, { ...ODD, tied: false }]) {
    const options = { train: "adapters", lora: LORA, tile: 128 } as const;
    const small = openModel(backend, config, { ...options, frozen });
    const rounded = openModel(backend, config, options);
    const exact = await rounded.weights.values();
    const values = await small.weights.values();
    let changed = 0;
    for (const [name, weights] of values) {
      weights.forEach((value, i) => {
        const want = exact.get(name)![i]!;
        // Half a unit in the last place: 11 significant bits, or 8; below 2^-14 halves are evenly spaced.
        const step =
          frozen === "f16" ? Math.max(2 ** -25, Math.abs(want) * 2 ** -11) : Math.abs(want) * 2 ** -8;
        expect(Math.abs(value - want), name).toBeLessThanOrEqual(step);
        if (value !== want) changed++;
      });
      rounded.weights.set(name, weights);
    }
    expect(changed).toBeGreaterThan(1000);
    fillAdapters(small);
    fillAdapters(rounded);
    const batch = [packed(randomGroups(8, 4, 2, 9, config.vocab))];
    expectSame(await passes(backend, small, batch), await passes(backend, rounded, batch), 0);
    const greedy = { seed: 1, temperature: 0, newTokens: 6 };
    expect(await collect(backend, small, PROMPTS, greedy)).toEqual(
      await collect(backend, rounded, PROMPTS, greedy),
    );
    small.free();
    rounded.free();
  }
}

/** A model's parameters go from an f32 pool into a packed one as from file. */
export async function loadEqualsSet(backend: Backend): Promise<void> {
  const plain = openModel(backend, ODD);
  const options = { capacity: CAPACITY, train: "adapters", lora: LORA, frozen: "bf16" } as const;
  const loaded = createLlama(backend, ODD, options);
  const drawn = openModel(backend, ODD, options);
  loaded.weights.load((await backend.read(plain.weights.parameters)) as Float32Array);
  expect(await loaded.weights.values()).toEqual(await drawn.weights.values());
  for (const model of [plain, loaded, drawn]) model.free();
}

/** Matrices take half the memory, and the estimate says so. */
export function packingHalvesMemory(backend: Backend): void {
  const config = { ...SMALL, vocab: 4096, dim: 64, hidden: 256, layers: 4 };
  const capacity = { tokens: 16, rows: 16, responses: 2 };
  const taken = (frozen: "f32" | "f16"): number => {
    const before = backend.bytesInUse;
    const options = { capacity, train: "adapters", lora: LORA, frozen, tile: 256 } as const;
    const model = createLlama(backend, config, options);
    const bytes = backend.bytesInUse - before;
    model.free();
    expect(backend.bytesInUse).toBe(before);
    expect(Math.abs(estimateMemory(config, options).total - bytes)).toBeLessThan(0.03 * bytes);
    return bytes;
  };
  const [whole, half] = [taken("f32"), taken("f16")];
  const matrices = 4 * (4096 * 64 + 4 * (64 * 48 + 24 * 64 + 3 * 64 * 256));
  // Half of the matrices are saved; the scratch for one projection or tile is added, and some padding between blocks.
  const saved = matrices / 2 - 4 * 64 * 512;
  expect(Math.abs(whole - half - saved)).toBeLessThan(0.01 * saved);
}
