/** What every kind of record shares: its line in a listing, and failures in words. */
import type { KeyValue } from "./key-value.ts";
import { approximateBytes } from "./size.ts";
import { storageError } from "./storage-errors.ts";

/** A line of a listing. */
export interface Entry<Summary> {
  readonly id: string;
  /** ISO 8601. */
  readonly savedAt: string;
  /** About. */
  readonly bytes: number;
  readonly summary: Summary;
}

/** @param bytes about; counted from the value where it is not given */
export function entryOf<Summary>(
  id: string,
  value: unknown,
  summary: Summary,
  bytes = approximateBytes(value),
): Entry<Summary> {
  return { id, savedAt: new Date().toISOString(), bytes, summary };
}

/**
 * Does something with the storage.
 * @param what what it is done with, as a noun: "the run"
 * @throws TiltError that says what failed with what, and what to do
 */
export async function doing<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    throw storageError(thrown, what);
  }
}

/** The listing under a prefix, newest first. */
export function listUnder<Summary>(
  records: KeyValue,
  what: string,
  prefix: string,
): Promise<Entry<Summary>[]> {
  return doing(what, async () => {
    const entries = (await records.valuesUnder(prefix)) as Entry<Summary>[];
    return entries.sort((a, b) => (a.savedAt < b.savedAt ? 1 : a.savedAt > b.savedAt ? -1 : 0));
  });
}

/** The value under a key; null where there is none. Whoever put it there knows its type. */
export function valueAt<Value>(records: KeyValue, what: string, key: string): Promise<Value | null> {
  return doing(what, async () => ((await records.get(key)) as Value | undefined) ?? null);
}

/** Bytes of a listing's records, about. */
export function bytesOf(entries: readonly Entry<unknown>[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Where the keys of what belongs to a record begin. Encoded, so that no record's id is the beginning of another's keys. */
export function under(id: string): string {
  return `${encodeURIComponent(id)}/`;
}

/** Keys of all that is kept of a record. @param slots prefixes, see keys.ts */
export function keysOf(slots: Readonly<Record<string, string>>, id: string): string[] {
  return Object.values(slots).map((prefix) => prefix + id);
}
