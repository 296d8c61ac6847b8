/** Many texts in few byte buffers: less than half of what they take as strings, and nothing for the garbage collector to walk. */
import { heapText } from "../heap_text.ts";
import { column } from "./column.ts";
import { bytesOf, putAway, type Room, type Slab } from "./room.ts";

/** Bytes of one buffer. A text longer than a quarter of it has a buffer of its own. */
const CHUNK = 4 * 2 ** 20;

/** Texts as UTF-8, one after the other. Plain data, but for buffers that are away. */
export interface PackedTexts {
  readonly chunks: readonly Slab[];
  /** Per text: the buffer that holds it, its first byte there, and how many bytes it has. */
  readonly chunk: Uint32Array;
  readonly start: Uint32Array;
  readonly bytes: Uint32Array;
}

const encoder = new TextEncoder();

export interface TextPacker {
  /**
   * @param text without halves of surrogate pairs that stand alone: no UTF-8 could hold these
   * @returns its number
   */
  add(text: string): number;
  /** A text that was added. */
  text(index: number): string;
  /** Bytes of all texts so far. */
  bytes(): number;
  /** Ends the packing. @param order numbers of the texts, in the order in which they are wanted */
  done(order: Uint32Array): PackedTexts;
}

/**
 * @param room where full buffers go, so that memory does not hold them
 * @param from bytes of text from which they go there
 */
export function textPacker(room: Room | null = null, from = 0): TextPacker {
  const chunks: Slab[] = [];
  const chunk = column((length) => new Uint32Array(length));
  const start = column((length) => new Uint32Array(length));
  const bytes = column((length) => new Uint32Array(length));
  let open: { readonly at: number; readonly buffer: Uint8Array<ArrayBuffer>; used: number } | undefined;
  let total = 0;
  /** Buffers before this one are where they belong. */
  let settled = 0;

  const note = (at: number, first: number, length: number): number => {
    chunk.push(at);
    start.push(first);
    bytes.push(length);
    total += length;
    return chunk.length - 1;
  };
  /** Puts away what is whole, once there is enough of it. */
  const settle = (): void => {
    if (room === null || total < from) return;
    for (; settled < chunks.length; settled++) {
      const whole = chunks[settled]!;
      if (settled === open?.at) break;
      if (whole instanceof Uint8Array) chunks[settled] = putAway(whole, room);
    }
  };
  const close = (): void => {
    if (open) chunks[open.at] = putAway(open.buffer.subarray(0, open.used), total < from ? null : room);
    open = undefined;
  };
  /** A buffer with room for that many bytes. */
  const roomFor = (length: number): NonNullable<typeof open> => {
    if (open && open.buffer.length - open.used >= length) return open;
    const before = open?.buffer;
    close();
    // What was in it has been copied, here or away.
    open = { at: chunks.length, buffer: before ?? new Uint8Array(CHUNK), used: 0 };
    chunks.push(open.buffer);
    settle();
    return open;
  };
  const at = (index: number): string =>
    heapText(bytesOf(chunks[chunk.get(index)]!, start.get(index), bytes.get(index)));

  return {
    add(text) {
      // No text takes more than three bytes per UTF-16 unit.
      if (3 * text.length <= CHUNK / 4) {
        const into = roomFor(3 * text.length);
        const { written } = encoder.encodeInto(text, into.buffer.subarray(into.used));
        const index = note(into.at, into.used, written);
        into.used += written;
        return index;
      }
      const own = encoder.encode(text);
      const index = note(chunks.length, 0, own.length);
      chunks.push(room !== null && total >= from ? putAway(own, room) : own);
      return index;
    },
    text: at,
    bytes: () => total,
    done(order) {
      close();
      settle();
      const ordered = (of: typeof chunk): Uint32Array => order.map((index) => of.get(index));
      return { chunks, chunk: ordered(chunk), start: ordered(start), bytes: ordered(bytes) };
    },
  };
}

/** One of the texts. */
export function textAt({ chunks, chunk, start, bytes }: PackedTexts, index: number): string {
  return heapText(bytesOf(chunks[chunk[index]!]!, start[index]!, bytes[index]!));
}
