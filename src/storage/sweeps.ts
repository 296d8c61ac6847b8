/** Where sweeps are kept: the sweep with its queue under one key, every finished cell under its own. */
import type { KeyValue } from "./key-value.ts";
import { CELL, SWEEP } from "./keys.ts";
import { bytesOf, doing, type Entry, entryOf, keysOf, listUnder, under, valueAt } from "./record.ts";

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

/** Sweeps and their finished cells in a store; a method that fails throws a TiltError. */
export function sweepRecords(records: KeyValue): SweepRecords {
  return {
    put: (id, state, summary) =>
      doing("the sweep", () =>
        records.write({
          put: [
            [SWEEP.value + id, state],
            [SWEEP.entry + id, entryOf(id, state, summary)],
          ],
        }),
      ),
    get: (id) => valueAt(records, "the sweep", SWEEP.value + id),
    list: () => listUnder(records, "the list of sweeps", SWEEP.entry),
    cellBytes: async (sweep) =>
      bytesOf(await listUnder(records, "the list of a sweep's runs", CELL.entry + under(sweep))),
    putCell: (sweep, cell, result, name) => {
      const id = under(sweep) + cell;
      return doing("a finished run of the sweep", () =>
        records.write({
          put: [
            [CELL.value + id, result],
            [CELL.entry + id, entryOf(id, result, { name })],
          ],
        }),
      );
    },
    cells: (sweep) => doing("the sweep's results", () => records.valuesUnder(CELL.value + under(sweep))),
    deleteCell: (sweep, cell) =>
      doing("a run of the sweep", () => records.write({ remove: keysOf(CELL, under(sweep) + cell) })),
    delete: (id) =>
      doing("the sweep", async () => {
        const cells = await Promise.all(keysOf(CELL, under(id)).map((prefix) => records.keysUnder(prefix)));
        await records.write({ remove: [...keysOf(SWEEP, id), ...cells.flat()] });
      }),
  };
}
