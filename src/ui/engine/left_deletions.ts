/** Deletions that a page was left with before their time: what the engine did not come to any more is done at the next visit. */
import type { EngineApi, StorageUsage } from "../../worker/api.ts";
import { recordName } from "./undo.ts";

type Item = StorageUsage["items"][number];
type Deleters = Pick<
  EngineApi,
  "deleteDataset" | "deleteRun" | "deleteSweep" | "deleteModel" | "deleteCheckpoints" | "deleteClassifier"
>;

interface Left {
  /** As `recordName` says it. */
  readonly name: string;
  /** ISO 8601: what was saved after it was saved again. */
  readonly at: string;
}

const KEY = "tilt.deleted";

/** How each kind of record is deleted, by its id. */
export const deletersOf = (
  engine: Deleters,
): Readonly<Record<Item["kind"], (id: string) => Promise<void>>> => ({
  dataset: engine.deleteDataset,
  run: engine.deleteRun,
  sweep: engine.deleteSweep,
  model: engine.deleteModel,
  checkpoint: engine.deleteCheckpoints,
  classifier: engine.deleteClassifier,
});

function left(): readonly Left[] {
  try {
    const told: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(told) ? (told as readonly Left[]) : [];
  } catch {
    return [];
  }
}

function note(deletions: readonly Left[]): void {
  try {
    if (deletions.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(deletions));
  } catch {
    // The engine may come to them all the same.
  }
}

/** Notes what is being deleted while the page goes. */
export function leaveDeletions(names: readonly string[]): void {
  if (names.length === 0) return;
  const at = new Date().toISOString();
  note([...left(), ...names.map((name): Left => ({ name, at }))]);
}

/** Deletes what is left of what was noted. */
export async function finishDeletions(engine: Deleters & Pick<EngineApi, "storageUsage">): Promise<void> {
  const noted = left();
  if (noted.length === 0) return;
  const { items } = await engine.storageUsage();
  const deleters = deletersOf(engine);
  for (const item of items) {
    const name = recordName(item);
    if (noted.some((one) => one.name === name && item.savedAt < one.at)) await deleters[item.kind](item.id);
  }
  // Another page may have been left meanwhile: what it noted is for the next visit.
  const done = new Set(noted.map(({ name, at }) => `${at} ${name}`));
  note(left().filter(({ name, at }) => !done.has(`${at} ${name}`)));
}
