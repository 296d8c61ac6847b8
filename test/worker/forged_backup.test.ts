/** What is kept under a hash is what was hashed: a backup that holds anything else under it does not come in. */
import { beforeAll, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { type KeyValue, memoryKeyValue } from "../../src/storage/key-value.ts";
import { DATASET } from "../../src/storage/keys.ts";
import { storageOver } from "../../src/storage/storage.ts";
import type { DatasetSummary } from "../../src/worker/api.ts";
import { createEngine } from "../../src/worker/engine.ts";
import { ALL_ROWS } from "./all_rows.ts";

const engineHere = () => createEngine(undefined, "test");
const jsonl = (name: string, rows: readonly object[]) =>
  new File([rows.map((row) => `${JSON.stringify(row)}\n`).join("")], name);
const tea = jsonl(
  "tea.jsonl",
  Array.from({ length: 6 }, (_, i) => ({
    ...{ prompt: `How do you make tea, way ${i}?`, chosen: `warm the pot ${i}`, rejected: `certainly ${i}` },
    ...{ chosen_source: "human", rejected_source: "model" },
  })),
);
/** A format in which the target is taken to win. */
const pairs = jsonl(
  "pairs.jsonl",
  Array.from({ length: 4 }, (_, i) => ({
    ...{ question: `What is ${i}?`, human_answers: [`a number ${i}`], chatgpt_answers: [`Certainly, ${i}.`] },
    source: "open_qa",
  })),
);
const single = jsonl(
  "single.jsonl",
  Array.from({ length: 4 }, (_, i) => ({ prompt: `p${i}`, completion: `c${i}`, label: i % 2 === 0 })),
);

let backup: Blob;
let hash: string;
beforeAll(async () => {
  const engine = engineHere();
  for (const file of [single, pairs, tea]) {
    const outcome = await engine.importFiles([file], () => {});
    if (!outcome.ok) throw new Error(outcome.problem.what);
    hash = outcome.dataset.hash;
  }
  ({ blob: backup } = await engine.exportAll());
});

/** The backup with one of its records changed. */
async function forged(change: (records: KeyValue, dataset: Dataset) => Promise<void>): Promise<Blob> {
  const records = memoryKeyValue();
  const storage = storageOver(records, "");
  await storage.importAll(backup);
  await change(records, (await records.get(DATASET.value + hash)) as Dataset);
  return (await storage.exportAll()).blob;
}
const rowsOf = async (engine: ReturnType<typeof engineHere>, of: string) =>
  (await engine.rows(of, ALL_ROWS)).rows;
const put = (records: KeyValue, slot: keyof typeof DATASET, value: unknown) =>
  records.write({ put: [[DATASET[slot] + hash, value]] });

it("takes back what was saved, whatever was said of its sources since", async () => {
  const engine = engineHere();
  for (const file of [single, pairs, tea]) await engine.importFiles([file], () => {});
  for (const dataset of await engine.datasets())
    if (dataset.format !== "chatter" && dataset.sources.length > 1) await engine.setTarget(dataset.hash, 1);
  // Preferred still is who was the target when the file was read.
  const read = await engine.datasets();
  expect(read.find(({ name }) => name === "pairs")).toMatchObject({ pairs: 4, target: 1 });
  const odd = jsonl(
    "odd.jsonl",
    [1, 2].map((i) => ({ prompt: `q${i}`, chosen: `good ${i}`, rejected: `bad ${i}` })),
  );
  const outcome = await engine.importFiles([odd], () => {}, { template: "as-is" });
  if (!outcome.ok) throw new Error(outcome.problem.what);
  await engine.preferredIsTarget(outcome.dataset.hash);
  const report = await engineHere().importAll((await engine.exportAll()).blob);
  expect(report.lost).toEqual([]);
  expect(report.restored.filter(({ kind }) => kind === "dataset")).toHaveLength(4);
});

type Change = (records: KeyValue, dataset: Dataset) => Promise<void>;

it.each<[string, Change]>([
  [
    "another answer",
    (records, { groups: [first, ...rest], ...dataset }) => {
      const [answer, ...others] = first!.responses;
      const responses = [{ ...answer!, text: "another answer" }, ...others];
      return put(records, "value", { ...dataset, groups: [{ ...first!, responses }, ...rest] });
    },
  ],
  [
    "no judgement where the file has one",
    (records, { groups, ...dataset }) =>
      put(records, "value", { ...dataset, groups: groups.map(({ preferences: _, ...group }) => group) }),
  ],
  [
    "judgements that the file does not make",
    (records, { groups: [first, ...rest], ...dataset }) =>
      put(records, "value", { ...dataset, groups: [{ ...first!, preferences: [[1, 0]] }, ...rest] }),
  ],
  [
    "a row less",
    (records, { groups, ...dataset }) => put(records, "value", { ...dataset, groups: groups.slice(1) }),
  ],
  [
    "sources of other names",
    (records, { sources: _, ...dataset }) => put(records, "value", { ...dataset, sources: ["a", "b"] }),
  ],
])("%s: the rows are read from the file again", async (_, change) => {
  const engine = engineHere();
  const report = await engine.importAll(await forged(change));
  expect(report.lost).toEqual([]);
  const [told] = report.restored.filter(({ remark }) => remark !== undefined);
  expect(told).toMatchObject({
    id: hash,
    name: "tea",
    remark: expect.stringContaining("read from the file again"),
  });
  const fresh = engineHere();
  const outcome = await fresh.importFiles([tea], () => {});
  if (!outcome.ok) throw new Error(outcome.problem.what);
  const here = (await engine.datasets()).find((one) => one.hash === hash);
  expect(here).toEqual(outcome.dataset);
  expect(await rowsOf(engine, hash)).toEqual(await rowsOf(fresh, hash));
});

it("rows without a file are kept under a hash of their own, also the next time", async () => {
  const engine = engineHere();
  const report = await engine.importAll(await forged((records) => put(records, "files", [])));
  expect(report.lost).toEqual([]);
  const [told] = report.restored.filter(({ remark }) => remark !== undefined);
  expect(told).toMatchObject({ name: "tea", remark: expect.stringContaining("not in the backup") });
  const own = told!.id;
  expect(own).not.toBe(hash);
  expect((await engine.datasets()).map((one) => one.hash)).toContain(own);
  expect(await rowsOf(engine, own)).toHaveLength(6);
  const again = await engineHere().importAll((await engine.exportAll()).blob);
  expect(again.lost).toEqual([]);
  expect(again.restored.find(({ id }) => id === own)?.remark).toBeUndefined();
});

it.each<[string, string, Change]>([
  [
    "another file",
    "Its file does not have the SHA-256 that it is kept under.",
    (records) => put(records, "files", [single]),
  ],
  [
    "another reading of the file",
    "Its file does not have the SHA-256 that it is kept under.",
    (records) => put(records, "options", { passages: true }),
  ],
  [
    "a target that is none of its sources",
    "It is not as Tilt writes it.",
    (records, dataset) => put(records, "value", { ...dataset, target: 7 }),
  ],
  [
    "a summary of other data",
    "It is not as Tilt writes it.",
    async (records) => {
      const about = (await records.get(DATASET.about + hash)) as DatasetSummary;
      await put(records, "about", { ...about, hash: "another" });
    },
  ],
])("%s stays out, and the other records come in", async (_, why, change) => {
  const engine = engineHere();
  const report = await engine.importAll(await forged(change));
  expect(report.lost).toMatchObject([{ kind: "dataset", name: "tea", why: expect.stringContaining(why) }]);
  expect(report.restored.map(({ name }) => name).sort()).toEqual(["pairs", "single"]);
  expect((await engine.datasets()).map((one) => one.hash)).not.toContain(hash);
});
