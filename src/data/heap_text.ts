/**
 * Bytes as text in JavaScript's own heap. Browsers hand out what a `TextDecoder` makes as strings whose characters lie outside of it: many
 * short-lived ones pile up there by the hundred megabytes before the garbage collector takes notice.
 */

/** Longer texts are few: they may come from a decoder. */
const LONGEST = 2 ** 24;
/** Units that are made into text at once. */
const PIECE = 4096;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const units = new Uint16Array(PIECE + 2);

const made = (codes: Uint8Array | Uint16Array): string =>
  String.fromCharCode.apply(null, codes as unknown as number[]);

/** Whether all bytes are ASCII. */
export function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return false;
  return true;
}

/** The text that well-formed UTF-8 (RFC 3629) says; a byte order mark is a character of it. @throws TypeError for bytes that are not */
export function heapText(bytes: Uint8Array): string {
  const { length } = bytes;
  if (length > LONGEST) return strict.decode(bytes);
  let text = "";
  if (isAscii(bytes)) {
    if (length <= PIECE) return made(bytes);
    for (let i = 0; i < length; i += PIECE) text += made(bytes.subarray(i, i + PIECE));
    return text;
  }
  let used = 0;
  for (let i = 0; i < length; ) {
    const lead = bytes[i]!;
    if (lead < 0x80) {
      units[used++] = lead;
      i++;
    } else {
      const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
      let code = lead & (0x3f >> more);
      for (let k = 1; k <= more; k++) {
        const next = bytes[i + k] ?? 0;
        if ((next & 0xc0) !== 0x80) throw new TypeError("not UTF-8");
        code = (code << 6) | (next & 0x3f);
      }
      const least = more === 1 ? 0x80 : more === 2 ? 0x800 : 0x10000;
      if (lead < 0xc2 || lead > 0xf4 || code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        throw new TypeError("not UTF-8");
      if (code < 0x10000) units[used++] = code;
      else {
        units[used++] = 0xd800 + ((code - 0x10000) >> 10);
        units[used++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
      }
      i += more + 1;
    }
    if (used < PIECE) continue;
    text += made(units.subarray(0, used));
    used = 0;
  }
  return text + made(units.subarray(0, used));
}
