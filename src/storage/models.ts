/** Where models that a person brought are kept: their files as they came, under the id that specs name them by. */
import type { KeyValue } from "./key-value.ts";
import { MODEL } from "./keys.ts";
import type { Entry } from "./storage.ts";
import { storageError } from "./storage-errors.ts";

export interface ModelFile {
  readonly name: string;
  readonly blob: Blob;
}

export interface ModelRecords {
  /** Stores a model's files. The summary is what a listing needs, and comes back as given. */
  put(id: string, files: readonly ModelFile[], summary: unknown): Promise<void>;
  /** Null when it is not here. */
  get(id: string): Promise<readonly ModelFile[] | null>;
  /** Newest first. */
  list(): Promise<readonly Entry<unknown>[]>;
  delete(id: string): Promise<void>;
}

export function modelRecords(records: KeyValue): ModelRecords {
  const doing = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (thrown) {
      throw storageError(thrown, what);
    }
  };
  return {
    put(id, files, summary) {
      const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
      const entry: Entry<unknown> = { id, savedAt: new Date().toISOString(), bytes, summary };
      return doing("the model", () =>
        records.write({
          put: [
            [MODEL.value + id, files],
            [MODEL.entry + id, entry],
          ],
        }),
      );
    },
    get: (id) =>
      doing(
        "the model",
        async () => ((await records.get(MODEL.value + id)) as ModelFile[] | undefined) ?? null,
      ),
    list: () =>
      doing("the list of models", async () => {
        const entries = (await records.valuesUnder(MODEL.entry)) as Entry<unknown>[];
        return entries.sort((a, b) => (a.savedAt < b.savedAt ? 1 : a.savedAt > b.savedAt ? -1 : 0));
      }),
    delete: (id) =>
      doing("the model", () => records.write({ remove: Object.values(MODEL).map((prefix) => prefix + id) })),
  };
}
