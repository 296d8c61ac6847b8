/** The bytes of a file: hashed while read, unpacked if gzipped. */
import { openSha256 } from "../../base/sha256.ts";
import type { FileInput, ImportLimits } from "../options.ts";
import { FileFault } from "./fault.ts";
import { giveBack } from "./slices.ts";
import { isGzip, unpacked } from "./unpack.ts";

export interface ByteSource {
  /** Content, unpacked. Throws a `FileFault` when the packing is broken. */
  readonly chunks: AsyncGenerator<Uint8Array, void, void>;
  readonly gzipped: boolean;
  /** Reads what is left of the stored bytes and returns the SHA-256 of all of them. */
  finish(): Promise<string>;
  /** Stops reading without a hash. */
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly limits: ImportLimits;
  readonly signal: AbortSignal | undefined;
  /** Called with the number of stored bytes of each chunk. */
  readonly onBytes: (count: number) => void;
}

const unreadable = (thrown: unknown) =>
  new FileFault(
    "The file could not be read to its end.",
    "It may have been moved or changed since it was dropped; drop it again.",
    { excerpt: thrown instanceof Error ? thrown.message : String(thrown) },
  );

/** Opens a file. Nothing is read before the first `chunks.next()` except its first bytes. */
export async function openBytes(
  file: FileInput,
  { limits, signal, onBytes }: OpenOptions,
): Promise<ByteSource> {
  const hash = openSha256();
  const reader = file.stream().getReader();
  let storedBytes = 0;
  let ended = false;

  const pull = async (): Promise<Uint8Array | null> => {
    if (ended) return null;
    if (signal?.aborted) {
      ended = true;
      await reader.cancel(signal.reason).catch(() => undefined);
      signal.throwIfAborted();
    }
    const next = await reader.read().catch((thrown: unknown) => {
      ended = true;
      throw unreadable(thrown);
    });
    if (next.done) {
      ended = true;
      return null;
    }
    hash.update(next.value);
    storedBytes += next.value.length;
    onBytes(next.value.length);
    return next.value;
  };

  // The magic number may straddle chunks of any size.
  const first: Uint8Array[] = [];
  let have = 0;
  while (have < 2) {
    const chunk = await pull();
    if (chunk === null) break;
    first.push(chunk);
    have += chunk.length;
  }
  const magic = first.flatMap((chunk) => [...chunk.subarray(0, 2)]).slice(0, 2);
  const gzipped = isGzip(magic);

  /** @param done whether nobody needs a chunk any more once the next one is asked for */
  async function* stored(done: boolean): AsyncGenerator<Uint8Array, void, void> {
    for (const chunk of first.splice(0)) {
      yield chunk;
      if (done && chunk.byteLength === chunk.buffer.byteLength) giveBack(chunk);
    }
    for (let chunk = await pull(); chunk !== null; chunk = await pull()) {
      yield chunk;
      if (done && chunk.byteLength === chunk.buffer.byteLength) giveBack(chunk);
    }
  }

  async function* again(): AsyncGenerator<Uint8Array, void, void> {
    const before = storedBytes;
    const once = file.stream().getReader();
    try {
      for (let at = 0; at < before; ) {
        const { value, done } = await once.read().catch((thrown: unknown) => {
          throw unreadable(thrown);
        });
        signal?.throwIfAborted();
        if (done) return;
        yield at + value.length <= before ? value : value.subarray(0, before - at);
        at += value.length;
      }
    } finally {
      await once.cancel().catch(() => undefined);
    }
    yield* stored(false);
  }

  return {
    chunks: gzipped
      ? unpacked({ stored: stored(false), again, taken: () => storedBytes, limits, signal })
      : stored(file instanceof Blob),
    gzipped,
    async finish() {
      while ((await pull()) !== null);
      return hash.hex();
    },
    async close() {
      ended = true;
      await reader.cancel().catch(() => undefined);
    },
  };
}
