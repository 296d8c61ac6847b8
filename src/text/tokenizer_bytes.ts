import type { Tokenizer } from "./tokenizer.ts";

/** Byte value b is token b + 1; token 0 ends a text. Shared with the BPE tokenizer, whose merges follow the bytes. */
export const FIRST_BYTE_ID = 1;
export const FIRST_MERGE_ID = FIRST_BYTE_ID + 256;

const encoder = new TextEncoder();

/** UTF-8 bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of UTF-8 bytes; a byte order mark is kept, a cut or wrong sequence becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** One token per UTF-8 byte. Any well-formed string round-trips exactly. */
export function byteTokenizer(): Tokenizer {
  return {
    id: "bytes",
    vocabSize: FIRST_MERGE_ID,
    eosId: 0,
    bosId: null,
    startPrefix: "",
    encode: (text) => Uint32Array.from(bytesOf(text), (byte) => byte + FIRST_BYTE_ID),
    decode: (ids) =>
      textOf(
        Uint8Array.from(
          Array.from(ids).filter((id) => id >= FIRST_BYTE_ID),
          (id) => id - FIRST_BYTE_ID,
        ),
      ),
    toJSON: () => ({ kind: "bytes" }),
  };
}
