/** Where finished runs are kept, with what may lie beside them. */
import { checkpointKeys } from "./checkpoints.ts";
import { classifierOnlyOf } from "./classifiers.ts";
import type { KeyValue } from "./key-value.ts";
import { RUN } from "./keys.ts";
import { doing, type Entry, entryOf, keysOf, listUnder, valueAt } from "./record.ts";
import { approximateBytes } from "./size.ts";

/** What may lie beside a run: its trained weights, and its judged answers. */
export type BesideRun = "weights" | "judged";
const BESIDE: Readonly<Record<BesideRun, string>> = {
  weights: "the trained weights",
  judged: "the judged answers",
};

export interface RunRecords {
  /**
   * Stores a run. The summary is what a listing needs, `estimates` what an export needs beside, `draws` the weight of every
   * unit at every step; all come back as given.
   */
  put(id: string, record: unknown, summary: unknown, estimates?: unknown, draws?: unknown): Promise<void>;
  get(id: string): Promise<unknown>;
  estimates(id: string): Promise<unknown>;
  draws(id: string): Promise<unknown>;
  /** Newest first. */
  list(): Promise<readonly Entry<unknown>[]>;
  /** Changes what a stored run is called or says, in its old place of the listing. Nothing happens when it is gone. */
  change(id: string, record: unknown, summary: unknown): Promise<void>;
  /** Keeps something big beside a stored run; it goes when the run goes. Nothing happens when the run is gone. */
  putBeside(id: string, what: BesideRun, value: unknown): Promise<void>;
  /** Null where it was not kept. */
  beside(id: string, what: BesideRun): Promise<unknown>;
  /** Ids of runs that have it. */
  having(what: BesideRun): Promise<readonly string[]>;
  /** Deletes the run, its checkpoints, and its classifier where no other run came from it. */
  delete(id: string): Promise<void>;
}

/** Runs in a store, with what is kept beside them; a method that fails throws a TiltError. */
export function runRecords(records: KeyValue): RunRecords {
  const at = (key: string, what = "the run") => valueAt<unknown>(records, what, key);
  const entryAt = (id: string) => valueAt<Entry<unknown>>(records, "the run", RUN.entry + id);
  return {
    put: (id, record, summary, estimates = null, draws = null) =>
      doing("the run", () =>
        records.write({
          put: [
            [RUN.value + id, record],
            [RUN.estimates + id, estimates],
            [RUN.draws + id, draws],
            [RUN.entry + id, entryOf(id, [record, estimates, draws], summary)],
          ],
        }),
      ),
    get: (id) => at(RUN.value + id),
    estimates: (id) => at(RUN.estimates + id, "the run's estimates"),
    draws: (id) => at(RUN.draws + id, "the run's weights over time"),
    list: () => listUnder(records, "the list of runs", RUN.entry),
    async change(id, record, summary) {
      const old = await entryAt(id);
      if (!old) return;
      await doing("the run", () =>
        records.write({
          put: [
            [RUN.value + id, record],
            [RUN.entry + id, { ...old, summary }],
          ],
          where: RUN.entry + id,
        }),
      );
    },
    async putBeside(id, what, value) {
      const old = await entryAt(id);
      if (!old) return;
      const before = await at(RUN[what] + id);
      const bytes = old.bytes + approximateBytes(value) - (before === null ? 0 : approximateBytes(before));
      await doing(BESIDE[what], () =>
        records.write({
          put: [
            [RUN[what] + id, value],
            [RUN.entry + id, { ...old, bytes }],
          ],
          where: RUN.entry + id,
        }),
      );
    },
    beside: (id, what) => at(RUN[what] + id),
    having: (what) =>
      doing("the list of runs", async () =>
        (await records.keysUnder(RUN[what])).map((key) => key.slice(RUN[what].length)),
      ),
    delete: (id) =>
      doing("the run", async () => {
        const classifier = await classifierOnlyOf(records, id);
        await records.write({
          remove: [...keysOf(RUN, id), ...classifier, ...(await checkpointKeys(records, id))],
        });
      }),
  };
}
