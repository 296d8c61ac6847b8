/** Cutting a byte stream into records without decoding it: a record is a slice of bytes and the place it came from. */

export interface Slice {
  /** The record's bytes; null when it is longer than allowed (it was passed over, not held). */
  readonly bytes: Uint8Array | null;
  /** The beginning of one that was passed over. */
  readonly head?: Uint8Array;
  /** 1-based line on which it starts. */
  readonly line: number;
  /** Byte offset of its start in the unpacked file. */
  readonly offset: number;
  /** Whether the memory behind the bytes is nobody else's: it may be given back once they are read. */
  readonly own?: boolean;
}

/**
 * Gives memory back at once: the garbage collector lets a hundred megabytes of it pile up. Whoever still reads it reads nothing.
 */
export function giveBack({ buffer }: Uint8Array): void {
  if ("transfer" in buffer) (buffer as { transfer(length: number): ArrayBuffer }).transfer(0);
}

/** A splitter is fed chunks and hands back whatever records they complete. */
export interface Splitter {
  /** Keeps nothing of the chunk itself: its memory may be given back once the records are read. */
  push(chunk: Uint8Array): Slice[];
  /** The record that the end of the file completes, if any. */
  end(): Slice[];
}

/** Bytes that wait for their end, in the chunks they came in, at most `limit` of them. */
export interface Holder {
  /** @param own whether the memory behind them is nobody else's */
  add(bytes: Uint8Array, own?: boolean): void;
  /** Everything held as one array, or null when it grew beyond the limit; empties the holder. */
  take(): Pick<Slice, "bytes" | "head"> & { readonly own: boolean };
  readonly length: number;
}

/** Bytes that are kept of a record that is too long: enough to find it by. */
const HEAD = 256;

/** Keeps pieces of a record. Beyond `limit` bytes it drops them and remembers only that it did. */
export function holder(limit: number): Holder {
  let pieces: { readonly bytes: Uint8Array; readonly own: boolean }[] = [];
  let length = 0;
  let head: Uint8Array | null = null;
  return {
    add(bytes, own = false) {
      if (bytes.length === 0) return;
      length += bytes.length;
      if (length <= limit) pieces.push({ bytes, own });
      else if (head === null) {
        head = (pieces[0]?.bytes ?? bytes).slice(0, HEAD);
        pieces = [];
      }
    },
    take() {
      const whole = length;
      const parts = pieces;
      const begins = head;
      pieces = [];
      length = 0;
      head = null;
      if (whole > limit) return { bytes: null, own: false, ...(begins && { head: begins }) };
      if (parts.length === 1) return parts[0]!;
      const joined = new Uint8Array(whole);
      let at = 0;
      for (const { bytes, own } of parts) {
        joined.set(bytes, at);
        at += bytes.length;
        if (own) giveBack(bytes);
      }
      return { bytes: joined, own: true };
    },
    get length() {
      return length;
    },
  };
}

/** Cuts at line feeds; a carriage return before one belongs to the line end. Blank lines yield nothing but are counted. */
export function lineSplitter(limit: number): Splitter {
  const held = holder(limit);
  let line = 1;
  let offset = 0;
  let start = 0;

  const cut = (): Slice[] => {
    const { bytes, ...rest } = held.take();
    const slice: Slice = { bytes: bytes === null ? null : trimmed(bytes), line, offset: start, ...rest };
    return slice.bytes !== null && slice.bytes.length === 0 ? [] : [slice];
  };

  return {
    push(chunk) {
      const slices: Slice[] = [];
      let at = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
        held.add(chunk.subarray(at, end));
        slices.push(...cut());
        line++;
        at = end + 1;
        start = offset + at;
      }
      held.add(chunk.slice(at), true);
      offset += chunk.length;
      return slices;
    },
    end: () => (held.length > 0 ? cut() : []),
  };
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** The bytes without white space around them. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let from = 0;
  let to = bytes.length;
  while (from < to && isSpace(bytes[from]!)) from++;
  while (to > from && isSpace(bytes[to - 1]!)) to--;
  return bytes.subarray(from, to);
}
