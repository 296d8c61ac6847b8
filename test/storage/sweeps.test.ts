import { expect, it } from "vitest";
import { memoryKeyValue } from "../../src/storage/key-value.ts";
import { storageOver } from "../../src/storage/storage.ts";

it("keeps sweeps and their runs apart, lists them, and deletes one with all its runs", async () => {
  const { sweeps } = storageOver(memoryKeyValue(), "");
  await sweeps.put("a", { queue: [1] }, { name: "first" });
  await sweeps.put("a/b", { queue: [2] }, { name: "second" });
  await sweeps.put("a", { queue: [] }, { name: "first, later" });
  await sweeps.putCell("a", "x", { value: 1 }, "ERM");
  await sweeps.putCell("a", "y", { value: 2 }, "DRO");
  await sweeps.putCell("a/b", "x", { value: 3 }, "ERM");
  expect((await sweeps.list()).map(({ summary }) => summary)).toEqual(
    expect.arrayContaining([{ name: "first, later" }, { name: "second" }]),
  );
  expect(await sweeps.get("a")).toEqual({ queue: [] });
  expect(await sweeps.cells("a")).toEqual([{ value: 1 }, { value: 2 }]);
  await sweeps.deleteCell("a", "x");
  expect(await sweeps.cells("a")).toEqual([{ value: 2 }]);
  await sweeps.delete("a");
  expect(await sweeps.get("a")).toBeNull();
  expect(await sweeps.cells("a")).toEqual([]);
  expect(await sweeps.cells("a/b")).toEqual([{ value: 3 }]);
});

it("takes sweeps along in a backup", async () => {
  const here = storageOver(memoryKeyValue(), "");
  await here.sweeps.put("s", { queue: ["y"], done: ["x"] }, { name: "Noise" });
  await here.sweeps.putCell("s", "x", { metrics: { loss: 0.5 } }, "ERM, seed 1");
  const there = storageOver(memoryKeyValue(), "");
  const report = await there.importAll((await here.exportAll()).blob);
  expect(report.restored.map(({ kind, name }) => [kind, name])).toEqual([
    ["sweep", "Noise"],
    ["cell", "ERM, seed 1"],
  ]);
  expect(await there.sweeps.get("s")).toEqual({ queue: ["y"], done: ["x"] });
  expect(await there.sweeps.cells("s")).toEqual([{ metrics: { loss: 0.5 } }]);
});
