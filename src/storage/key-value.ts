/** The little that storage needs of a database: atomic writes of several keys, reads by key and by prefix. */
import { promisifyRequest } from "idb-keyval";
import { openDatabase } from "./database.ts";

export interface Change {
  readonly put?: readonly (readonly [string, unknown])[];
  readonly remove?: readonly string[];
  /** Nothing happens unless this key is there in that moment: another tab may have deleted what is changed. */
  readonly where?: string;
}

export interface KeyValue {
  /** All of it happens, or none: a tab that is killed in between leaves what was there before. */
  write(change: Change): Promise<void>;
  get(key: string): Promise<unknown>;
  /** Values of all keys that begin with `prefix`, in key order. */
  valuesUnder(prefix: string): Promise<unknown[]>;
  keysUnder(prefix: string): Promise<string[]>;
}

const under = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/** @throws what a transaction was given up for: a full disk, say. It is known when it ends, not when one of its requests fails. */
function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException("The database gave the write up.", "AbortError"));
  });
}

/**
 * IndexedDB through idb-keyval: one database, one object store, so that one transaction spans every kind of record.
 * @param patience milliseconds to wait for another tab that holds the database back
 */
export function indexedDbKeyValue(database: string, patience?: number): KeyValue {
  const use = openDatabase(database, patience);
  return {
    write: ({ put = [], remove = [], where }) =>
      use("readwrite", async (store) => {
        const done = finished(store.transaction);
        let wrong: unknown;
        const act = (): void => {
          try {
            for (const [key, value] of put) store.put(value, key);
            for (const key of remove) store.delete(key);
          } catch (thrown) {
            // A value that cannot be cloned: what was put before it must not be kept either.
            wrong = thrown;
            try {
              store.transaction.abort();
            } catch {
              // The database gave it up by itself; what was wrong matters more.
            }
          }
        };
        if (where === undefined) act();
        else {
          const there = store.getKey(where);
          there.onsuccess = () => {
            if (there.result !== undefined) act();
          };
        }
        await done.catch((thrown) => {
          throw wrong ?? thrown;
        });
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
    async write({ put = [], remove = [], where }) {
      if (where !== undefined && !records.has(where)) return;
      const cloned = put.map(([key, value]) => [key, structuredClone(value)] as const);
      for (const [key, value] of cloned) records.set(key, value);
      for (const key of remove) records.delete(key);
    },
    get: async (key) => structuredClone(records.get(key)),
    valuesUnder: async (prefix) => keysUnder(prefix).map((key) => structuredClone(records.get(key))),
    keysUnder: async (prefix) => keysUnder(prefix),
  };
}
