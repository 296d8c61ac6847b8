/** What the model promises, on the CPU backend in double precision. */
import { describe, expect, it } from "vitest";
import type { Backend } from "../../src/backend/backend.ts";
import type { FloatArray } from "../../src/backend/contract.ts";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { stream } from "../../src/base/random.ts";
import type { PackedTokens } from "../../src/model/batch.ts";
import { createLlama, type Llama } from "../../src/model/llama.ts";
import { estimateMemory } from "../../src/model/memory.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import {
  CAPACITY,
  openModel,
  overfit,
  packingChangesNothing,
  passes,
  recomputationChangesNothing,
  tilesChangeNothing,
} from "./checks.ts";
import { microBatchesChangeNothing } from "./micro_batch_checks.ts";
import { packed } from "./packed.ts";
import { randomGroups, SMALL, SMOLLM2 } from "./small.ts";
import { trainedParameters } from "./trainer.ts";

const exact = () => createCpuBackend({ precision: "f64" });

describe("the model", () => {
  it.each([2, 3, 4, 5, 6, 7, 8])("gives packed groups of %i responses what separate sequences get", (k) =>
    packingChangesNothing(exact(), k, 1e-11),
  );

  it.each(STRATEGIES.map(({ id }) => ({ id })))(
    "adds the same gradient over 2, 4 and 8 micro-batches: $id",
    ({ id }) => microBatchesChangeNothing(exact(), id, 1e-10),
  );

  it("recomputes layers without changing a bit, with adapters too", async () => {
    await recomputationChangesNothing(exact());
    const lora = { rank: 3, alpha: 6, targets: ["q_proj", "v_proj", "gate_proj"] as const };
    await recomputationChangesNothing(exact(), { train: "adapters", lora });
  });

  it("keeps a 135M-parameter model with adapters and a 512-token pair within 2 GB", () => {
    const { total } = estimateMemory(SMOLLM2, {
      capacity: { tokens: 1024, rows: 768, responses: 2 },
      train: "adapters",
      lora: { rank: 8, alpha: 16, targets: ["q_proj", "v_proj"] },
      recompute: true,
    });
    expect(total).toBeLessThan(2e9);
    expect(total).toBeGreaterThan(4 * 134e6);
  });

  it.each([32, 129, 512, 49_152])("cuts a vocabulary of %i into tiles without changing numbers", (vocab) =>
    tilesChangeNothing(exact(), vocab, 1e-11),
  );

  it("memorises a tiny batch", async () => {
    const losses = await overfit(exact(), 60);
    expect(losses[0]).toBeGreaterThan(3);
    expect(losses[losses.length - 1]).toBeLessThan(0.1);
  });

  it("trains to the same bits twice", async () => {
    const first = await trainedParameters(createCpuBackend(), 30);
    expect(await trainedParameters(createCpuBackend(), 30)).toEqual(first);
  });

  it("has gradients that match differences, in both rotary conventions and with an untied head", async () => {
    for (const interleavedRope of [false, true]) {
      const backend = exact();
      const model = openModel(backend, { ...SMALL, interleavedRope, tied: false });
      const batch = [packed(randomGroups(2, 2, 2, 5, SMALL.vocab))];
      const { gradients } = await passes(backend, model, batch);
      const value = async (): Promise<number> => {
        const { logps } = await passes(backend, model, batch);
        return logps.reduce((sum, logp, r) => sum + 0.1 * (1 + (r % 7)) * (r % 2 === 0 ? 1 : -1) * logp, 0);
      };
      const weights = await model.weights.values();
      for (const [name, values] of weights) {
        const at = values.length >> 1;
        const difference = async (step: number): Promise<number> => {
          const nudged = values.slice();
          nudged[at]! += step;
          model.weights.set(name, nudged);
          return value();
        };
        const slope = ((await difference(1e-5)) - (await difference(-1e-5))) / 2e-5;
        model.weights.set(name, values);
        expect(Math.abs(gradients.get(name)![at]! - slope), name).toBeLessThan(1e-7 + 1e-5 * Math.abs(slope));
      }
    }
  });

  it("starts adapters as the reference policy and trains only them", async () => {
    const backend = exact();
    const lora = { rank: 3, alpha: 6, targets: ["q_proj", "o_proj", "up_proj", "down_proj"] as const };
    const model = openModel(backend, SMALL, { train: "adapters", lora });
    const plain = openModel(backend, SMALL);
    const batch = [packed(randomGroups(4, 2, 2, 5, SMALL.vocab))];
    const adapted = await passes(backend, model, batch);
    expect(adapted.logps).toEqual((await passes(backend, plain, batch)).logps);
    expect([...adapted.gradients.keys()].every((name) => name.includes("lora_"))).toBe(true);
    expect(model.weights.trained).toBeUndefined();
  });

  it("trains all weights through frozen adapters", async () => {
    const lora = { rank: 2, alpha: 4, targets: ["q_proj", "gate_proj", "down_proj"] as const };
    const backend = exact();
    const model = openModel(backend, SMALL, { lora });
    const random = stream(6, "adapters");
    for (const { name, length } of model.adapters!.layout.weights.values()) {
      model.adapters!.set(
        name,
        Float64Array.from({ length }, () => 0.3 * random.normal()),
      );
    }
    const batch = [packed(randomGroups(9, 2, 2, 5, SMALL.vocab))];
    const { gradients } = await passes(backend, model, batch);
    const weights = await model.weights.values();
    for (const name of ["model.embed_tokens.weight", "model.layers.0.mlp.up_proj.weight"]) {
      const slope = await slopeOf(backend, model, batch, name, weights.get(name)!);
      expect(Math.abs(gradients.get(name)![5]! - slope), name).toBeLessThan(1e-7 + 1e-5 * Math.abs(slope));
    }
  });

  it("refuses batches that do not fit, naming what", () => {
    const model = createLlama(exact(), SMALL, { capacity: CAPACITY, train: "none" });
    const batch = model.createBatch();
    const long = packed([{ prompt: [1], responses: [Array.from({ length: 600 }, () => 1)] }]);
    expect(() => batch.upload(long)).toThrow(/601 tokens, but there is room for 512/);
    expect(() => batch.upload(packed([{ prompt: [1, 40], responses: [[2]] }]))).toThrow(
      /token id 40 at 1, but the vocabulary has 37/,
    );
    const deep = packed([{ prompt: [1], responses: [Array.from({ length: 70 }, () => 1)] }]);
    expect(() => batch.upload(deep)).toThrow(/position 64 at 64, but the model allows 64/);
  });
});

/** The difference quotient of the objective of `passes` in element 5 of a weight. */
async function slopeOf(
  backend: Backend,
  model: Llama,
  batch: readonly PackedTokens[],
  name: string,
  values: FloatArray,
): Promise<number> {
  const at = async (step: number): Promise<number> => {
    const nudged = values.slice();
    nudged[5]! += step;
    model.weights.set(name, nudged);
    const { logps } = await passes(backend, model, batch);
    return logps.reduce((sum, logp, r) => sum + 0.1 * (1 + (r % 7)) * (r % 2 === 0 ? 1 : -1) * logp, 0);
  };
  const slope = ((await at(1e-5)) - (await at(-1e-5))) / 2e-5;
  model.weights.set(name, values);
  return slope;
}
