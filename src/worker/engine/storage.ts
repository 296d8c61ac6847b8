/** What this browser remembers: sizes, and everything as one file. */
import type { StorageApi } from "../api.ts";
import type { Core } from "./core.ts";
import { vet } from "./restorable.ts";
import { usageOf } from "./usage.ts";

export function storageCalls({ store, shelf }: Core): StorageApi {
  return {
    storageUsage: async () => usageOf(await store()),
    async deleteCheckpoints(run) {
      await (await store()).checkpoints.delete(run);
    },
    async deleteClassifier(id) {
      await (await store()).classifiers.delete(id);
    },
    async exportAll() {
      const day = new Date().toISOString().slice(0, 10);
      return { name: `tilt ${day}.backup`, ...(await (await store()).exportAll()) };
    },
    async importAll(file) {
      const records = await store();
      const report = await records.importAll(file, (record) => vet(record, records.datasets.openRoom));
      shelf.clear();
      return report;
    },
  };
}
