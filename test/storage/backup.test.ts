import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { writeFrame } from "../../src/storage/frame.ts";
import { type KeyValue, memoryKeyValue } from "../../src/storage/key-value.ts";
import { pack, unpack } from "../../src/storage/portable.ts";
import { type Storage, storageOver } from "../../src/storage/storage.ts";

const dataset = (hash: string, prompt = "?"): Dataset => ({
  name: `set ${hash}`,
  hash,
  format: "trl",
  sources: ["human", "model"],
  target: 0,
  groups: [
    {
      id: "1",
      prompt,
      row: 1,
      responses: [
        { text: "TILT yes", source: 0, score: -0 },
        { text: "no", source: 1, score: null },
      ],
    },
  ],
  unpaired: [],
  rowsRead: 1,
  problems: [],
  problemsOmitted: 0,
});

const fresh = (records: KeyValue = memoryKeyValue()): Storage => storageOver(records, "");

/** Two datasets, a run with its checkpoint, a setting. */
async function filled(): Promise<Storage> {
  const storage = fresh();
  await storage.datasets.put(dataset("a"), {
    notes: ["n"],
    files: [new Blob(["raw"])],
    options: { format: "trl" },
  });
  await storage.datasets.put(dataset("b"));
  await storage.runs.put("r", { losses: Float64Array.of(1, Number.NaN) }, { name: "DoRA" }, [[{ h: 1 }]]);
  await storage.checkpoints.put("r", 40, { weights: Float32Array.of(0.5, -0), step: 40n });
  await storage.settings.put("theme", "dark");
  return storage;
}

const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name);

