/** Where models that a person brought are kept: their files as they came, under the id that specs name them by. */
import type { KeyValue } from "./key-value.ts";
import { MODEL } from "./keys.ts";
import { doing, type Entry, entryOf, keysOf, listUnder, valueAt } from "./record.ts";

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

/** Models' files in a store; a method that fails throws a TiltError. */
export function modelRecords(records: KeyValue): ModelRecords {
  return {
    put(id, files, summary) {
      const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
      return doing("the model", () =>
        records.write({
          put: [
            [MODEL.value + id, files],
            [MODEL.entry + id, entryOf(id, files, summary, bytes)],
          ],
        }),
      );
    },
    get: (id) => valueAt<ModelFile[]>(records, "the model", MODEL.value + id),
    list: () => listUnder(records, "the list of models", MODEL.entry),
    delete: (id) => doing("the model", () => records.write({ remove: keysOf(MODEL, id) })),
  };
}
