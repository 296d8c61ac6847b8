/** What is stored, with sizes and names, for the storage panel. */
import { bytesOf, type Entry } from "../../storage/record.ts";
import type { Storage } from "../../storage/storage.ts";
import type { RunSummary, StorageUsage, StoredModel, SweepSummary } from "../api.ts";

/** Every record with a name that people know. */
export async function usageOf(store: Storage): Promise<StorageUsage> {
  const [room, datasets, runs, checkpoints, sweeps, classifiers, models] = await Promise.all([
    store.room(),
    store.datasets.list(),
    store.runs.list() as Promise<readonly Entry<RunSummary>[]>,
    store.checkpoints.list(),
    store.sweeps.list() as Promise<readonly Entry<SweepSummary>[]>,
    store.classifiers.list() as Promise<readonly Entry<{ readonly name: string }>[]>,
    store.models.list() as Promise<readonly Entry<StoredModel>[]>,
  ]);
  const whole = await Promise.all(
    sweeps.map(async (entry) => ({
      ...entry,
      bytes: entry.bytes + (await store.sweeps.cellBytes(entry.id)),
    })),
  );
  const runNames = new Map(runs.map(({ id, summary }) => [id, summary.name]));
  const item = (
    kind: StorageUsage["items"][number]["kind"],
    { id, bytes, savedAt }: Entry<unknown>,
    name: string,
  ) => ({
    kind,
    id: kind === "checkpoint" ? decodeURIComponent(id.slice(0, id.lastIndexOf("/"))) : id,
    name,
    bytes,
    savedAt,
  });
  return {
    ...room,
    lasting: store.lasting,
    why: store.why,
    datasets: bytesOf(datasets),
    runs: bytesOf(runs),
    checkpoints: bytesOf(checkpoints),
    sweeps: bytesOf(whole),
    items: [
      ...datasets.map((entry) => item("dataset", entry, entry.summary.name)),
      ...runs.map((entry) => item("run", entry, entry.summary.name)),
      ...checkpoints.map((entry) =>
        item(
          "checkpoint",
          entry,
          // A run that is not stored yet is called what its state calls it.
          `${runNames.get(entry.summary.run) ?? nameIn(entry.summary.about) ?? entry.summary.run}, step ${entry.summary.step}`,
        ),
      ),
      ...whole.map((entry) => item("sweep", entry, entry.summary.name)),
      ...classifiers.map((entry) => item("classifier", entry, entry.summary.name)),
      ...models.map((entry) => item("model", entry, entry.summary.name)),
    ],
  };
}

const nameIn = (about: unknown): string | undefined =>
  typeof about === "object" && about !== null && "name" in about ? String(about.name) : undefined;
