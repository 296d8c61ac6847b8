/** Storage on a real IndexedDB: what survives a reload, a second tab, a full disk, and a tab killed while writing. */
import { afterEach, describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { openStorage } from "../../src/storage/storage.ts";

const opened: string[] = [];
const fresh = (): string => {
  const name = `tilt-test-${crypto.randomUUID()}`;
  opened.push(name);
  return name;
};

afterEach(() => {
  for (const name of opened.splice(0)) indexedDB.deleteDatabase(name);
});

const dataset = (hash: string, text = "yes"): Dataset => ({
  name: `set ${hash}`,
  hash,
  format: "trl",
  sources: ["human", "model"],
  target: 0,
  groups: [
    {
      id: "1",
      prompt: "?",
      row: 1,
      responses: [
        { text, source: 0, score: null },
        { text: "no", source: 1, score: null },
      ],
      preferences: [[0, 1]],
    },
  ],
  unpaired: [],
  rowsRead: 1,
  problems: [],
  problemsOmitted: 0,
});

describe("IndexedDB", () => {
  it("finds everything again after a reload", async () => {
    const name = fresh();
    const before = await openStorage(name);
    expect(before.lasting).toBe(true);
    await before.datasets.put(dataset("a"), { notes: ["n"], files: [new Blob(["{}\n"])] });
    await before.runs.put("r1", { losses: Float64Array.of(1, 2) }, { title: "DoRA" });
    await before.checkpoints.put("r1", 400, { weights: new Float32Array(1000).fill(0.5) });
    await before.settings.put("theme", "dark");

    const after = await openStorage(name);
    expect(await after.datasets.get("a")).toEqual(dataset("a"));
    expect(await (await after.datasets.files("a"))[0]!.text()).toBe("{}\n");
    expect(await after.runs.get("r1")).toEqual({ losses: Float64Array.of(1, 2) });
    expect(await after.checkpoints.latest("r1")).toMatchObject({ step: 400 });
    expect(await after.settings.get("theme")).toBe("dark");
    expect(await after.datasets.list()).toMatchObject([{ id: "a", summary: { name: "set a", groups: 1 } }]);
    expect((await after.checkpoints.list())[0]?.bytes).toBeGreaterThanOrEqual(4000);
    expect((await after.room()).quota).toBeGreaterThan(0);
  });

  it("keeps both records when two tabs save at once", async () => {
    const name = fresh();
    const [one, two] = await Promise.all([openStorage(name), openStorage(name)]);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? one : two).datasets.put(dataset(`h${i}`, "x".repeat(10_000))),
      ),
    );
    expect(await one.datasets.list()).toHaveLength(20);
    await Promise.all([
      one.datasets.put(dataset("same", "from one")),
      two.datasets.put(dataset("same", "from two")),
    ]);
    const entry = (await one.datasets.list()).filter(({ id }) => id === "same");
    expect(entry).toHaveLength(1);
    expect((await two.datasets.get("same"))!.groups[0]!.responses[0]!.text).toMatch(/^from (one|two)$/);
  });

  it("adds to a run and renames it while it is there, in whichever tab", async () => {
    const name = fresh();
    const [one, two] = await Promise.all([openStorage(name), openStorage(name)]);
    await one.runs.put("r", { losses: [1] }, { name: "old" });
    await Promise.all([
      two.runs.putBeside("r", "weights", Float32Array.of(0.5)),
      one.runs.change("r", { losses: [1] }, { name: "new" }),
    ]);
    expect(await one.runs.beside("r", "weights")).toEqual(Float32Array.of(0.5));
    expect(await two.runs.get("r")).toEqual({ losses: [1] });
    await expect(one.runs.putBeside("r", "judged", () => "no")).rejects.toThrow(/cannot be stored/);
    expect(await one.runs.having("judged")).toEqual([]);
    // Deleted in between or before: either way nothing of it is left.
    await Promise.all([one.runs.putBeside("r", "judged", [1]), two.runs.delete("r")]);
    await one.runs.putBeside("r", "judged", [1]);
    expect(await one.runs.list()).toEqual([]);
    expect(await one.runs.having("judged")).toEqual([]);
  });

  it("moves everything to another database in one file", async () => {
    const before = await openStorage(fresh());
    const original = new File(["{}\n"], "march.jsonl", { type: "application/jsonl", lastModified: 5 });
    await before.datasets.put(dataset("a"), { files: [original], notes: ["n"] });
    await before.runs.put("r1", { losses: Float64Array.of(1, 2) }, { name: "DoRA" }, [[{ h: 2 }]]);
    await before.checkpoints.put("r1", 400, { weights: new Float32Array(1000).fill(0.5) });
    await before.settings.put("theme", "dark");
    const file = (await before.exportAll()).blob;

    const after = await openStorage(fresh());
    const report = await after.importAll(file);
    expect(report).toMatchObject({ kept: [], lost: [], damage: null });
    expect(report.restored).toHaveLength(4);
    const [restored] = await after.datasets.files("a");
    expect(restored).toMatchObject({ name: "march.jsonl", type: "application/jsonl", lastModified: 5 });
    expect(await restored!.text()).toBe("{}\n");
    expect(await after.checkpoints.latest("r1")).toEqual(await before.checkpoints.latest("r1"));
    expect(await after.runs.estimates("r1")).toEqual([[{ h: 2 }]]);
    expect((await after.importAll(file)).kept).toHaveLength(4);

    const cut = await (await openStorage(fresh())).importAll(file.slice(0, file.size - 100));
    expect(cut.restored).toHaveLength(3);
    expect(cut.lost).toMatchObject([{ kind: "setting", name: "theme" }]);
  });

  it("leaves nothing of a record that cannot be written whole", async () => {
    const name = fresh();
    const storage = await openStorage(name);
    await storage.runs.put("r", { good: 1 }, {});
    // The value is put first; the summary then fails to be cloned.
    await expect(storage.runs.put("r", { bad: 2 }, { title: () => "no" })).rejects.toThrow(
      /cannot be stored/,
    );
    expect(await storage.runs.get("r")).toEqual({ good: 1 });
    await expect(storage.runs.put("new", { bad: 2 }, { title: () => "no" })).rejects.toThrow();
    expect(await storage.runs.get("new")).toBeNull();
    expect(await storage.runs.list()).toHaveLength(1);
  });

  it("loses nothing when the writer is killed in the middle", async () => {
    const name = fresh();
    const storage = await openStorage(name);
    await storage.datasets.put(dataset("old"));
    // A second context that writes without end and is torn down at an arbitrary moment.
    const worker = new Worker(new URL("./storage-worker.ts", import.meta.url), { type: "module" });
    const saved = await new Promise<number>((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }: MessageEvent<number>) => {
        if (data >= 3) resolve(data);
      };
      worker.postMessage(name);
    });
    worker.terminate();
    const entries = await storage.datasets.list();
    expect(entries.length).toBeGreaterThan(saved);
    for (const { id } of entries) {
      const whole = await storage.datasets.get(id);
      expect(whole).not.toBeNull();
      if (id !== "old") expect(whole!.groups).toHaveLength(200);
    }
    await storage.datasets.put(dataset("after"));
    expect(await storage.datasets.get("after")).not.toBeNull();
  });

  it("holds the texts of a large dataset on the disk, in files that go with their tab", {
    timeout: 120_000,
  }, async () => {
    const name = fresh();
    const tabs: Worker[] = [];
    const tab = () => {
      const worker = new Worker(new URL("./scratch-worker.ts", import.meta.url), { type: "module" });
      tabs.push(worker);
      const ask = (...call: unknown[]) =>
        new Promise<unknown>((resolve, reject) => {
          worker.onmessage = ({ data }) =>
            "answer" in data ? resolve(data.answer) : reject(new Error(data.problem));
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(call);
        });
      return { worker, ask };
    };
    const files = async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("tilt scratch");
      return Array.fromAsync(folder.keys());
    };
    const say = (i: number) => [
      `${i}?`,
      `${"ü river ".repeat(60)}${i}`,
      `${"no ".repeat(3 * (i % 400))}${i}`,
    ];
    const rows = Array.from({ length: 18_000 }, (_, i) => {
      const [prompt, chosen, rejected] = say(i);
      return JSON.stringify({ prompt, chosen, rejected });
    });
    try {
      const first = tab();
      const { away, hash } = (await first.ask("read", name, new File([rows.join("\n")], "a.jsonl"))) as {
        away: boolean;
        hash: string;
      };
      expect(away).toBe(true);
      const [own] = await files();
      // Another tab sweeps what was left behind: not what somebody reads.
      const second = tab();
      await second.ask("load", name, hash);
      for (const i of [0, 17_999, 9000, 1, 17_998]) {
        expect(await first.ask("say", i)).toEqual(say(i));
        expect(await second.ask("say", i)).toEqual(say(i));
      }
      expect(await files()).toHaveLength(2);
      first.worker.terminate();
      await expect
        .poll(
          async () => {
            await tab().ask("load", name, hash);
            return (await files()).includes(own!);
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBe(false);
      expect(await second.ask("say", 12_345)).toEqual(say(12_345));
    } finally {
      for (const worker of tabs) worker.terminate();
    }
  });

  it("never blocks another tab's upgrade, and finds everything after it", async () => {
    const name = fresh();
    const storage = await openStorage(name);
    await storage.datasets.put(dataset("a"));
    const upgraded = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 7);
      request.onblocked = () => reject(new Error("the open connection was not given up"));
      request.onerror = () => reject(request.error);
      request.onsuccess = () => resolve(request.result);
    });
    upgraded.close();
    expect(await storage.datasets.get("a")).toEqual(dataset("a"));
    await storage.datasets.put(dataset("b"));
    expect(await storage.datasets.list()).toHaveLength(2);
  });

  it("does not wait for ever for a tab that holds an upgrade back, and loses nothing by it", async () => {
    const name = fresh();
    const before = await openStorage(name);
    await before.datasets.put(dataset("a"));
    // An older page: its connection ignores that another tab wants to upgrade.
    const stubborn = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => resolve(request.result);
    });
    const upgrade = indexedDB.open(name, 9);
    const done = new Promise<IDBDatabase>((resolve) => {
      upgrade.onsuccess = () => resolve(upgrade.result);
    });
    const blocked = new Promise((resolve) => {
      upgrade.onblocked = resolve;
    });
    await blocked;
    const meanwhile = await openStorage(name, 200);
    expect(meanwhile.lasting).toBe(false);
    expect(meanwhile.why).toMatch(/another tab keeps the database busy.*Close the other tabs/);
    await meanwhile.datasets.put(dataset("only here"));
    stubborn.close();
    (await done).close();
    const after = await openStorage(name);
    expect(after.lasting).toBe(true);
    expect((await after.datasets.list()).map(({ id }) => id)).toEqual(["a"]);
  });
});
