/** What a gzip archive holds, archives inside it unpacked as well, stopped where one unfolds beyond reason. */
import type { ImportLimits } from "../options.ts";
import { FileFault } from "./fault.ts";
import { gunzip } from "./gunzip.ts";
import { lookahead } from "./head.ts";

type Chunks = AsyncGenerator<Uint8Array, void, void>;

/** An archive as it is stored. */
export interface Packed {
  /** Its bytes, which a pump of their own feeds to the decompressor. */
  readonly stored: Chunks;
  /** Its bytes from the beginning: those that were taken so far, and then the rest. */
  readonly again: () => AsyncIterable<Uint8Array>;
  /** How many were taken so far. */
  readonly taken: () => number;
  readonly limits: ImportLimits;
  readonly signal: AbortSignal | undefined;
}

const mib = 2 ** 20;

/** Archives inside archives that are unpacked: more are made to trap a reader. */
const LAYERS = 3;

/** Whether bytes begin a gzip archive. */
export const isGzip = (first: ArrayLike<number>): boolean => first[0] === 0x1f && first[1] === 0x8b;

/**
 * Inflates a gzip stream with the browser's decompressor, which is fast, but stops at the end of the first member and drops what it holds
 * when something is broken. Where it fails, this thread reads on: from the beginning, without the bytes that were handed out.
 */
async function* inflate({ stored, again, signal }: Packed): Chunks {
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

/** What one layer unfolds to. Each is bounded: an inner one may hold gigabytes that unfold to nothing. */
async function* bounded(chunks: Chunks, { limits, taken, signal }: Packed): Chunks {
  let unfolded = 0;
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    unfolded += chunk.length;
    if (unfolded > limits.inflated || (unfolded > 64 * mib && unfolded > limits.ratio * taken())) {
      throw new FileFault(
        `The archive unfolds to more than ${Math.round(unfolded / mib)} MiB from ${taken()} stored bytes; reading stopped there.`,
        "If this is really your data, unpack it on your machine and drop the result.",
      );
    }
    yield chunk;
  }
}

async function* peeled(chunks: Chunks, packed: Packed, layers: number): Chunks {
  const head = lookahead(chunks);
  if (!isGzip(await head.peek(2))) yield* head.rest();
  else if (layers < LAYERS) yield* peeled(bounded(gunzip(head.rest()), packed), packed, layers + 1);
  else
    throw new FileFault(
      `The file is packed with gzip more than ${LAYERS} times over.`,
      "Unpack it on your machine (gunzip) and drop the result.",
    );
}

/** @throws FileFault where the archive breaks or is a trap, after everything before that was handed out */
export const unpacked = (packed: Packed): Chunks => peeled(bounded(inflate(packed), packed), packed, 1);
