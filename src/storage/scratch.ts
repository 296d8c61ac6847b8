/**
 * Files of the browser's own file system for what is too large for memory and need not outlive the tab. They are open while somebody
 * reads them, and an open file cannot be removed, by any tab: what can be removed was left by a tab that is gone.
 */
import type { Room } from "../data/packed/room.ts";

const FOLDER = "tilt scratch";
/** Free space asked for, as a multiple of what is to be held: what is stored afterwards needs room as well. */
const SPARE = 4;

let swept: Promise<void> | undefined;

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** Removes what tabs left that were closed or killed. Never fails. */
export function sweepScratch(): Promise<void> {
  swept ??= (async () => {
    if (typeof navigator === "undefined" || !navigator.storage?.getDirectory) return;
    const root = await navigator.storage.getDirectory();
    const own = await root.getDirectoryHandle(FOLDER);
    for await (const name of own.keys()) await own.removeEntry(name).catch(() => undefined);
  })().catch(() => undefined);
  return swept;
}

interface Open {
  readonly access: FileSystemSyncAccessHandle;
  readonly name: string;
}

/** Files whose rooms nobody holds any more. */
const forgotten = new FinalizationRegistry<Open>(({ access, name }) => {
  access.close();
  void folder()
    .then((own) => own.removeEntry(name))
    .catch(() => undefined);
});

/** Whether that much may be put on the disk and still leave what storing needs. */
async function fits(bytes: number): Promise<boolean> {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return quota - usage >= SPARE * bytes;
}

function roomIn(access: FileSystemSyncAccessHandle, file: FileSystemFileHandle): Room {
  let length = 0;
  let full = false;
  return {
    append(bytes) {
      if (full) return null;
      try {
        if (access.write(bytes as Uint8Array<ArrayBuffer>, { at: length }) === bytes.length) {
          length += bytes.length;
          return length - bytes.length;
        }
      } catch {
        // No space left: what is there stays readable.
      }
      full = true;
      return null;
    },
    read: (at, into) => access.read(into as Uint8Array<ArrayBuffer>, { at }),
    async snapshot() {
      try {
        access.flush();
        const whole = await file.getFile();
        // Not every browser lets a file that is open be read from elsewhere.
        await whole.slice(0, 1).arrayBuffer();
        return whole.size === length ? whole : null;
      } catch {
        return null;
      }
    },
  };
}

/**
 * A place on the disk for about so many bytes. Null where this browser has none (older ones, private windows of some), or little space.
 * Never fails.
 */
export async function openScratch(bytes: number): Promise<Room | null> {
  try {
    if (typeof navigator === "undefined" || !navigator.storage?.getDirectory) return null;
    await sweepScratch();
    if (!(await fits(bytes))) return null;
    const name = crypto.randomUUID();
    const file = await (await folder()).getFileHandle(name, { create: true });
    const access = await file.createSyncAccessHandle();
    const room = roomIn(access, file);
    forgotten.register(room, { access, name });
    return room;
  } catch {
    return null;
  }
}

/**
 * Whether a database keeps the bytes of a piece of a file, whatever becomes of the file: private windows may keep the reference only.
 * @param keep stores a blob @param back reads it again
 */
export async function copiesFiles(
  keep: (blob: Blob) => Promise<void>,
  back: () => Promise<unknown>,
): Promise<boolean> {
  const name = crypto.randomUUID();
  const own = await folder();
  try {
    const file = await own.getFileHandle(name, { create: true });
    const access = await file.createSyncAccessHandle();
    access.write(Uint8Array.of(1, 2, 3));
    access.close();
    await keep((await file.getFile()).slice(1, 3));
    await own.removeEntry(name);
    const kept = new Uint8Array(await ((await back()) as Blob).arrayBuffer());
    return kept.length === 2 && kept[0] === 2 && kept[1] === 3;
  } catch {
    await own.removeEntry(name).catch(() => undefined);
    return false;
  }
}
