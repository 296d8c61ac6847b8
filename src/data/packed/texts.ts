/** Many texts in few byte buffers: less than half of what they take as strings, and nothing for the garbage collector to walk. */
import { heapText } from "../heap_text.ts";
import { column } from "./column.ts";

/** Bytes of one buffer. A text longer than a quarter of it has a buffer of its own. */
const CHUNK = 4 * 2 ** 20;

/** Texts as UTF-8, one after the other. Plain data. */
export interface PackedTexts {
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  /** Per text: the buffer that holds it, its first byte there, and how many bytes it has. */
  readonly chunk: Uint32Array;
  readonly start: Uint32Array;
  readonly bytes: Uint32Array;
}

const encoder = new TextEncoder();

export interface TextPacker {
  /** @param text without halves of surrogate pairs that stand alone: no UTF-8 could hold these */
  add(text: string): void;
  /** Bytes of all texts so far. */
  bytes(): number;
  /** Ends the packing. */
  done(): PackedTexts;
}

export function textPacker(): TextPacker {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const chunk = column((length) => new Uint32Array(length));
  const start = column((length) => new Uint32Array(length));
  const bytes = column((length) => new Uint32Array(length));
  let open: { readonly at: number; readonly buffer: Uint8Array<ArrayBuffer>; used: number } | undefined;
  let total = 0;

  const note = (at: number, from: number, length: number): void => {
    chunk.push(at);
    start.push(from);
    bytes.push(length);
    total += length;
  };
  /** A buffer with room for that many bytes. */
  const roomFor = (length: number): NonNullable<typeof open> => {
    if (open && open.buffer.length - open.used >= length) return open;
    if (open) chunks[open.at] = open.buffer.slice(0, open.used);
    open = { at: chunks.length, buffer: new Uint8Array(CHUNK), used: 0 };
    chunks.push(open.buffer);
    return open;
  };

  return {
    add(text) {
      // No text takes more than three bytes per UTF-16 unit.
      if (3 * text.length <= CHUNK / 4) {
        const into = roomFor(3 * text.length);
        const { written } = encoder.encodeInto(text, into.buffer.subarray(into.used));
        note(into.at, into.used, written);
        into.used += written;
        return;
      }
      const own = encoder.encode(text);
      note(chunks.length, 0, own.length);
      chunks.push(own);
    },
    bytes: () => total,
    done() {
      if (open) chunks[open.at] = open.buffer.slice(0, open.used);
      open = undefined;
      return { chunks, chunk: chunk.done(), start: start.done(), bytes: bytes.done() };
    },
  };
}

/** The bytes of one of the texts. */
export function bytesAt({ chunks, chunk, start, bytes }: PackedTexts, index: number): Uint8Array {
  const from = start[index]!;
  return chunks[chunk[index]!]!.subarray(from, from + bytes[index]!);
}

/** One of the texts. */
export function textAt(texts: PackedTexts, index: number): string {
  return heapText(bytesAt(texts, index));
}
