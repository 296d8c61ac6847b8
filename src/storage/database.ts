/** The browser's database, opened so that it never stands in another tab's way and never waits for one for ever. */
import { promisifyRequest, type UseStore } from "idb-keyval";
import { TiltError } from "../base/errors.ts";

const STORE = "records";

/** Milliseconds after which an opening that does not end is given up: another tab holds the database back. */
export const PATIENCE = 10_000;

/** Why an opening does not end: in another tab an older Tilt is open, and this browser waits for it to let go. */
function heldBack(): TiltError {
  return new TiltError("another tab keeps the database busy", {
    where: "storage",
    remedy: "Close the other tabs of Tilt, then reload this one.",
  });
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(heldBack()), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * One database with one object store, for idb-keyval's functions. When another tab wants to upgrade or delete the database, the
 * connection is closed at once, and opened again at the next use; what was being written is finished first.
 * @param patience milliseconds to wait for an opening
 */
export function openDatabase(name: string, patience = PATIENCE): UseStore {
  let opened: Promise<IDBDatabase> | undefined;

  function connect(): Promise<IDBDatabase> {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    const opening = promisifyRequest(request);
    const forget = (): void => {
      if (opened === connection) opened = undefined;
    };
    opening.then(
      (database) => {
        database.onclose = forget;
        database.onversionchange = () => {
          forget();
          database.close();
        };
        // Given up meanwhile: it must not stay open unused.
        if (opened !== connection) database.close();
      },
      () => undefined,
    );
    const connection = within(opening, patience);
    connection.catch(forget);
    return connection;
  }

  return async (mode, act) => {
    opened ??= connect();
    let database = await opened;
    try {
      return await act(database.transaction(STORE, mode).objectStore(STORE));
    } catch (thrown) {
      // Closed between the opening and now, by a tab that upgrades: one more try on a new connection.
      if (!(thrown instanceof DOMException) || thrown.name !== "InvalidStateError") throw thrown;
      opened = connect();
      database = await opened;
      return act(database.transaction(STORE, mode).objectStore(STORE));
    }
  };
}
