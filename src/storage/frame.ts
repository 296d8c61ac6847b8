/**
 * Frames of a backup file. One frame: "TILT", the length of a JSON header (u32, little endian), the header, the binary
 * parts that it names with their lengths, and the SHA-256 of header and parts as 64 hex digits.
 */
import { TiltError } from "../base/errors.ts";
import { openSha256 } from "../base/sha256.ts";
import type { Portable } from "./portable.ts";

const MARK = [0x54, 0x49, 0x4c, 0x54]; // "TILT"
const LEAD = 8;
const CHECK = 64;
/** No header is longer than a string may be. */
const MAX_HEADER = 2 ** 29 - 1;

/** Length of a frame without parts whose header has `header` bytes. */
export const frameLength = (header: number): number => LEAD + header + CHECK;

async function digest(blob: Blob): Promise<string> {
  const hash = openSha256();
  const reader = blob.stream().getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) hash.update(next.value);
  return hash.hex();
}

/** A value as one Blob with its length and a checksum, so that a cut or changed copy is noticed. */
export async function writeFrame({ json, parts }: Portable): Promise<Blob> {
  const header = new TextEncoder().encode(JSON.stringify({ json, parts: parts.map(({ size }) => size) }));
  const lead = new Uint8Array(LEAD);
  lead.set(MARK);
  new DataView(lead.buffer).setUint32(4, header.length, true);
  const body = new Blob([header, ...parts]);
  return new Blob([lead, body, await digest(body)]);
}

export interface Frame extends Portable {
  /** Of the whole frame. */
  readonly bytes: number;
}

/** Reads the frame at `start`. Parts stay slices of the file. @throws TiltError when it is cut or damaged */
export async function readFrame(file: Blob, start: number): Promise<Frame> {
  const damaged = (what: string) => new TiltError(what, { where: `byte ${start}` });
  const lead = new Uint8Array(await file.slice(start, start + LEAD).arrayBuffer());
  if (lead.length < LEAD) throw damaged("The file ends here.");
  if (MARK.some((byte, i) => lead[i] !== byte)) throw damaged("No record begins where one should.");
  const length = new DataView(lead.buffer).getUint32(4, true);
  if (length > MAX_HEADER || start + LEAD + length > file.size) throw damaged("The file is cut off here.");
  const text = await file.slice(start + LEAD, start + LEAD + length).text();
  const header = parsed(text);
  if (!header) throw damaged("A record is damaged.");
  let at = start + LEAD + length;
  const parts = header.parts.map((size) => file.slice(at, (at += size)));
  if (at + CHECK > file.size) throw damaged("The file is cut off here.");
  const check = await file.slice(at, at + CHECK).text();
  if (check !== (await digest(file.slice(start + LEAD, at)))) throw damaged("A record is damaged.");
  return { json: header.json, parts, bytes: at + CHECK - start };
}

function parsed(text: string): { readonly json: unknown; readonly parts: readonly number[] } | undefined {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header !== "object" || header === null || !("json" in header) || !("parts" in header))
      return undefined;
    const { json, parts } = header;
    if (!Array.isArray(parts) || !parts.every((size) => Number.isSafeInteger(size) && size >= 0))
      return undefined;
    return { json, parts };
  } catch {
    return undefined;
  }
}
