import { canonicalJson } from "../base/canonical.ts";
import { TiltError } from "../base/errors.ts";
import { sha256 } from "../base/sha256.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { bytesOf, textOf } from "./tokenizer_bytes.ts";

const BOS = 1;
const EOS = 2;
/** Ids of the 256 byte pieces `<0x00>` to `<0xFF>`. */
const FIRST_BYTE = 3;

/**
 * The SentencePiece BPE of llama2.c's `tokenizer.bin`: known characters, else bytes, then the best-scoring adjacent pair
 * is joined until none is a piece. Ids 0, 1 and 2 are unknown, BOS and EOS.
 */
export function llama2cTokenizer(pieces: readonly string[], scores: readonly number[]): Tokenizer {
  const ids = new Map<string, number>();
  pieces.forEach((piece, id) => {
    if (id >= FIRST_BYTE + 256 && !ids.has(piece)) ids.set(piece, id);
  });
  /** Where no piece has a space behind another character, nothing is ever joined across the start of a space. */
  const splittable = [...ids.keys()].every((piece) => /^ *[^ ]*$/.test(piece));
  const cache = new Map<string, readonly number[]>();

  const encodeChunk = (chunk: string): readonly number[] => {
    const known = cache.get(chunk);
    if (known) return known;
    const symbols: { id: number; text: string }[] = [];
    for (const character of chunk) {
      const id = ids.get(character);
      if (id !== undefined) symbols.push({ id, text: character });
      // A byte piece never joins anything: its text is a mark that no piece contains.
      else for (const byte of bytesOf(character)) symbols.push({ id: FIRST_BYTE + byte, text: "\u0000" });
    }
    for (;;) {
      let best = Number.NEGATIVE_INFINITY;
      let at = -1;
      for (let i = 0; i + 1 < symbols.length; i++) {
        const id = ids.get(symbols[i]!.text + symbols[i + 1]!.text);
        if (id !== undefined && scores[id]! > best) {
          best = scores[id]!;
          at = i;
        }
      }
      if (at < 0) break;
      const text = symbols[at]!.text + symbols[at + 1]!.text;
      symbols.splice(at, 2, { id: ids.get(text)!, text });
    }
    const made = symbols.map((symbol) => symbol.id);
    if (cache.size > 65_536) cache.clear();
    cache.set(chunk, made);
    return made;
  };

  const spelled = pieces.map((piece, id) => {
    if (id < FIRST_BYTE) return new Uint8Array(0);
    return id < FIRST_BYTE + 256 ? Uint8Array.of(id - FIRST_BYTE) : bytesOf(piece);
  });

  return {
    id: `llama2c-${pieces.length}-${sha256(canonicalJson({ pieces, scores })).slice(0, 12)}`,
    vocabSize: pieces.length,
    eosId: EOS,
    bosId: BOS,
    startPrefix: " ",
    encode(text) {
      const chunks = splittable ? (text.match(/ *[^ ]+| +/g) ?? []) : [text];
      return Uint32Array.from(chunks.flatMap(encodeChunk));
    },
    decode(sequence) {
      const bytes: number[] = [];
      for (let i = 0; i < sequence.length; i++) bytes.push(...(spelled[sequence[i]!] ?? []));
      return textOf(Uint8Array.from(bytes));
    },
    toJSON: () => ({ kind: "llama2c", pieces, scores }),
  };
}

/**
 * Reads a llama2.c tokenizer file: the longest piece's length, then per piece a float score, a length and its bytes.
 * @param name the file's name, for errors
 * @throws TiltError where the file ends early or is no such file
 */
export function readLlama2cTokenizer(file: ArrayBuffer, name = "tokenizer.bin"): Tokenizer {
  const view = new DataView(file);
  const wrong = (offset: number) =>
    new TiltError("This is not a llama2.c tokenizer, or it was cut", {
      where: `${name}, byte ${offset}`,
      remedy: "Give the tokenizer file that belongs to the .bin model, e.g. tok512.bin.",
    });
  if (file.byteLength < 4) throw wrong(0);
  const longest = view.getInt32(0, true);
  const pieces: string[] = [];
  const scores: number[] = [];
  for (let at = 4; at < file.byteLength; ) {
    if (at + 8 > file.byteLength) throw wrong(at);
    const length = view.getInt32(at + 4, true);
    if (length < 0 || length > longest || at + 8 + length > file.byteLength) throw wrong(at);
    scores.push(view.getFloat32(at, true));
    pieces.push(textOf(new Uint8Array(file, at + 8, length)));
    at += 8 + length;
  }
  if (pieces[FIRST_BYTE] !== "<0x00>" || pieces[FIRST_BYTE + 255] !== "<0xFF>") throw wrong(4);
  return llama2cTokenizer(pieces, scores);
}
