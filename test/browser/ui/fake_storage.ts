/** What the made-up engine keeps, as the dialog of the storage hears of it. */
import type { RunRecord } from "../../../src/experiment/events.ts";
import type { StorageApi } from "../../../src/worker/api/storage.ts";

export function fakeStorage(records: readonly RunRecord[]): StorageApi {
  return {
    storageUsage: async () => ({
      lasting: true,
      why: "",
      used: 31e6,
      quota: 10e9,
      persisted: false,
      datasets: 24e6,
      runs: 2e6,
      checkpoints: 5e6,
      sweeps: 0,
      items: records.map(({ id, name, startedAt }) => ({
        kind: "run",
        id,
        name,
        bytes: 1e6,
        savedAt: startedAt,
      })),
    }),
    deleteCheckpoints: async () => {},
    deleteClassifier: async () => {},
    exportAll: async () => ({ name: "tilt.backup", blob: new Blob(["TILT"]), leftOut: [] }),
    importAll: async () => ({ restored: [], kept: [], lost: [], damage: null }),
  };
}
