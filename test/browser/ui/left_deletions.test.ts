/** Deletions that a page was left with: finished at the next visit, and only of what was meant. */
import { expect, test } from "vitest";
import { finishDeletions, leaveDeletions } from "../../../src/ui/engine/left_deletions.ts";
import type { StorageUsage } from "../../../src/worker/api.ts";

type Item = StorageUsage["items"][number];

function engineWith(items: readonly Item[]) {
  const deleted: string[] = [];
  const says = (kind: string) => async (id: string) => void deleted.push(`${kind} ${id}`);
  const usage = async () => ({ items }) as StorageUsage;
  return {
    deleted,
    storageUsage: usage,
    deleteDataset: says("dataset"),
    deleteRun: says("run"),
    deleteSweep: says("sweep"),
    deleteModel: says("model"),
    deleteCheckpoints: says("checkpoint"),
    deleteClassifier: says("classifier"),
  };
}
const item = (kind: Item["kind"], id: string, savedAt: string): Item => ({
  kind,
  id,
  name: id,
  bytes: 1,
  savedAt,
});

test("what was being deleted goes at the next visit; what was saved again since stays", async () => {
  const [before, after] = ["2020-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"];
  const stored = [
    item("dataset", "a", before),
    item("dataset", "again", after),
    item("run", "a", before),
    item("sweep", "s", before),
  ];
  leaveDeletions([]);
  leaveDeletions(["dataset a", "dataset again"]);
  leaveDeletions(["sweep s", "run gone"]);
  const engine = engineWith(stored);
  await finishDeletions(engine);
  expect(engine.deleted).toEqual(["dataset a", "sweep s"]);
  await finishDeletions(engine);
  expect(engine.deleted).toHaveLength(2);

  // An engine that cannot be asked leaves the notes for another time.
  leaveDeletions(["run a"]);
  const broken = { ...engine, storageUsage: () => Promise.reject(new Error("busy")) };
  await expect(finishDeletions(broken)).rejects.toThrow("busy");
  await finishDeletions(engine);
  expect(engine.deleted).toEqual(["dataset a", "sweep s", "run a"]);
});

test("what a page notes while another finishes is not forgotten", async () => {
  const engine = engineWith(["a", "b"].map((id) => item("run", id, "2020-01-01T00:00:00.000Z")));
  leaveDeletions(["run a"]);
  const slow = {
    ...engine,
    deleteRun: async (id: string) => {
      leaveDeletions(["run b"]);
      await engine.deleteRun(id);
    },
  };
  await finishDeletions(slow);
  expect(engine.deleted).toEqual(["run a"]);
  await finishDeletions(engine);
  expect(engine.deleted).toEqual(["run a", "run b"]);
  await finishDeletions(engine);
  expect(engine.deleted).toHaveLength(2);
});
