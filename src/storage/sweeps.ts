/** Where sweeps are kept: the sweep with its queue under one key, every finished cell under its own. */
import type { KeyValue } from "./key-value.ts";
import { CELL, SWEEP } from "./keys.ts";
import { approximateBytes } from "./size.ts";
import type { Entry } from "./storage.ts";
import { storageError } from "./storage-errors.ts";

export interface SweepRecords {
  /** Stores a sweep's state, replacing an older one. The summary is what a listing needs; both come back as given. */
  put(id: string, state: unknown, summary: unknown): Promise<void>;
  get(id: string): Promise<unknown>;
  list(): Promise<readonly Entry<unknown>[]>;
  /** About, of a sweep's finished cells. */
  cellBytes(sweep: string): Promise<number>;
  /** Stores what is kept of a finished cell. @param name what it is called in a backup's list */
  putCell(sweep: string, cell: string, result: unknown, name: string): Promise<void>;
  /** Of all finished cells, in no particular order. */
  cells(sweep: string): Promise<readonly unknown[]>;
  deleteCell(sweep: string, cell: string): Promise<void>;
  /** Deletes the sweep and its cells. */
  delete(id: string): Promise<void>;
}

export function sweepRecords(records: KeyValue): SweepRecords {
  const doing = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (thrown) {
      throw storageError(thrown, what);
    }
  };
  const entry = (id: string, value: unknown, summary: unknown): Entry<unknown> => ({
    id,
    savedAt: new Date().toISOString(),
    bytes: approximateBytes(value),
    summary,
  });
  // Encoded, so that no sweep's id is the beginning of another's keys.
  const under = (sweep: string) => `${encodeURIComponent(sweep)}/`;

  return {
    put: (id, state, summary) =>
      doing("the sweep", () =>
        records.write({
          put: [
            [SWEEP.value + id, state],
            [SWEEP.entry + id, entry(id, state, summary)],
          ],
        }),
      ),
    get: (id) => doing("the sweep", async () => (await records.get(SWEEP.value + id)) ?? null),
    list: () =>
      doing("the list of sweeps", async () => {
        const entries = (await records.valuesUnder(SWEEP.entry)) as Entry<unknown>[];
        return entries.sort((a, b) => (a.savedAt < b.savedAt ? 1 : a.savedAt > b.savedAt ? -1 : 0));
      }),
    cellBytes: (sweep) =>
      doing("the list of a sweep's runs", async () => {
        const entries = (await records.valuesUnder(CELL.entry + under(sweep))) as Entry<unknown>[];
        return entries.reduce((sum, { bytes }) => sum + bytes, 0);
      }),
    putCell: (sweep, cell, result, name) => {
      const id = under(sweep) + cell;
      return doing("a finished run of the sweep", () =>
        records.write({
          put: [
            [CELL.value + id, result],
            [CELL.entry + id, entry(id, result, { name })],
          ],
        }),
      );
    },
    cells: (sweep) => doing("the sweep's results", () => records.valuesUnder(CELL.value + under(sweep))),
    deleteCell: (sweep, cell) =>
      doing("a run of the sweep", () =>
        records.write({ remove: Object.values(CELL).map((prefix) => prefix + under(sweep) + cell) }),
      ),
    delete: (id) =>
      doing("the sweep", async () => {
        const cells = await Promise.all(
          Object.values(CELL).map((prefix) => records.keysUnder(prefix + under(id))),
        );
        const own = Object.values(SWEEP).map((prefix) => prefix + id);
        await records.write({ remove: [...own, ...cells.flat()] });
      }),
  };
}
