/** Models in and out: formats, round trips, and files that are wrong, cut or hostile. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readFloats } from "../../src/backend/backend.ts";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { floatToHalf, halfToFloat } from "../../src/base/halves.ts";
import { bytesInMemory, bytesOfBlob } from "../../src/model/checkpoint/bytes.ts";
import { loadWeights, openCheckpoint } from "../../src/model/checkpoint/checkpoint.ts";
import { configFromJson, configToJson } from "../../src/model/checkpoint/config_json.ts";
import { exportAdapter, exportModel } from "../../src/model/checkpoint/export.ts";
import { decodeFloats, encodeFloats } from "../../src/model/checkpoint/float_formats.ts";
import { openLlama2c } from "../../src/model/checkpoint/llama2c.ts";
import { openSafetensors, writeSafetensors } from "../../src/model/checkpoint/safetensors.ts";
import { createLlama, type Llama } from "../../src/model/llama.ts";
import { checkMemory, estimateMemory } from "../../src/model/memory.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { packed } from "./packed.ts";
import { SMALL } from "./small.ts";
import { openTrainer } from "./trainer.ts";

const capacity = { tokens: 32, rows: 32, responses: 4 };
const open = (config = SMALL): Llama => createLlama(createCpuBackend(), config, { capacity, train: "none" });

describe("halves", () => {
  it("survive the way to float32 and back, all 63,488 finite ones", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfToFloat(bits);
      if (Number.isFinite(value)) expect(floatToHalf(value)).toBe(bits);
    }
  });
  it("round to even and overflow to infinity", () => {
    expect(floatToHalf(1 + 2 ** -11)).toBe(0x3c00);
    expect(floatToHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(floatToHalf(65_519)).toBe(0x7bff);
    expect(floatToHalf(65_520)).toBe(0x7c00);
    expect(floatToHalf(2 ** -25)).toBe(0);
  });
});

describe("bfloat16", () => {
  it("rounds to nearest even", () => {
    const [a, b, c] = decodeFloats(
      encodeFloats([1 + 2 ** -8, 1 + 3 * 2 ** -8, -2.5], "BF16"),
      "BF16",
      "test",
    );
    expect([a, b, c]).toEqual([1, 1 + 2 ** -6, -2.5]);
  });
});

describe("a model", () => {
  it.each([true, false])("goes out and comes back bit for bit (tied %s)", async (tied) => {
    const model = open({ ...SMALL, tied });
    model.initialise(3);
    const files = await exportModel(model);
    const checkpoint = await openCheckpoint(
      files.map(({ name, bytes }) => bytesOfBlob(name, new Blob([bytes]))),
    );
    expect(checkpoint.config).toEqual({ ...SMALL, tied });
    const other = open({ ...SMALL, tied });
    await loadWeights(checkpoint, other.weights);
    expect(await other.weights.values()).toEqual(await model.weights.values());
  });

  it("with interleaved rotary pairs goes out as one with halves that computes the same", async () => {
    const logps = async (model: Llama, backend: ReturnType<typeof createCpuBackend>): Promise<number> => {
      const batch = model.createBatch();
      batch.upload(packed([{ prompt: [1, 2, 3], responses: [[4, 5, 6, 7]] }]));
      const result = backend.tensor("logps", "f32", 1);
      (await backend.plan("forward", (recorder) => model.recordForward(recorder, batch, result))).run();
      return (await readFloats(backend, result))[0]!;
    };
    const backend = createCpuBackend({ precision: "f64" });
    const options = { capacity, train: "none" } as const;
    const interleaved = createLlama(backend, { ...SMALL, interleavedRope: true }, options);
    interleaved.initialise(3);
    const files = await exportModel(interleaved);
    const checkpoint = await openCheckpoint(files.map(({ name, bytes }) => bytesInMemory(name, bytes)));
    const halved = createLlama(backend, checkpoint.config, options);
    await loadWeights(checkpoint, halved.weights);
    expect(await logps(halved, backend)).toBeCloseTo(await logps(interleaved, backend), 12);
  });

  it("exports adapters in the PEFT layout", async () => {
    const lora = { rank: 2, alpha: 4, targets: ["q_proj", "v_proj"] as const };
    const model = createLlama(createCpuBackend(), SMALL, { capacity, train: "adapters", lora });
    model.initialise(1);
    const [config, weights] = await exportAdapter(model, "org/base");
    expect(JSON.parse(new TextDecoder().decode(config!.bytes))).toMatchObject({
      peft_type: "LORA",
      r: 2,
      lora_alpha: 4,
      base_model_name_or_path: "org/base",
      target_modules: ["q_proj", "v_proj"],
    });
    const tensors = await openSafetensors(bytesInMemory(weights!.name, weights!.bytes));
    expect(tensors.get("base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight")!.shape).toEqual([
      12, 2,
    ]);
    expect(tensors.size).toBe(8);
  });

  it("may be sharded", async () => {
    const model = open();
    model.initialise(3);
    const all = [...(await model.weights.values())].map(([name, values]) => ({
      name,
      shape: model.weights.layout.weights.get(name)!.shape,
      values,
    }));
    const [first, second] = [all.slice(0, 5), all.slice(5)];
    const weight_map = Object.fromEntries([
      ...first.map(({ name }) => [name, "a.safetensors"]),
      ...second.map(({ name }) => [name, "b.safetensors"]),
    ]);
    const text = (name: string, content: string) => bytesInMemory(name, new TextEncoder().encode(content));
    const files = [
      text("folder/config.json", configToJson(SMALL)),
      text("folder/model.safetensors.index.json", JSON.stringify({ weight_map })),
      bytesInMemory("folder/a.safetensors", writeSafetensors(first)),
      bytesInMemory("folder/b.safetensors", writeSafetensors(second)),
    ];
    expect((await openCheckpoint(files)).tensors.size).toBe(all.length);
    await expect(openCheckpoint(files.slice(0, 3))).rejects.toThrow(/shard "b.safetensors" is missing/);
  });
});

describe("a file that is wrong", () => {
  const good = writeSafetensors([
    { name: "a", shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
    { name: "b", shape: [2], values: [7, 8] },
  ]);
  const opened = (bytes: Uint8Array) => openSafetensors(bytesInMemory("m.safetensors", bytes));
  const withHeader = (header: unknown, data = 32): Uint8Array => {
    const head = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
    const bytes = new Uint8Array(8 + head.length + data);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
    bytes.set(head, 8);
    return bytes;
  };

  it("is read when it is right", async () => {
    const tensors = await opened(good);
    expect([...(await tensors.get("a")!.values())]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(await tensors.get("b")!.values())]).toEqual([7, 8]);
  });

  it.each([
    ["empty", new Uint8Array(0), /too short/],
    ["cut inside the header", good.slice(0, 40), /header is \d+ bytes long, but the file has 40/],
    [
      "cut inside the data",
      good.slice(0, good.length - 4),
      /tensor "b" ends at byte 32 of the data, but there are 28/,
    ],
    ["not JSON", withHeader("{]"), /not JSON/],
    ["a list", withHeader([1]), /no object/],
    ["another dtype", withHeader({ x: { dtype: "I8", shape: [1], data_offsets: [0, 1] } }), /"x" holds I8/],
    [
      "a shape that disagrees",
      withHeader({ x: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }),
      /3 F32, which takes 12 bytes, but has 8/,
    ],
    [
      "a negative shape",
      withHeader({ x: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }),
      /no valid shape/,
    ],
    ["no offsets", withHeader({ x: { dtype: "F32", shape: [1] } }), /no valid data_offsets/],
    ["null", withHeader({ x: null }), /"x" has no dtype/],
    [
      "overlapping tensors",
      withHeader({
        x: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
        y: { dtype: "F32", shape: [2], data_offsets: [4, 12] },
      }),
      /"x" and "y" overlap/,
    ],
    [
      "a huge header",
      (() => {
        const b = good.slice();
        b.set([255, 255, 255, 255, 255, 255, 255, 127], 0);
        return b;
      })(),
      /header is/,
    ],
  ])("says so: %s", async (_, bytes, message) => {
    await expect(opened(bytes)).rejects.toThrow(message);
  });

  it("names a tensor with a value that is not finite", async () => {
    const tensors = await opened(writeSafetensors([{ name: "w", shape: [2], values: [1, Number.NaN] }]));
    await expect(tensors.get("w")!.values()).rejects.toThrow(/tensor "w" — value 1 is NaN/);
  });

  it("names tensors that are missing, superfluous or of another shape", async () => {
    const model = open();
    const [config, weights] = await exportModel(model);
    const files = (other: Uint8Array, json = config!.bytes) => [
      bytesInMemory("config.json", json),
      bytesInMemory("model.safetensors", other),
    ];
    await expect(openCheckpoint(files(good))).rejects.toThrow(
      /tensor "model.embed_tokens.weight" is missing/,
    );
    const wider = new TextEncoder().encode(configToJson({ ...SMALL, hidden: 28 }));
    await expect(openCheckpoint(files(weights!.bytes, wider))).rejects.toThrow(
      /"model.layers.0.mlp.gate_proj.weight" is 26 x 20, but the configuration asks for 28 x 20/,
    );
    const fewer = new TextEncoder().encode(configToJson({ ...SMALL, layers: 1 }));
    await expect(openCheckpoint(files(weights!.bytes, fewer))).rejects.toThrow(
      /"model.layers.1.* has no place/,
    );
    await expect(openCheckpoint([bytesInMemory("model.safetensors", good)])).rejects.toThrow(
      /config.json is missing/,
    );
  });

  it.each([
    [{ model_type: "gpt2" }, /"model_type" is "gpt2"/],
    [{ attention_bias: true }, /biases/],
    [{ rope_scaling: { factor: 2 } }, /rope_scaling/],
    [{ hidden_size: "big" }, /"hidden_size" must be a positive whole number, not "big"/],
    [{ num_key_value_heads: 3 }, /4 query heads cannot share 3/],
  ])("refuses the configuration %j", (change, message) => {
    const json = { ...JSON.parse(configToJson(SMALL)), ...change };
    expect(() => configFromJson(JSON.stringify(json), "config.json")).toThrow(message);
  });

  it("refuses a llama2.c file of another length", async () => {
    const bytes = new Uint8Array(400);
    new Int32Array(bytes.buffer, 0, 7).set([8, 16, 1, 2, 2, 10, 4]);
    await expect(openLlama2c(bytesInMemory("m.bin", bytes))).rejects.toThrow(
      /asks for \d+ bytes, but the file has 400/,
    );
    new Int32Array(bytes.buffer, 0, 7).set([8, 16, -1, 2, 2, 10, 4]);
    await expect(openLlama2c(bytesInMemory("m.bin", bytes))).rejects.toThrow(
      /makes no model.*layers|makes no model/,
    );
  });
});

describe("the memory estimate", () => {
  it.each(["none", "full"] as const)("comes within ten per cent of what is taken (%s)", (train) => {
    const backend = createCpuBackend();
    const config = { ...SMALL, dim: 64, hidden: 172, layers: 4, headDim: 16, vocab: 512 };
    const options = { capacity: { tokens: 512, rows: 256, responses: 16 }, train };
    createLlama(backend, config, options);
    const { total } = estimateMemory(config, options);
    expect(Math.abs(total / backend.bytesInUse - 1)).toBeLessThan(0.1);
  });

  it("refuses what does not fit, with the numbers", () => {
    const config = { ...SMALL, vocab: 50_000, dim: 2048 };
    const estimate = estimateMemory(config, { capacity, train: "none" });
    expect(() => checkMemory(estimate, 128 * 2 ** 20)).toThrow(
      /in one buffer, but this device allows 128 MiB/,
    );
  });
});

describeShared("the models under ../shared", () => {
  const reference = () => JSON.parse(readFileSync(sharedPath("data/models/reference_outputs.json"), "utf8"));
  const file = (path: string) =>
    bytesInMemory(path.split("/").pop()!, readFileSync(sharedPath("data/models", path)));

  it.each([
    ["stories260K", ["stories260K/stories260K.bin"]],
    ["tinystories-656k", ["tinystories-656k/config.json", "tinystories-656k/model.safetensors"]],
  ])("%s gives the reference's prompt likelihoods", async (name, paths) => {
    const checkpoint = await openCheckpoint(paths.map(file));
    const backend = createCpuBackend();
    const model = createLlama(backend, checkpoint.config, { capacity, train: "none" });
    await loadWeights(checkpoint, model.weights);
    const { prompt_ids, prompt_nll } = reference()[name].once;
    const batch = model.createBatch();
    batch.upload(packed([{ prompt: prompt_ids.slice(0, 1), responses: [prompt_ids.slice(1)] }]));
    const logps = backend.tensor("logps", "f32", 1);
    (await backend.plan("forward", (recorder) => model.recordForward(recorder, batch, logps))).run();
    const rows = await readFloats(backend, model.activations.head.rowLogp);
    prompt_nll.forEach((nll: number, i: number) => {
      expect(Math.abs(-rows[i]! - nll)).toBeLessThan(2e-4);
    });
  });

  it("trains the real model: adapters and all weights lower the loss of a text it has not seen", async () => {
    const paths = ["tinystories-656k/config.json", "tinystories-656k/model.safetensors"];
    const checkpoint = await openCheckpoint(paths.map(file));
    const lora = { rank: 4, alpha: 8, targets: ["q_proj", "v_proj"] as const };
    const text = packed([
      { prompt: [1, 147, 201], responses: [Array.from({ length: 20 }, (_, i) => 300 + 17 * i)] },
    ]);
    for (const train of ["adapters", "full"] as const) {
      const backend = createCpuBackend();
      const model = createLlama(backend, checkpoint.config, { capacity, train, lora });
      await loadWeights(checkpoint, model.weights);
      model.initialiseAdapters(1);
      const trainer = await openTrainer(backend, model, 0.01);
      const losses: number[] = [];
      for (let step = 0; step < 6; step++) losses.push(await trainer.step(text));
      expect(losses[5]!, `${train}: ${losses}`).toBeLessThan(losses[0]! - 0.3);
    }
  });
});
