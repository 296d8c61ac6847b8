/** Where checkpoints are kept: the latest of every run, under the run's id and the step. */
import type { KeyValue } from "./key-value.ts";
import { CHECKPOINT } from "./keys.ts";
import { doing, type Entry, entryOf, listUnder, under, valueAt } from "./record.ts";

/** A checkpoint without its state. */
export interface CheckpointStub {
  readonly run: string;
  readonly step: number;
  /** As given to `put`. */
  readonly about?: unknown;
}

export interface Checkpoint {
  readonly run: string;
  readonly step: number;
  readonly savedAt: string;
  /** What the run needs to go on: typed arrays, plain objects. */
  readonly state: unknown;
}

export interface CheckpointRecords {
  /** Stores a checkpoint and drops the run's older ones, in one go. `about` comes back in the listing. */
  put(run: string, step: number, state: unknown, about?: unknown): Promise<void>;
  latest(run: string): Promise<Checkpoint | null>;
  /** Runs that have a checkpoint, newest first: after a crash, those that can be resumed. */
  list(): Promise<readonly Entry<CheckpointStub>[]>;
  /** Deletes all of a run's. */
  delete(run: string): Promise<void>;
}

/** Checkpoints in a store. Every method throws a TiltError that says what could not be kept or read. */
export function checkpointRecords(records: KeyValue): CheckpointRecords {
  return {
    put: (run, step, state, about) =>
      doing("the checkpoint", async () => {
        const key = under(run) + String(step).padStart(12, "0");
        const entry = entryOf(key, state, { run, step, ...(about !== undefined && { about }) });
        const checkpoint: Checkpoint = { run, step, savedAt: entry.savedAt, state };
        const older = (await checkpointKeys(records, run)).filter((known) => !known.endsWith(key));
        await records.write({
          put: [
            [CHECKPOINT.value + key, checkpoint],
            [CHECKPOINT.entry + key, entry],
          ],
          remove: older,
        });
      }),
    async latest(run) {
      const keys = await doing("the checkpoint", () => records.keysUnder(CHECKPOINT.value + under(run)));
      const last = keys.at(-1);
      return last === undefined ? null : valueAt<Checkpoint>(records, "the checkpoint", last);
    },
    list: () => listUnder<CheckpointStub>(records, "the list of checkpoints", CHECKPOINT.entry),
    delete: (run) =>
      doing("the checkpoints", async () => records.write({ remove: await checkpointKeys(records, run) })),
  };
}

/** Keys of all that is kept of a run's checkpoints. */
export async function checkpointKeys(records: KeyValue, run: string): Promise<string[]> {
  const slots = Object.values(CHECKPOINT);
  return (await Promise.all(slots.map((prefix) => records.keysUnder(prefix + under(run))))).flat();
}
