/** The packed form of a link: JSON, raw deflate, base64url. Reading it never inflates more than a bounded amount. */
import { TiltError } from "../base/errors.ts";

/** Most bytes that a packed link may inflate to. */
export const MAX_INFLATED = 300_000;

/** Deflates a text and writes it with the 64 characters that need no escaping in a URL. */
export async function pack(text: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"), Infinity);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The text that `pack` was given.
 * @throws TiltError when it is not base64url, not deflate, not UTF-8, or inflates to more than `MAX_INFLATED` bytes
 */
export async function unpack(packed: string): Promise<string> {
  if (!/^[A-Za-z0-9_-]*$/.test(packed) || packed.length % 4 === 1) {
    throw damaged("it holds characters that a link cannot have");
  }
  const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  try {
    const inflated = await through(bytes, new DecompressionStream("deflate-raw"), MAX_INFLATED);
    return new TextDecoder("utf-8", { fatal: true }).decode(inflated);
  } catch (thrown) {
    if (thrown instanceof TiltError) throw thrown;
    throw damaged("it cannot be unpacked", thrown);
  }
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = transform.writable.getWriter();
  // Failures surface at the reader; here they only must not go unhandled.
  const written = writer.write(bytes).then(
    () => writer.close(),
    () => undefined,
  );
  written.catch(() => undefined);
  const reader = transform.readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      reader.cancel().catch(() => undefined);
      throw new TiltError(`The link unpacks to more than ${limit / 1000} kB; no experiment is that large.`, {
        where: "link",
        remedy: "Do not trust it. Ask whoever sent it for a recipe file.",
      });
    }
    chunks.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function damaged(why: string, cause?: unknown): TiltError {
  return new TiltError(`The link is damaged: ${why}.`, {
    where: "link",
    remedy: "It may have been cut when it was copied. Copy it again, whole.",
    cause,
  });
}
