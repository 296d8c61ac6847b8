/** What this browser keeps: listing it, deleting from it, moving it in one file, and asking the browser not to clear it. */
import type { LostItem, RestoreReport, StorageUsage } from "../../worker/api.ts";
import { saveFile } from "../save_file.ts";
import { deletersOf } from "./left_deletions.ts";
import type { TaskContext } from "./tasks.ts";
import { recordName, type Undo } from "./undo.ts";

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

  return {
    openStorage: () => dispatch({ type: "dialog", dialog: "storage" }),
    closeDialog: () => dispatch({ type: "dialog", dialog: null }),

    /** What is stored, without what is about to go. @throws TiltError when the storage cannot be read */
    async storageUsage(): Promise<StorageUsage> {
      const usage = await engine.storageUsage();
      return { ...usage, items: usage.items.filter((item) => !undo.isDoomed(recordName(item))) };
    },

    /** Deletes a record, with a chance to take it back. */
    deleteStored(item: Item): void {
      const { kind, id } = item;
      const { datasets, runs } = get();
      if (kind === "dataset" && datasets.some(({ hash }) => hash === id)) effects.deleteDataset(id);
      else if (kind === "run" && runs.some((run) => run.id === id)) effects.deleteRun(id);
      else {
        // Datasets and runs among them that this page does not show: another tab saved them.
        const act = { ...deletersOf(engine), model: effects.deleteModel }[kind];
        undo.later(
          `${item.name} deleted.`,
          () => act(id),
          () => {},
          recordName(item),
        );
      }
    },

    /** @returns what could not be read, and is not in the file @throws TiltError when there is no file */
    async saveEverything(): Promise<readonly LostItem[]> {
      const { name, blob, leftOut } = await engine.exportAll();
      saveFile(name, blob);
      return leftOut;
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
