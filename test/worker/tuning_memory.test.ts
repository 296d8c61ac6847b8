/** Measured kernels outlive the page, and storage that fails costs no run. */
import { expect, it } from "vitest";
import { memoryKeyValue } from "../../src/storage/key-value.ts";
import { storageOver } from "../../src/storage/storage.ts";
import { tuningMemory } from "../../src/worker/engine/tuning_memory.ts";

const choices = { "matmul_nt 128x128x64": "shared" };

it("keeps choices by adapter, newest last", async () => {
  const storage = storageOver(memoryKeyValue(), "");
  const memory = tuningMemory(async () => storage);
  expect(await memory.recall("card")).toEqual({});
  memory.keep("card", { other: "plain" });
  memory.keep("card", choices);
  await expect.poll(() => memory.recall("card")).toEqual(choices);
  expect(await memory.recall("another card")).toEqual({});
});

it("takes nothing from a damaged record, and nothing from storage that fails", async () => {
  const odd = tuningMemory(async () => ({
    settings: { get: async () => ({ a: 1, b: "quads" }), put: async () => {} },
  }));
  expect(await odd.recall("card")).toEqual({ b: "quads" });
  const broken = tuningMemory(async () => {
    throw new Error("no database");
  });
  broken.keep("card", choices);
  expect(await broken.recall("card")).toEqual({});
});
