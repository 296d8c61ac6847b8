/** Exports through the real worker: files cross Comlink, lie in IndexedDB, and come back with their names and columns. */
import { afterAll, expect, it } from "vitest";
import { connectEngine } from "../../src/worker/client.ts";

const client = connectEngine();
afterAll(() => client.close());

const rows = [1, 2, 3].map((i) => ({
  note: `n${i}`,
  prompt: `q${i}`,
  chosen: `yes ${i}`,
  rejected: `no ${i}`,
}));
const file = new File(
  rows.map((row) => `${JSON.stringify(row)}\n`),
  `exports-${crypto.randomUUID()}.jsonl`,
);

it("gives a stored file back as Parquet and JSON Lines, and everything as one backup", async () => {
  const { engine } = client;
  const outcome = await engine.importFiles([file], () => {});
  if (!outcome.ok) throw new Error(outcome.problem.what);
  const { hash, name } = outcome.dataset;
  const lines = await engine.exportDataset(hash, null, "jsonl");
  expect(lines.name).toBe(`${name}.jsonl`);
  const out = (await lines.blob.text()).trim().split("\n");
  expect(out.map((line) => JSON.parse(line))).toMatchObject(rows);

  const parquet = await engine.exportDataset(hash, null, "parquet");
  const seen = await engine.look([new File([parquet.blob], "again.parquet")]);
  expect(seen.columns.map((column) => column.name)).toEqual(
    expect.arrayContaining([
      "note",
      "prompt",
      "chosen",
      "rejected",
      "log_ratio",
      "h",
      "weight",
      "fold",
      "source",
    ]),
  );
  expect(seen.exampleRows).toMatchObject(rows);

  const backup = await engine.exportAll();
  await engine.deleteDataset(hash);
  const report = await engine.importAll(backup.blob);
  expect(report.lost).toEqual([]);
  expect(report.restored.map((item) => item.id)).toContain(hash);
  expect(await (await engine.exportDataset(hash, null, "jsonl")).blob.text()).toBe(await lines.blob.text());
  const { items } = await engine.storageUsage();
  expect(items).toContainEqual(expect.objectContaining({ kind: "dataset", id: hash, name }));
  await engine.deleteDataset(hash);
});
