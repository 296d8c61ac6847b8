/** The bytes of a file: hashed while read, unpacked if gzipped, stopped when they unfold beyond reason. */
import { openSha256 } from "../../base/sha256.ts";
import type { FileInput, ImportLimits } from "../options.ts";
import { FileFault } from "./fault.ts";
import { gunzip } from "./gunzip.ts";
import { lookahead } from "./head.ts";
import { giveBack } from "./slices.ts";

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

const mib = 2 ** 20;

/** Archives inside archives that are unpacked: more are made to trap a reader. */
const LAYERS = 3;

const isGzip = (first: ArrayLike<number>): boolean => first[0] === 0x1f && first[1] === 0x8b;

/**
 * Inflates a gzip stream with the browser's decompressor, which is fast, but stops at the end of the first member and drops what it holds
 * when something is broken. Where it fails, this thread reads on: from the beginning, without the bytes that were handed out.
 * @param stored the packed bytes, which its own pump feeds to the decompressor
 * @param again the packed bytes from the beginning: those that were taken so far, and then the rest
 */
async function* inflate(
  stored: AsyncGenerator<Uint8Array, void, void>,
  again: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const unpacker = new DecompressionStream("gzip");
  const writer = unpacker.writable.getWriter();
  const reader = unpacker.readable.getReader();
  let unread: FileFault | null = null;
  const pump = (async () => {
    try {
      for (;;) {
        const next = await stored.next();
        if (next.done) break;
        await writer.write(next.value as Uint8Array<ArrayBuffer>);
      }
      await writer.close();
    } catch (thrown) {
      if (thrown instanceof FileFault) unread = thrown;
      await writer.abort(thrown).catch(() => undefined);
    }
  })();
  let given = 0;
  let failed = false;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      given += value.length;
      yield value;
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof FileFault) throw thrown;
    failed = true;
  } finally {
    await reader.cancel().catch(() => undefined);
    await pump;
  }
  if (unread !== null) throw unread;
  if (!failed) return;
  for await (const piece of gunzip(again())) {
    const known = Math.min(given, piece.length);
    given -= known;
    if (known < piece.length) yield piece.subarray(known);
  }
}

/** Unpacks an archive that an archive holds. */
async function* peeled(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  layers = 1,
): AsyncGenerator<Uint8Array, void, void> {
  const head = lookahead(chunks);
  if (!isGzip(await head.peek(2))) yield* head.rest();
  else if (layers < LAYERS) yield* peeled(gunzip(head.rest()), layers + 1);
  else
    throw new FileFault(
      `The file is packed with gzip more than ${LAYERS} times over.`,
      "Unpack it on your machine (gunzip) and drop the result.",
    );
}

/** Opens a file. Nothing is read before the first `chunks.next()` except its first bytes. */
export async function openBytes(file: FileInput, options: OpenOptions): Promise<ByteSource> {
  const hash = openSha256();
  const reader = file.stream().getReader();
  let storedBytes = 0;
  let ended = false;

  const pull = async (): Promise<Uint8Array | null> => {
    if (ended) return null;
    if (options.signal?.aborted) {
      ended = true;
      await reader.cancel(options.signal.reason).catch(() => undefined);
      options.signal.throwIfAborted();
    }
    let next: ReadableStreamReadResult<Uint8Array>;
    try {
      next = await reader.read();
    } catch (thrown) {
      ended = true;
      throw new FileFault(
        "The file could not be read to its end.",
        "It may have been moved or changed since it was dropped; drop it again.",
        { excerpt: thrown instanceof Error ? thrown.message : String(thrown) },
      );
    }
    if (next.done) {
      ended = true;
      return null;
    }
    hash.update(next.value);
    storedBytes += next.value.length;
    options.onBytes(next.value.length);
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
        const { value, done } = await once.read();
        options.signal?.throwIfAborted();
        if (done) return;
        yield at + value.length <= before ? value : value.subarray(0, before - at);
        at += value.length;
      }
    } finally {
      await once.cancel().catch(() => undefined);
    }
    yield* stored(false);
  }

  async function* limited(): AsyncGenerator<Uint8Array, void, void> {
    let unfolded = 0;
    for await (const chunk of peeled(inflate(stored(false), again, options.signal))) {
      unfolded += chunk.length;
      const { inflated, ratio } = options.limits;
      if (unfolded > inflated || (unfolded > 64 * mib && unfolded > ratio * storedBytes)) {
        throw new FileFault(
          `The archive unfolds to more than ${Math.round(unfolded / mib)} MiB from ${storedBytes} stored bytes; reading stopped there.`,
          "If this is really your data, unpack it on your machine and drop the result.",
        );
      }
      yield chunk;
    }
  }

  return {
    chunks: gzipped ? limited() : stored(file instanceof Blob),
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
