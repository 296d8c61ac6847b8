/**
 * Bytes that lie outside of this process, on a disk say, and are read without waiting. Texts of a large file are held there where there is
 * such a place; where there is none, or it is full, they stay in memory.
 */
import { TiltError } from "../../base/errors.ts";

/** A place that grows. It goes when nobody holds it any more. */
export interface Room {
  /** Puts bytes behind those that are there. Returns where they begin; null when there is no more room. */
  append(bytes: Uint8Array): number | null;
  /** Reads from a place on. Returns how many bytes there were, at most as many as fit. */
  read(at: number, into: Uint8Array): number;
  /** Everything so far as a piece of a file, readable while the room is there and nothing is added; null where that cannot be had. */
  snapshot?(): Promise<Blob | null>;
}

/** Bytes that are in a room. */
export interface Away {
  readonly room: Room;
  readonly at: number;
  readonly length: number;
}

/** A buffer of texts: here, or away. */
export type Slab = Uint8Array<ArrayBuffer> | Away;

/** Bytes read at once, and how many such windows are kept of a room: neighbours are mostly read one after the other. */
const WINDOW = 2 ** 16;
const KEPT = 32;

interface Windows {
  readonly number: Float64Array;
  readonly filled: Float64Array;
  readonly bytes: Uint8Array[];
}

const windows = new WeakMap<Room, Windows>();

/** Puts bytes away, or keeps a copy of them where that cannot be. */
export function putAway(bytes: Uint8Array, room: Room | null): Slab {
  const at = room?.append(bytes) ?? null;
  return room === null || at === null ? bytes.slice() : { room, at, length: bytes.length };
}

/** In pieces: private windows hand larger ones over in shared memory, which stays for a while. */
function readWhole(room: Room, at: number, into: Uint8Array): Uint8Array {
  let read = 0;
  while (read < into.length) {
    const piece = into.subarray(read, read + WINDOW);
    if (room.read(at + read, piece) < piece.length) break;
    read += piece.length;
  }
  if (read === into.length) return into;
  throw new TiltError("The rows' texts, which lay on the disk, are gone.", {
    where: "the browser's storage",
    remedy: "Reload the page; if the data are not in the list any more, drop the file again.",
  });
}

/** The window of that number, with its first `least` bytes; null when they are not there. */
function windowOf(room: Room, number: number, least: number): Uint8Array | null {
  let kept = windows.get(room);
  if (!kept) {
    kept = { number: new Float64Array(KEPT).fill(-1), filled: new Float64Array(KEPT), bytes: [] };
    windows.set(room, kept);
  }
  const slot = number % KEPT;
  const bytes = (kept.bytes[slot] ??= new Uint8Array(WINDOW));
  if (kept.number[slot] !== number || kept.filled[slot]! < least) {
    kept.number[slot] = -1;
    kept.filled[slot] = room.read(number * WINDOW, bytes);
    kept.number[slot] = number;
  }
  return kept.filled[slot]! < least ? null : bytes;
}

/** Some bytes of a slab. Valid until the next call: they may lie in a window that moves on. */
export function bytesOf(slab: Slab, from: number, length: number): Uint8Array {
  if (slab instanceof Uint8Array) return slab.subarray(from, from + length);
  const at = slab.at + from;
  const number = Math.floor(at / WINDOW);
  const inside = at - number * WINDOW;
  if (inside + length <= WINDOW) {
    const window = windowOf(slab.room, number, inside + length);
    if (window) return window.subarray(inside, inside + length);
  }
  return readWhole(slab.room, at, new Uint8Array(length));
}

/** All bytes of a slab; `own` where they are a copy that nobody else has. */
export function wholeOf(slab: Slab): { readonly bytes: Uint8Array<ArrayBuffer>; readonly own: boolean } {
  if (slab instanceof Uint8Array) return { bytes: slab, own: false };
  const bytes = new Uint8Array(slab.length);
  readWhole(slab.room, slab.at, bytes);
  return { bytes, own: true };
}
