/** Data from web addresses: told what it is without a request, asked for its size, fetched with progress into a file. */
import { problemOf, TiltError } from "../../base/errors.ts";
import { paced } from "../../base/paced.ts";
import type { WebApi } from "../api.ts";
import { type Reader, readers } from "./reader.ts";

/** Bytes of a file that are fetched at most. */
const LIMIT = 2 * 2 ** 30;
/** Pieces are handed to the browser as blobs of this size, which it may keep on disk. */
const PIECE = 8 * 2 ** 20;
/** Milliseconds between two words of progress. */
const TELL_EVERY = 50;

/** No cookies, and the host is not told where the reader is. */
const POLITE: RequestInit = { credentials: "omit", referrerPolicy: "no-referrer", redirect: "follow" };

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Why a request came to nothing. A browser does not tell a page whether the host, the way or the permission failed. */
function unreachable(url: URL, cause: unknown): TiltError {
  if (typeof navigator !== "undefined" && navigator.onLine === false) {
    return new TiltError("This browser is offline.", {
      where: url.href,
      remedy: "Go online and try again.",
      cause,
    });
  }
  return new TiltError(`${url.host} cannot be read from a page.`, {
    where: url.href,
    remedy:
      "Either it is not there, or it does not let other pages read its files (no CORS permission). Open the address in a tab of its own, save the file, and drop it here.",
    cause,
  });
}

function refused(url: URL, { status }: Response): TiltError {
  const told: Readonly<Record<number, readonly [what: string, remedy: string]>> = {
    401: [
      "wants to know who asks",
      "Log in there, accept the conditions if there are any, download the file and drop it here.",
    ],
    403: [
      "does not give this file to everybody",
      "Log in there, accept the conditions if there are any, download the file and drop it here.",
    ],
    404: ["has no such file", "Look whether the link is whole, and whether the file is public."],
    410: ["no longer has this file", "Look for a newer link."],
    429: ["is asked too often just now", "Wait a minute and try again."],
  };
  const [what, remedy] = told[status] ?? [
    status >= 500 ? "has a problem of its own" : "refused",
    status >= 500 ? "Try again later." : "Download the file in a tab of its own and drop it here.",
  ];
  return new TiltError(`${url.host} ${what} (HTTP ${status}).`, { where: url.href, remedy });
}

export async function request(url: URL, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...POLITE, ...init });
  } catch (thrown) {
    init.signal?.throwIfAborted();
    throw unreachable(url, thrown);
  }
  if (!response.ok) throw refused(url, response);
  return response;
}

/** The length that the host tells, which is that of the file only where nothing packs it on the way. */
function lengthOf({ headers }: Response): number | null {
  const told = Number(headers.get("content-length") ?? Number.NaN);
  return Number.isSafeInteger(told) && told >= 0 && !headers.has("content-encoding") ? told : null;
}

function needFile(url: URL, { headers }: Response): void {
  if (!/^(?:text\/html|application\/xhtml)/i.test(headers.get("content-type") ?? "")) return;
  throw new TiltError(`${url.host} answered with a web page, not with a file.`, {
    where: url.href,
    remedy: "Look for the link behind “download” or “raw”, and paste that one.",
  });
}

function needRoom(url: URL, bytes: number): void {
  if (bytes <= LIMIT) return;
  throw new TiltError(`The file is larger than ${gigabytes(LIMIT)}, more than this page fetches.`, {
    where: url.href,
    remedy: "Download it, cut off a part, and drop that.",
  });
}

/**
 * The whole file.
 * @param tell called with the bytes that have arrived
 * @throws TiltError when it cannot be had whole; the signal's reason when cancelled
 */
export async function fetchFile(
  url: URL,
  name: string,
  signal: AbortSignal,
  tell: (bytes: number, of: number) => void,
): Promise<File> {
  const response = await request(url, { signal });
  const length = lengthOf(response);
  needFile(url, response);
  needRoom(url, length ?? 0);
  const pieces: Blob[] = [];
  let held: Uint8Array<ArrayBuffer>[] = [];
  let heldBytes = 0;
  let bytes = 0;
  const settle = (): void => {
    pieces.push(new Blob(held));
    held = [];
    heldBytes = 0;
  };
  const reader = response.body?.getReader();
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader!.read()) {
      held.push(next.value);
      heldBytes += next.value.length;
      bytes += next.value.length;
      needRoom(url, bytes);
      if (heldBytes >= PIECE) settle();
      tell(bytes, length ?? 0);
    }
  } catch (thrown) {
    signal.throwIfAborted();
    await reader?.cancel().catch(() => undefined);
    if (thrown instanceof TiltError) throw thrown;
    throw new TiltError(`The connection to ${url.host} broke off after ${bytes} bytes.`, {
      where: url.href,
      remedy: "Try again.",
      cause: thrown,
    });
  }
  if (length !== null && bytes !== length) {
    throw new TiltError(`Only ${bytes} of ${length} bytes arrived from ${url.host}.`, {
      where: url.href,
      remedy: "Try again.",
    });
  }
  settle();
  return new File(pieces, name);
}

export function webCalls(reader: Reader): WebApi {
  return {
    async readAddress(link) {
      const { fileNameOf, fileUrl } = await readers();
      const url = fileUrl(link);
      return {
        url: url.href,
        host: url.host,
        file: fileNameOf(url),
        rewritten: url.href !== new URL(link.trim()).href,
      };
    },

    async askSize(address) {
      const url = (await readers()).fileUrl(address);
      const response = await request(url, { method: "HEAD" });
      needFile(url, response);
      const bytes = lengthOf(response);
      needRoom(url, bytes ?? 0);
      const host = new URL(response.url || url.href).host;
      return { bytes, answeredBy: host === url.host ? null : host };
    },

    async importAddress(address, onProgress, choices = {}) {
      const abort = reader.begin();
      // A message per packet would keep the page busy with nothing else.
      const pace = paced(TELL_EVERY, onProgress);
      try {
        const { fileNameOf, fileUrl } = await readers();
        const url = fileUrl(address);
        const name = fileNameOf(url);
        const tell = (bytes: number, ofBytes: number): void =>
          pace.tell({ file: name, bytes, ofBytes, rows: 0, fetching: true });
        tell(0, 0);
        const file = await fetchFile(url, name, abort.signal, tell);
        pace.flush();
        return await reader.read({ files: [file], choices, onProgress, origin: url.href });
      } catch (thrown) {
        return { ok: false, problem: problemOf(thrown), problems: [] };
      } finally {
        pace.end();
        reader.end(abort);
      }
    },
  };
}
