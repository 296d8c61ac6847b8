/** The little that storage needs of a database: atomic writes of several keys, reads by key and by prefix. */
import { promisifyRequest } from "idb-keyval";
import { openDatabase } from "./database.ts";

export interface KeyValue {
  /** All of it happens, or none: a tab that is killed in between leaves what was there before. */
  write(change: { put?: readonly (readonly [string, unknown])[]; remove?: readonly string[] }): Promise<void>;
  get(key: string): Promise<unknown>;
  /** Values of all keys that begin with `prefix`, in key order. */
  valuesUnder(prefix: string): Promise<unknown[]>;
  keysUnder(prefix: string): Promise<string[]>;
}

const under = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/**
 * IndexedDB through idb-keyval: one database, one object store, so that one transaction spans every kind of record.
 * @param patience milliseconds to wait for another tab that holds the database back
 */
export function indexedDbKeyValue(database: string, patience?: number): KeyValue {
  const use = openDatabase(database, patience);
  return {
    write: ({ put = [], remove = [] }) =>
      use("readwrite", (store) => {
        const done = promisifyRequest<void>(store.transaction);
        try {
          for (const [key, value] of put) store.put(value, key);
          for (const key of remove) store.delete(key);
        } catch (thrown) {
          // A value that cannot be cloned: what was put before it must not be kept either.
          done.catch(() => undefined);
          try {
            store.transaction.abort();
          } catch {
            // The database gave it up by itself; what was wrong matters more.
          }
          throw thrown;
        }
        return done;
      }),
    get: (key) => use("readonly", (store) => promisifyRequest<unknown>(store.get(key))),
    valuesUnder: (prefix) =>
      use("readonly", (store) => promisifyRequest<unknown[]>(store.getAll(under(prefix)))),
    keysUnder: (prefix) =>
      use("readonly", (store) => promisifyRequest<IDBValidKey[]>(store.getAllKeys(under(prefix)))).then(
        (keys) => keys.map(String),
      ),
  };
}

/** The same in memory: for windows that forbid storage, and for tests. Values are cloned, as a database would. */
export function memoryKeyValue(): KeyValue {
  const records = new Map<string, unknown>();
  const keysUnder = (prefix: string) => [...records.keys()].filter((key) => key.startsWith(prefix)).sort();
  return {
    async write({ put = [], remove = [] }) {
      const cloned = put.map(([key, value]) => [key, structuredClone(value)] as const);
      for (const [key, value] of cloned) records.set(key, value);
      for (const key of remove) records.delete(key);
    },
    get: async (key) => structuredClone(records.get(key)),
    valuesUnder: async (prefix) => keysUnder(prefix).map((key) => structuredClone(records.get(key))),
    keysUnder: async (prefix) => keysUnder(prefix),
  };
}
