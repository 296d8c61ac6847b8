/** Models brought to the engine in Node, on the CPU: checked, kept, trained from, and taken out again. */
import { expect, it } from "vitest";
import { withFields } from "../../src/experiment/spec.ts";
import { createCore } from "../../src/worker/engine/core.ts";
import { modelCalls } from "../../src/worker/engine/model_files.ts";
import { runCalls } from "../../src/worker/engine/runs.ts";
import { storageCalls } from "../../src/worker/engine/storage.ts";
import { tinySpec } from "../experiment/tiny.ts";

const quiet = (): void => {};

it("a trained policy goes out, comes in as a model, and is trained from; its adapter goes out alone", async () => {
  const core = createCore(undefined, "test");
  const engine = { ...runCalls(core), ...modelCalls(core) };
  const first = await engine.run(tinySpec(), quiet);
  const files = await engine.exportModel(first.id, "model");
  expect(files.map(({ name }) => name)).toEqual([
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
  ]);
  await expect(engine.exportModel(first.id, "adapter")).rejects.toThrow(/not an adapter/);
  await expect(engine.exportModel("nobody", "model")).rejects.toThrow(/kept no weights/);

  const told: string[] = [];
  const brought = files.map(({ name, blob }) => new File([blob], name));
  const model = await engine.importModel([...brought, new File(["x"], "notes.txt")], ({ what }) =>
    told.push(what),
  );
  expect(told).toEqual(["Checking the weights", "Keeping the files"]);
  expect(model).toMatchObject({ name: "model", origin: null, dim: 16, layers: 1, heads: 2 });
  expect(model.id).toMatch(/^file:[0-9a-f]{64}$/);
  expect(await engine.models()).toEqual([model]);

  const from = withFields(tinySpec(), {
    "model.kind": "pretrained",
    "model.pretrained": model.id,
    "train.loraRank": 2,
    "sft.steps": 0,
  });
  const memory = await engine.modelMemory(from);
  expect(memory).toMatchObject({ parameters: model.parameters, model: "model", tooLarge: null });
  expect(memory.total).toBeGreaterThan(4 * model.parameters);
  const second = await engine.run(from, quiet);
  expect(second.problem).toBeUndefined();
  // Nor does a backup bring other weights under its name.
  const { models } = await core.store();
  const restored = async () => {
    const there = storageCalls(createCore(undefined, "test"));
    return there.importAll((await storageCalls(core).exportAll()).blob);
  };
  expect((await restored()).lost).toEqual([]);
  const kept = (await models.get(model.id))!;
  const other = await Promise.all(
    kept.map(async ({ name, blob }) => {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      if (name.endsWith(".safetensors")) bytes[bytes.length - 1]! ^= 1;
      return { name, blob: new Blob([bytes]) };
    }),
  );
  await models.put(model.id, other, model);
  expect((await restored()).lost).toMatchObject([
    { kind: "model", id: model.id, why: "Its files do not have the SHA-256 that it is kept under." },
  ]);
  await models.put(model.id, kept, model);

  const adapter = await engine.exportModel(second.id, "adapter");
  expect(adapter.map(({ name }) => name)).toEqual(["adapter_config.json", "adapter_model.safetensors"]);

  await engine.deleteModel(model.id);
  expect(await engine.models()).toEqual([]);
  await expect(engine.run(from, quiet)).rejects.toThrow(/not in this browser/);
  await expect(engine.modelMemory(from)).rejects.toThrow(/not in this browser/);
});

it("what is no model, or a cut one, is named and not kept", async () => {
  const engine = modelCalls(createCore(undefined, "test"));
  const bring = (...files: File[]) => engine.importModel(files, quiet);
  await expect(bring(new File(["a,b"], "data.csv"))).rejects.toThrow(/no model among these files/);
  await expect(bring(new File(["{}"], "config.json"))).rejects.toThrow(/no weights/);
  const cut = new File([new Uint8Array([255, 0, 0, 0, 0, 0, 0, 0, 123, 125])], "model.safetensors");
  await expect(bring(new File(['{"model_type":"llama"}'], "config.json"), cut)).rejects.toThrow(
    /model.safetensors.*header is 255 bytes/,
  );
  await expect(bring(new File([new Uint8Array(40)], "stories.bin"))).rejects.toThrow(/stories.bin/);
  expect(await engine.models()).toEqual([]);
});

it("says before anything is allocated that a model is too large", async () => {
  const engine = modelCalls(createCore(undefined, "test"));
  const large = withFields(tinySpec(), {
    "model.dim": 1024,
    "model.hidden": 8192,
    "model.layers": 32,
    "model.vocab": 65536,
    "train.batch": 512,
    "data.maxTokens": 2048,
  });
  const { tooLarge, largest, allowed, total } = await engine.modelMemory(large);
  expect(largest).toBeGreaterThan(2 ** 30);
  expect(total).toBeGreaterThan(largest);
  expect(tooLarge === null).toBe(largest <= allowed);
});
