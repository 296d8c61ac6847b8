/**
 * What source classifiers learned, for telling later why one took a response for whose it is. Addressed by a hash of what
 * each was trained on and how: runs with the same ratio share one, and it goes with the last of them.
 */
import type { KeyValue } from "./key-value.ts";
import { CLASSIFIER, RUN } from "./keys.ts";
import { approximateBytes } from "./size.ts";
import type { Entry } from "./storage.ts";
import { storageError } from "./storage-errors.ts";

export interface ClassifierRecords {
  /** Stores a classifier, unless it is here, and that a run's ratio came from it. The summary comes back as given. */
  put(id: string, run: string, value: unknown, summary: unknown): Promise<void>;
  /** The classifier of a run; null when it was not kept. */
  ofRun(run: string): Promise<unknown>;
  /** In no particular order. */
  list(): Promise<readonly Entry<unknown>[]>;
  delete(id: string): Promise<void>;
}

const keysOf = (id: string): string[] => Object.values(CLASSIFIER).map((prefix) => prefix + id);

export function classifierRecords(records: KeyValue): ClassifierRecords {
  const doing = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (thrown) {
      throw storageError(thrown, "what moved the classifier");
    }
  };
  return {
    put: (id, run, value, summary) =>
      doing(async () => {
        const here = (await records.get(CLASSIFIER.entry + id)) !== undefined;
        const savedAt = new Date().toISOString();
        const entry: Entry<unknown> = { id, savedAt, bytes: approximateBytes(value), summary };
        await records.write({
          put: [
            [RUN.classifier + run, id],
            ...(here
              ? []
              : ([
                  [CLASSIFIER.value + id, value],
                  [CLASSIFIER.entry + id, entry],
                ] as const)),
          ],
        });
      }),
    ofRun: (run) =>
      doing(async () => {
        const id = await records.get(RUN.classifier + run);
        return typeof id === "string" ? ((await records.get(CLASSIFIER.value + id)) ?? null) : null;
      }),
    list: () => doing(async () => (await records.valuesUnder(CLASSIFIER.entry)) as Entry<unknown>[]),
    delete: (id) => doing(() => records.write({ remove: keysOf(id) })),
  };
}

/** Keys of the classifier that only this run refers to: they go with it. */
export async function classifierOnlyOf(records: KeyValue, run: string): Promise<string[]> {
  const id = await records.get(RUN.classifier + run);
  if (typeof id !== "string") return [];
  const users = (await records.valuesUnder(RUN.classifier)).filter((one) => one === id);
  return users.length > 1 ? [] : keysOf(id);
}
