/** Where datasets are kept, by the hash of their content, with the files they came from beside them. */
import type { Dataset } from "../data/dataset.ts";
import type { KeyValue } from "./key-value.ts";
import { DATASET } from "./keys.ts";
import { type OpenRoom, packGroups, unpackGroups } from "./large.ts";
import { doing, type Entry, entryOf, keysOf, listUnder, valueAt } from "./record.ts";
import { copiesFiles } from "./scratch.ts";
import { approximateBytes } from "./size.ts";
import { isQuota } from "./storage-errors.ts";

/** A dataset without its groups. */
export interface DatasetStub {
  readonly name: string;
  readonly format: string;
  readonly sources: readonly string[];
  readonly target: number;
  readonly groups: number;
  readonly unpaired: number;
  readonly rowsRead: number;
}

/** What is kept beside a dataset: all of it may be missing. */
export interface DatasetExtra {
  /** What was assumed while reading, in words. */
  readonly notes?: readonly string[];
  /** The original files, for an export with the original columns. */
  readonly files?: readonly Blob[];
  /** How they were read, where that was not guessed. */
  readonly options?: unknown;
  /** The dataset without its rows, for listings that should not load it; comes back as given. */
  readonly about?: unknown;
}

export interface DatasetRecords {
  /** Where about so many bytes of a large dataset's texts may lie outside of memory; null where there is no such place. */
  readonly openRoom: OpenRoom;
  /** Stores a dataset under its hash, replacing one with the same. Where its files do not fit beside it, it is kept alone. */
  put(dataset: Dataset, extra?: DatasetExtra): Promise<void>;
  get(hash: string): Promise<Dataset | null>;
  /** The original files, for an export with the original columns; empty when they were not kept. */
  files(hash: string): Promise<readonly Blob[]>;
  notes(hash: string): Promise<readonly string[]>;
  /** How its files were read, as given to `put`; null when by guess. */
  options(hash: string): Promise<unknown>;
  /** What was given as `about`; null in records older than it. */
  about(hash: string): Promise<unknown>;
  /** Newest first. */
  list(): Promise<readonly Entry<DatasetStub>[]>;
  delete(hash: string): Promise<void>;
}

/** @param openRoom where texts of large datasets lie while they are in use; without it, in memory */
export function datasetRecords(
  records: KeyValue,
  openRoom: OpenRoom = () => Promise.resolve(null),
): DatasetRecords {
  let copied: Promise<boolean> | undefined;
  const copies = () => (copied ??= copiesPieces(records));
  return {
    openRoom,
    async put(dataset, { notes = [], files = [], options = null, about = null } = {}) {
      const { hash, name } = dataset;
      const { value, bytes } = await packGroups(dataset, copies);
      const put = (originals: readonly Blob[]) =>
        records.write({
          put: [
            [DATASET.value + hash, value],
            [DATASET.files + hash, originals],
            [DATASET.notes + hash, notes],
            [DATASET.options + hash, options],
            [DATASET.about + hash, about],
            [DATASET.entry + hash, entryOfDataset(dataset, bytes, originals)],
          ],
        });
      await doing(`the dataset “${name}”`, () =>
        // The dataset matters more than the files it came from: where both do not fit, it is kept alone.
        put(files).catch((thrown) =>
          files.length > 0 && isQuota(thrown) ? put([]) : Promise.reject(thrown),
        ),
      );
    },
    async get(hash) {
      const stored = await valueAt<Dataset>(records, "the dataset", DATASET.value + hash);
      return stored && doing("the dataset", () => unpackGroups(stored, openRoom));
    },
    files: async (hash) => (await valueAt<Blob[]>(records, "the files", DATASET.files + hash)) ?? [],
    notes: async (hash) => (await valueAt<string[]>(records, "the notes", DATASET.notes + hash)) ?? [],
    options: (hash) => valueAt(records, "the options", DATASET.options + hash),
    about: (hash) => valueAt(records, "the summary", DATASET.about + hash),
    list: () => listUnder<DatasetStub>(records, "the list of datasets", DATASET.entry),
    delete: (hash) => doing("the dataset", () => records.write({ remove: keysOf(DATASET, hash) })),
  };
}

/** Whether the database keeps the bytes of a piece of a file that goes. */
function copiesPieces(records: KeyValue): Promise<boolean> {
  const key = `probe/${crypto.randomUUID()}`;
  return copiesFiles(
    (blob) => records.write({ put: [[key, blob]] }),
    () => records.get(key),
  )
    .finally(() => records.write({ remove: [key] }))
    .catch(() => false);
}

/** A dataset's line in the listing. @param bytes what it takes, without its files */
export function entryOfDataset(dataset: Dataset, bytes: number, files: readonly Blob[]): Entry<DatasetStub> {
  return entryOf(dataset.hash, dataset, stubOf(dataset), bytes + approximateBytes(files));
}

function stubOf({ name, format, sources, target, groups, unpaired, rowsRead }: Dataset): DatasetStub {
  return { name, format, sources, target, groups: groups.length, unpaired: unpaired.length, rowsRead };
}