describe("backup", () => {
  it("puts everything back as it was", async () => {
    const before = await filled();
    const file = (await before.exportAll()).blob;
    const after = fresh();
    const report = await after.importAll(file);
    expect(report).toMatchObject({ kept: [], lost: [], damage: null });
    expect(names(report.restored)).toEqual(["set a", "set b", "DoRA", "checkpoint of r", "theme"]);
    expect(await after.datasets.get("a")).toEqual(dataset("a"));
    expect(await (await after.datasets.files("a"))[0]!.text()).toBe("raw");
    expect(await after.datasets.notes("a")).toEqual(["n"]);
    expect(await after.datasets.options("a")).toEqual({ format: "trl" });
    expect(await after.runs.get("r")).toEqual({ losses: Float64Array.of(1, Number.NaN) });
    expect(await after.runs.estimates("r")).toEqual([[{ h: 1 }]]);
    expect(await after.checkpoints.latest("r")).toEqual(await before.checkpoints.latest("r"));
    expect(await after.settings.get("theme")).toBe("dark");
    expect(await after.datasets.list()).toEqual(await before.datasets.list());
    expect(names((await after.importAll(file)).kept)).toHaveLength(5);
  });

  it("leaves newer records alone, and replaces older ones whole", async () => {
    const before = await filled();
    const old = (await before.exportAll()).blob;
    await new Promise((done) => setTimeout(done, 5));
    const here = fresh();
    await here.datasets.put(dataset("a", "newer"));
    await here.checkpoints.put("r", 30, { weights: [] });
    await here.settings.put("theme", "light");
    const first = await here.importAll(old);
    expect(names(first.kept)).toEqual(["set a", "checkpoint of r", "theme"]);
    expect((await here.datasets.get("a"))!.groups[0]!.prompt).toBe("newer");
    expect(await here.checkpoints.latest("r")).toMatchObject({ step: 30 });
    expect(await here.settings.get("theme")).toBe("light");

    const newer = (await here.exportAll()).blob;
    const report = await before.importAll(newer);
    expect(names(report.restored)).toEqual(["set a", "checkpoint of r"]);
    expect((await before.datasets.get("a"))!.groups[0]!.prompt).toBe("newer");
    expect(await before.datasets.files("a")).toEqual([]);
    expect(await before.checkpoints.list()).toMatchObject([{ summary: { run: "r", step: 30 } }]);
  });

  it("restores what is whole in a file that is cut, at any place, and names the rest", async () => {
    const file = (await (await filled()).exportAll()).blob;
    for (let at = 40; at < file.size; at += 41) {
      const after = fresh();
      const report = await after.importAll(file.slice(0, at));
      if (report.damage === null) expect(report.restored.length + report.lost.length).toBe(5);
      else expect(report.restored).toEqual([]);
      if (report.lost.length > 0) expect(report.lost[0]!.why).toMatch(/ends|cut off/);
      expect(await after.datasets.list()).toHaveLength(
        report.restored.filter(({ kind }) => kind === "dataset").length,
      );
    }
    const last = await fresh().importAll(file.slice(0, file.size - 1));
    expect(names(last.lost)).toEqual(["theme"]);
  });

  it("loses only the record that a changed byte is in", async () => {
    const file = (await (await filled()).exportAll()).blob;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const outcomes = new Set<string>();
    for (let at = 4; at < bytes.length; at += 37) {
      const changed = bytes.slice();
      changed[at]! ^= 0x15;
      const report = await fresh().importAll(new Blob([changed]));
      if (report.damage === null) {
        expect(report.restored).toHaveLength(4);
        expect(report.lost).toHaveLength(1);
        outcomes.add(report.lost[0]!.name);
      } else outcomes.add(`damaged list, ${report.restored.length} restored`);
    }
    expect([...outcomes].toSorted()).toEqual(
      ["DoRA", "checkpoint of r", "damaged list, 5 restored", "set a", "set b", "theme"].toSorted(),
    );
  });

  it("refuses other files and newer versions in words", async () => {
    await expect(fresh().importAll(new Blob(["{}"]))).rejects.toThrow(/not a backup/);
    await expect(fresh().importAll(new Blob([]))).rejects.toThrow(/not a backup/);
    const manifest = async (json: unknown) => fresh().importAll(await writeFrame({ json, parts: [] }));
    await expect(manifest({ format: "milk", version: 1, records: [] })).rejects.toThrow(/not a backup/);
    await expect(manifest({ format: "tilt-backup", version: 2, records: [] })).rejects.toThrow(/newer Tilt/);
    const unheardOf = [{ kind: "world", id: "w", name: "w", savedAt: null, bytes: 9 }];
    for (const list of [unheardOf, { world: 1 }])
      await expect(manifest({ format: "tilt-backup", version: 2, records: list })).rejects.toThrow(
        /newer Tilt/,
      );
    await expect(manifest({ format: "tilt-backup", version: 1, records: [{}] })).rejects.toThrow(
      /not a backup/,
    );
    expect(await manifest({ format: "tilt-backup", version: 1, records: [] })).toMatchObject({
      restored: [],
      lost: [],
    });
  });

  it("writes nothing but records of Tilt", async () => {
    const records = memoryKeyValue();
    const entry = { savedAt: "2026-11-01", bytes: 1, summary: { name: "a run" } };
    const forged = [
      { kind: "dataset", id: "a", slots: { value: { hash: "b" }, entry: { savedAt: "2026" } } },
      { kind: "probe", id: "x", slots: { value: 1, entry: { savedAt: "2026" } } },
      { kind: "run", id: "r", slots: { value: 1 } },
      { kind: "run", id: "s", slots: { value: 1, entry: { id: "s", savedAt: "2026-11-01", bytes: 1 } } },
      { kind: "run", id: "t", slots: { value: 1, entry: { ...entry, id: "another" } } },
      { kind: "run", id: "u", slots: { value: 1, entry: { ...entry, id: "u", savedAt: "~" } } },
      { kind: "run", id: "v", slots: { value: 1, entry: { ...entry, id: "v", bytes: "1" } } },
    ];
    const frames = await Promise.all(forged.map((json) => writeFrame(pack(json))));
    const lines = forged.map(({ id }, i) => ({
      kind: "run",
      id,
      name: id,
      savedAt: null,
      bytes: frames[i]!.size,
    }));
    const list = await writeFrame({ json: { format: "tilt-backup", version: 1, records: lines }, parts: [] });
    const report = await fresh(records).importAll(new Blob([list, ...frames]));
    expect(names(report.lost)).toEqual(["a", "x", "r", "s", "t", "u", "v"]);
    expect(await records.keysUnder("")).toEqual([]);
  });

  it("saves all but a record that cannot be read, and says which", async () => {
    const records = memoryKeyValue();
    await fresh(records).importAll((await (await filled()).exportAll()).blob);
    const unreadable = "Failed to read large IndexedDB value";
    const hurt: KeyValue = {
      ...records,
      get: (key) =>
        key === "dataset/value/a" || key === "run/entry/r"
          ? Promise.reject(new DOMException(unreadable, "DataError"))
          : records.get(key),
    };
    const { blob, leftOut } = await fresh(hurt).exportAll();
    expect(leftOut).toEqual([
      { kind: "dataset", id: "a", name: "set a", why: unreadable },
      { kind: "run", id: "r", name: "r", why: unreadable },
    ]);
    const report = await fresh().importAll(blob);
    expect(names(report.restored)).toEqual(["set b", "checkpoint of r", "theme"]);
    expect(report).toMatchObject({ lost: [], damage: null });
    const lists = { ...records, keysUnder: () => Promise.reject(new DOMException("closed", "UnknownError")) };
    await expect(fresh(lists).exportAll()).rejects.toThrow(/failed with the backup: closed/);
  });

  it("keeps what fits when there is no room for the rest", async () => {
    const file = (await (await filled()).exportAll()).blob;
    const records = memoryKeyValue();
    const tight: KeyValue = {
      ...records,
      write: (change) =>
        change.put?.some(([key]) => key.startsWith("dataset/value/a"))
          ? Promise.reject(new DOMException("over", "QuotaExceededError"))
          : records.write(change),
    };
    const report = await fresh(tight).importAll(file);
    expect(report.restored).toHaveLength(4);
    expect(report.lost).toMatchObject([{ name: "set a", why: expect.stringContaining("full") }]);
    expect(await fresh(records).datasets.get("a")).toBeNull();
  });

  it("carries any value a database holds", async () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.date(),
      fc.float32Array(),
      fc.uint8Array(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("$", "__proto__", "part")), tie("value"), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
        fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 2 }).map((entries) => new Map(entries)),
        fc.array(fc.string(), { maxLength: 2 }).map((items) => new Set(items)),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const { json, parts } = pack(given);
        expect(await unpack({ json: JSON.parse(JSON.stringify(json)), parts })).toStrictEqual(given);
      }),
      { numRuns: 150 },
    );
    expect(() => pack(() => 1)).toThrow(/function/);
  });
});
