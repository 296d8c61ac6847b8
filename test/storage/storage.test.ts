import { afterEach, describe, expect, it, vi } from "vitest";
import { TiltError } from "../../src/base/errors.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { type KeyValue, memoryKeyValue } from "../../src/storage/key-value.ts";
import { approximateBytes } from "../../src/storage/size.ts";
import { openStorage, storageOver } from "../../src/storage/storage.ts";
import { readableBytes } from "../../src/storage/storage-errors.ts";

const dataset = (hash: string): Dataset => ({
  name: `set ${hash}`,
  hash,
  format: "trl",
  sources: ["human", "model"],
  target: 0,
  groups: [],
  unpaired: [],
  rowsRead: 3,
  problems: [],
  problemsOmitted: 0,
});

/** A store whose writes fail as asked. */
function failing(thrown: unknown): KeyValue {
  return { ...memoryKeyValue(), write: () => Promise.reject(thrown) };
}

afterEach(() => void vi.unstubAllGlobals());

describe("storage", () => {
  it("falls back to memory in a private window, where opening fails or the first write does", async () => {
    const refusal = new DOMException("A mutation operation was attempted", "InvalidStateError");
    const failing = (): IDBOpenDBRequest => {
      const request = { error: refusal } as unknown as IDBOpenDBRequest;
      setTimeout(() => request.onerror?.(new Event("error")));
      return request;
    };
    const throwing = (): never => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    for (const open of [failing, throwing]) {
      vi.stubGlobal("indexedDB", { open });
      const storage = await openStorage();
      expect(storage.lasting).toBe(false);
      expect(storage.why).toMatch(/private window this is normal/);
      await storage.datasets.put(dataset("a"));
      expect(await storage.datasets.list()).toHaveLength(1);
    }
  });

  it("falls back to memory, and says so, where there is no IndexedDB", async () => {
    const storage = await openStorage();
    expect(storage.lasting).toBe(false);
    expect(storage.why).toMatch(/gone when the tab closes/);
    await storage.datasets.put(dataset("a"));
    expect((await storage.datasets.get("a"))?.name).toBe("set a");
    expect((await storage.datasets.list())[0]?.bytes).toBeGreaterThan(0);
  });

  it("replaces a dataset of the same hash, lists and deletes", async () => {
    const storage = storageOver(memoryKeyValue(), "");
    await storage.datasets.put(dataset("a"), { notes: ["gold wins"] });
    await storage.datasets.put({ ...dataset("a"), target: 1 });
    await storage.datasets.put(dataset("b"));
    expect((await storage.datasets.list()).map(({ id, summary }) => [id, summary.target]).toSorted()).toEqual(
      [
        ["a", 1],
        ["b", 0],
      ],
    );
    expect(await storage.datasets.notes("a")).toEqual([]);
    await storage.datasets.delete("a");
    expect(await storage.datasets.get("a")).toBeNull();
    expect(await storage.datasets.list()).toHaveLength(1);
  });

  it("keeps only a run's latest checkpoint, and deletes it with the run, and no other run's", async () => {
    const records = memoryKeyValue();
    const storage = storageOver(records, "");
    for (const run of ["r", "r/2"]) {
      await storage.runs.put(run, { spec: run }, { title: run });
      for (const step of [9, 10, 100])
        await storage.checkpoints.put(run, step, { weights: Float32Array.of(step) });
    }
    expect(await storage.checkpoints.latest("r")).toMatchObject({ run: "r", step: 100 });
    expect(await storage.checkpoints.list()).toHaveLength(2);
    await storage.runs.delete("r");
    expect(await storage.runs.get("r")).toBeNull();
    expect(await storage.checkpoints.latest("r")).toBeNull();
    expect(await storage.checkpoints.latest("r/2")).toMatchObject({ step: 100 });
    expect(await storage.runs.list()).toMatchObject([{ id: "r/2", summary: { title: "r/2" } }]);
    await storage.checkpoints.delete("r/2");
    expect(await storage.checkpoints.list()).toEqual([]);
  });

  it("keeps weights and answers beside a run, in its size, and lets them go with it; a new name keeps its place", async () => {
    const storage = storageOver(memoryKeyValue(), "a test");
    for (const id of ["a", "b"]) await storage.runs.put(id, { spec: id }, { name: id });
    const [before] = await storage.runs.list();
    const weights = { trained: new Float32Array([1, 2, 3]) };
    await storage.runs.putBeside("a", "weights", weights);
    await storage.runs.putBeside("a", "judged", { items: [1] });
    await storage.runs.putBeside("gone", "weights", weights);
    expect(await storage.runs.having("weights")).toEqual(["a"]);
    expect(await storage.runs.beside("a", "weights")).toEqual(weights);
    expect(await storage.runs.beside("b", "weights")).toBeNull();
    const bytesOf = async (id: string) => (await storage.runs.list()).find((run) => run.id === id)!.bytes;
    const once = await bytesOf("a");
    expect(once).toBeGreaterThanOrEqual((await bytesOf("b")) + 12);
    // Kept again, it takes no more room.
    await storage.runs.putBeside("a", "weights", weights);
    expect(await bytesOf("a")).toBe(once);

    await storage.runs.change("b", { spec: "b", name: "new" }, { name: "new" });
    const renamed = (await storage.runs.list()).find((run) => run.id === "b")!;
    expect(renamed.summary).toEqual({ name: "new" });
    expect((await storage.runs.list())[0]!.id).toBe(before!.id);
    expect(await storage.runs.get("b")).toEqual({ spec: "b", name: "new" });
    await storage.runs.delete("a");
    expect(await storage.runs.having("weights")).toEqual([]);
    expect(await storage.runs.beside("a", "judged")).toBeNull();
  });

  it("brings back no run that another tab deletes while this one adds to it", async () => {
    const records = memoryKeyValue();
    const storage = storageOver(records, "");
    /** A tab that deletes the run as soon as this one has looked for it. */
    const late = storageOver(
      {
        ...records,
        get: async (key) => {
          const found = await records.get(key);
          if (key === "run/entry/r") await storage.runs.delete("r");
          return found;
        },
      },
      "",
    );
    for (const act of [
      () => late.runs.putBeside("r", "weights", Float32Array.of(1)),
      () => late.runs.change("r", { name: "new" }, { name: "new" }),
    ]) {
      await storage.runs.put("r", { name: "old" }, { name: "old" });
      await act();
      expect(await records.keysUnder("")).toEqual([]);
    }
  });

  it("keeps a classifier once for all runs of one ratio, and lets it go with the last", async () => {
    const storage = storageOver(memoryKeyValue(), "");
    const learned = { foldWeights: [[Float32Array.of(1, 2, 3)]] };
    for (const run of ["erm", "dora", "other"]) {
      await storage.runs.put(run, { spec: run }, { name: run });
      await storage.classifiers.put(run === "other" ? "two" : "one", run, learned, { name: "human, ai" });
    }
    const ids = async () => (await storage.classifiers.list()).map(({ id }) => id).toSorted();
    expect(await ids()).toEqual(["one", "two"]);
    expect((await storage.classifiers.list())[0]).toMatchObject({ summary: { name: "human, ai" } });
    expect(await storage.classifiers.ofRun("dora")).toEqual(learned);
    await storage.runs.delete("erm");
    expect(await storage.classifiers.ofRun("dora")).toEqual(learned);
    await storage.runs.delete("dora");
    expect(await ids()).toEqual(["two"]);
    await storage.classifiers.delete("two");
    expect(await storage.classifiers.ofRun("other")).toBeNull();
  });

  it("explains a full disk and other failures", async () => {
    const full = storageOver(failing(new DOMException("over", "QuotaExceededError")), "");
    await expect(full.datasets.put(dataset("a"))).rejects.toThrow(TiltError);
    await expect(full.datasets.put(dataset("a"))).rejects.toMatchObject({
      what: expect.stringContaining("full"),
      remedy: expect.stringContaining("Delete"),
    });
    const broken = storageOver(failing(new Error("disk on fire")), "");
    await expect(broken.settings.put("theme", "dark")).rejects.toThrow(/disk on fire/);
    await expect(storageOver(memoryKeyValue(), "").settings.put("f", () => 1)).rejects.toThrow(
      /cannot be stored/,
    );
  });

  it("keeps the dataset without its files where both do not fit", async () => {
    const records = memoryKeyValue();
    const tight: KeyValue = {
      ...records,
      write: (change) =>
        change.put?.some(([, value]) => Array.isArray(value) && value.some((item) => item instanceof Blob))
          ? Promise.reject(new DOMException("over", "QuotaExceededError"))
          : records.write(change),
    };
    const storage = storageOver(tight, "");
    await storage.datasets.put(dataset("a"), { files: [new Blob(["x"])], notes: ["n"] });
    expect((await storage.datasets.get("a"))?.hash).toBe("a");
    expect(await storage.datasets.files("a")).toEqual([]);
    expect(await storage.datasets.notes("a")).toEqual(["n"]);
  });

  it("measures what it keeps", () => {
    expect(approximateBytes("abcd")).toBe(4);
    expect(approximateBytes({ weights: new Float32Array(256) })).toBeGreaterThanOrEqual(1024);
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(approximateBytes(loop)).toBe(8);
    expect([readableBytes(999), readableBytes(1500), readableBytes(250e6)]).toEqual([
      "999 bytes",
      "1.5 kB",
      "250 MB",
    ]);
  });

  it("has room again for a dataset once another is deleted", async () => {
    const records = memoryKeyValue();
    const held = new Map<string, number>();
    const tight: KeyValue = {
      ...records,
      async write(change) {
        const after = new Map(held);
        for (const [key, value] of change.put ?? []) after.set(key, approximateBytes(value));
        for (const key of change.remove ?? []) after.delete(key);
        if ([...after.values()].reduce((sum, bytes) => sum + bytes, 0) > 12_000)
          throw new DOMException("over", "QuotaExceededError");
        await records.write(change);
        held.clear();
        for (const [key, bytes] of after) held.set(key, bytes);
      },
    };
    const storage = storageOver(tight, "");
    const wide = (hash: string): Dataset => ({ ...dataset(hash), name: hash.repeat(4000) });
    await storage.datasets.put(wide("a"), {});
    await expect(storage.datasets.put(wide("b"), {})).rejects.toThrow(/storage is full/);
    expect((await storage.datasets.list()).map(({ id }) => id)).toEqual(["a"]);
    await storage.datasets.delete("a");
    await storage.datasets.put(wide("b"), {});
    expect((await storage.datasets.list()).map(({ id }) => id)).toEqual(["b"]);
  });

  it("gives back a dataset that is too large for one value, and lists it as any other", async () => {
    const text = "x".repeat(2 ** 20);
    const groups = Array.from({ length: 40 }, (_, i) => ({
      id: String(i + 1),
      prompt: `${i}?`,
      row: i + 1,
      responses: [
        { text: `${i}${text}`, source: 0, score: null },
        { text: "no", source: -1, score: 0.1 },
      ],
      preferences: [[0, 1] as const],
    }));
    const records = memoryKeyValue();
    const storage = storageOver(records, "");
    const large = { ...dataset("large"), groups };
    await storage.datasets.put(large);
    expect(((await records.get("dataset/value/large")) as Dataset).groups).toEqual([]);
    expect(await storage.datasets.get("large")).toEqual(large);
    expect(await storage.datasets.list()).toMatchObject([{ summary: { groups: 40 } }]);
    const other = storageOver(memoryKeyValue(), "");
    expect((await other.importAll((await storage.exportAll()).blob)).restored).toHaveLength(1);
    expect(await other.datasets.get("large")).toEqual(large);
  });
});
