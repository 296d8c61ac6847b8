/**
 * Gzip (RFC 1952) of any number of members, unpacked in this thread by pako. A browser's own decompressor stops at the end of the first
 * member, and drops what it has not handed out when it meets something broken; this one goes on, and hands out every byte before the fault.
 */
import type { ZStream } from "pako";
import { FileFault } from "./fault.ts";

/** Bytes handed out at once, at most. */
const PIECE = 98304;
/** zlib's window bits: 32 kB, 16 more for gzip's header and checksum. */
const GZIP_WINDOW = 15 + 16;

const broken = (why: string) =>
  new FileFault(
    "The gzip archive is broken or cut off.",
    "Download it again, or unpack it on your machine (gunzip) and drop the result.",
    { excerpt: why },
  );

const followed = () =>
  new FileFault(
    "Something that is not gzip follows the archive; it was not read.",
    "What the archive holds was read. Pack the file again if more was in it.",
    { behind: true },
  );

/** zlib's words for bytes that begin no member. */
const NO_GZIP = "incorrect header check";

/** Loaded where it is needed: most archives never get here. */
async function openInflater() {
  const zlib = await import("pako").catch(() => {
    throw new FileFault(
      "The part of Tilt that reads damaged archives, and those of several members, could not be loaded.",
      "Go online, or reload the page, and drop the file again.",
    );
  });
  const stream: ZStream = new zlib.ZStream();
  zlib.zlibInflateInit2(stream, GZIP_WINDOW);
  stream.output = new Uint8Array(PIECE);
  return {
    stream,
    /** Unpacks a piece, or what the input gives. */
    step(): { readonly piece: Uint8Array; readonly over: boolean; readonly fault: FileFault | null } {
      stream.next_out = 0;
      stream.avail_out = PIECE;
      const status = zlib.zlibInflate(stream, zlib.Z_NO_FLUSH);
      const goesOn = status === zlib.Z_OK || status === zlib.Z_BUF_ERROR;
      return {
        piece: stream.output.slice(0, stream.next_out),
        over: status === zlib.Z_STREAM_END,
        fault: goesOn || status === zlib.Z_STREAM_END ? null : broken(stream.msg || `status ${status}`),
      };
    },
    nextMember(): void {
      zlib.zlibInflateReset(stream);
    },
  };
}

/**
 * The content of all members, in pieces.
 * @throws FileFault where the archive breaks or something else follows it, after everything before that was handed out
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const { stream, step, nextMember } = await openInflater();
  /** Whether a member has begun; behind one there may be zeros, with which tapes and some writers fill up. */
  let inside = true;
  let members = 1;
  for await (const chunk of chunks) {
    stream.input = chunk;
    stream.next_in = 0;
    stream.avail_in = chunk.length;
    for (let full = false; stream.avail_in > 0 || full; ) {
      if (!inside && chunk[stream.next_in] === 0) {
        stream.next_in++;
        stream.avail_in--;
        continue;
      }
      if (!inside) {
        nextMember();
        members++;
        inside = true;
      }
      const { piece, over, fault } = step();
      if (piece.length > 0) yield piece;
      if (fault) throw members > 1 && fault.excerpt === NO_GZIP ? followed() : fault;
      inside = !over;
      full = inside && stream.avail_out === 0;
    }
  }
  // A single byte, such as a line end, begins no member.
  if (inside && members > 1 && stream.total_in < 2) throw followed();
  if (inside) throw broken("The data end in the middle.");
}
