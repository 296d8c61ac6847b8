/**
 * What source classifiers learned, for telling later why one took a response for whose it is. Addressed by a hash of what
 * each was trained on and how: runs with the same ratio share one, and it goes with the last of them.
 */
import type { KeyValue } from "./key-value.ts";
import { CLASSIFIER, RUN } from "./keys.ts";
import { doing, type Entry, entryOf, keysOf, listUnder, valueAt } from "./record.ts";

export interface ClassifierRecords {
  /** Stores a classifier, unless it is here, and that a run's ratio came from it. The summary comes back as given. */
  put(id: string, run: string, value: unknown, summary: unknown): Promise<void>;
  /** The classifier of a run; null when it was not kept. */
  ofRun(run: string): Promise<unknown>;
  /** Newest first. */
  list(): Promise<readonly Entry<unknown>[]>;
  delete(id: string): Promise<void>;
}

/** Classifiers in a store, each once however many runs it served; a method that fails throws a TiltError. */
export function classifierRecords(records: KeyValue): ClassifierRecords {
  const WHAT = "what moved the classifier";
  return {
    put: (id, run, value, summary) =>
      doing(WHAT, async () => {
        const here = (await records.get(CLASSIFIER.entry + id)) !== undefined;
        await records.write({
          put: [
            [RUN.classifier + run, id],
            ...(here
              ? []
              : ([
                  [CLASSIFIER.value + id, value],
                  [CLASSIFIER.entry + id, entryOf(id, value, summary)],
                ] as const)),
          ],
        });
      }),
    async ofRun(run) {
      const id = await valueAt(records, WHAT, RUN.classifier + run);
      return typeof id === "string" ? valueAt(records, WHAT, CLASSIFIER.value + id) : null;
    },
    list: () => listUnder(records, WHAT, CLASSIFIER.entry),
    delete: (id) => doing(WHAT, () => records.write({ remove: keysOf(CLASSIFIER, id) })),
  };
}

/** Keys of the classifier that only this run refers to: they go with it. */
export async function classifierOnlyOf(records: KeyValue, run: string): Promise<string[]> {
  const id = await records.get(RUN.classifier + run);
  if (typeof id !== "string") return [];
  const users = (await records.valuesUnder(RUN.classifier)).filter((one) => one === id);
  return users.length > 1 ? [] : keysOf(CLASSIFIER, id);
}
