/** What this browser keeps: listing it, deleting from it, moving it in one file, and asking the browser not to clear it. */
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { RestoreReport, StorageUsage } from "../../worker/api.ts";
import { saveFile } from "../save_file.ts";
import type { TaskContext } from "./tasks.ts";
import type { Undo } from "./undo.ts";

type Item = StorageUsage["items"][number];

export interface StorageEffects {
  /** After a restore: everything may have changed. */
  restored(): Promise<void>;
  deleteDataset(hash: string): void;
  deleteRun(id: string): void;
  deleteModel(id: string): Promise<void>;
}

export function storageTasks({ engine, store }: TaskContext, undo: Undo, effects: StorageEffects) {
  const { dispatch, get } = store;
  let asked = false;
  /** Deleted for the page, not yet in the storage. */
  const doomed = new Set<string>();
  const keyOf = ({ kind, id }: Pick<Item, "kind" | "id">): string => `${kind} ${id}`;

  return {
    openStorage: () => dispatch({ type: "dialog", dialog: "storage" }),
    closeDialog: () => dispatch({ type: "dialog", dialog: null }),

    /** What is stored, without what is about to go. @throws TiltError when the storage cannot be read */
    async storageUsage(): Promise<StorageUsage> {
      const usage = await engine.storageUsage();
      const { datasets, runs } = get();
      // A dataset or run that is not listed any more is waiting for its deletion.
      const gone = (item: Item): boolean =>
        doomed.has(keyOf(item)) ||
        (item.kind === "dataset" && !datasets.some(({ hash }) => hash === item.id)) ||
        (item.kind === "run" && !runs.some(({ id }) => id === item.id));
      return { ...usage, items: usage.items.filter((item) => !gone(item)) };
    },

    /** Deletes a record, with a chance to take it back. */
    deleteStored(item: Item): void {
      if (item.kind === "dataset") effects.deleteDataset(item.id);
      else if (item.kind === "run") effects.deleteRun(item.id);
      else {
        doomed.add(keyOf(item));
        const act = {
          sweep: engine.deleteSweep,
          model: effects.deleteModel,
          checkpoint: engine.deleteCheckpoints,
          classifier: engine.deleteClassifier,
        }[item.kind];
        undo.later(
          `${item.name} deleted.`,
          () => void act(item.id).finally(() => doomed.delete(keyOf(item))),
          () => doomed.delete(keyOf(item)),
        );
      }
    },

    /** @returns what went wrong, or null when the file is on its way */
    async saveEverything(): Promise<Problem | null> {
      try {
        const { name, blob } = await engine.exportAll();
        saveFile(name, blob);
        return null;
      } catch (thrown) {
        return problemOf(thrown);
      }
    },
    /** @throws TiltError when the file is no backup */
    async restoreFrom(file: File): Promise<RestoreReport> {
      const report = await engine.importAll(file);
      await effects.restored();
      return report;
    },

    /**
     * Asks the browser not to clear what is kept here: once per visit, after something worth keeping was stored. Some browsers ask the reader,
     * others decide by themselves.
     */
    async persist(): Promise<boolean> {
      if (asked) return false;
      asked = true;
      try {
        return (await navigator.storage?.persist?.()) ?? false;
      } catch {
        return false;
      }
    },
    /** The same at a person's wish. @returns whether the browser promised it */
    async askPersist(): Promise<boolean> {
      asked = true;
      return (await navigator.storage?.persist?.().catch(() => false)) ?? false;
    },
  };
}
