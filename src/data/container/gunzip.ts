/**
 * Gzip (RFC 1952) of any number of members, unpacked in this thread. A browser's own decompressor stops at the end of the first member, and
 * drops what it has not handed out when it meets something broken; this one goes on, and hands out every byte before the fault.
 */
import { FileFault } from "./fault.ts";
import { type Code, codeOf, fixedCodes } from "./huffman.ts";

/** How far back a copy may reach. */
const WINDOW = 32768;
/** Bytes written before they are handed out. */
const PIECE = 98304;
/** Longest copy. */
const LONGEST = 258;
/** Bytes that one step of decoding may need: a length and a distance with their extra bits, and a byte that is begun. */
const STEP = 8;

const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_BITS = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
/** The order in which the lengths of the code for code lengths come. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

const broken = (why: string) =>
  new FileFault(
    "The gzip archive is broken or cut off.",
    "Download it again, or unpack it on your machine (gunzip) and drop the result.",
    { excerpt: why },
  );

/** Bytes and bits from chunks of any size. */
class Bits {
  readonly #chunks: AsyncIterator<Uint8Array, unknown>;
  #held: Uint8Array = new Uint8Array(0);
  #at = 0;
  #ended = false;
  #bits = 0;
  #count = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Gets `bytes` more bytes ready, or all there are. */
  async ready(bytes: number): Promise<void> {
    while (!this.#ended && this.#held.length - this.#at < bytes) {
      const next = await this.#chunks.next();
      if (next.done) {
        this.#ended = true;
        break;
      }
      const rest = this.#held.subarray(this.#at);
      const joined = new Uint8Array(rest.length + next.value.length);
      joined.set(rest);
      joined.set(next.value, rest.length);
      this.#held = joined;
      this.#at = 0;
    }
  }

  /** Whether the next step may go on without waiting. */
  get plenty(): boolean {
    return this.#ended || this.#held.length - this.#at >= STEP;
  }

  /** Whether nothing is left. */
  get over(): boolean {
    return this.#ended && this.#at >= this.#held.length && this.#count < 8;
  }

  /** Makes at least `count` bits (16 at most) visible; behind the end they are 0. */
  #see(count: number): void {
    while (this.#count < count) {
      this.#bits |= (this.#held[this.#at] ?? 0) << this.#count;
      this.#at++;
      this.#count += 8;
    }
  }

  #drop(count: number): void {
    this.#bits >>>= count;
    this.#count -= count;
    // Bits behind the end were used.
    if (this.#at > this.#held.length && this.#count < 8 * (this.#at - this.#held.length))
      throw broken("The data end in the middle.");
  }

  take(count: number): number {
    if (count === 0) return 0;
    this.#see(count);
    const value = this.#bits & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  symbol({ table, longest }: Code): number {
    this.#see(longest);
    const entry = table[this.#bits & ((1 << longest) - 1)]!;
    if (entry === 0) throw broken("A code that does not exist.");
    this.#drop(entry & 15);
    return entry >>> 4;
  }

  /** Forgets the bits up to the next whole byte. */
  align(): void {
    this.#drop(this.#count & 7);
    // Whole bytes that were looked at go back.
    this.#at -= this.#count >> 3;
    this.#bits = this.#count = 0;
  }

  /** Up to `count` bytes, at a byte's boundary. */
  bytes(count: number): Uint8Array {
    const found = this.#held.subarray(this.#at, this.#at + count);
    this.#at += found.length;
    return found;
  }

  async byte(): Promise<number> {
    await this.ready(1);
    const [byte] = this.bytes(1);
    if (byte === undefined) throw broken("The data end in the middle.");
    return byte;
  }
}

/** What is written: the window behind it, a checksum, and pieces that are ready to be handed out. */
class Output {
  readonly #bytes = new Uint8Array(WINDOW + PIECE + LONGEST);
  #at = WINDOW;
  /** Bytes of this member so far: no copy reaches further back. */
  #written = 0;
  #crc = ~0;

  get full(): boolean {
    return this.#at >= WINDOW + PIECE;
  }

  get room(): number {
    return WINDOW + PIECE - this.#at;
  }

  put(byte: number): void {
    this.#bytes[this.#at++] = byte;
    this.#written++;
  }

  putAll(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    this.#written += bytes.length;
  }

  copy(length: number, distance: number): void {
    if (distance > this.#written) throw broken("A copy from before the beginning.");
    const bytes = this.#bytes;
    const end = this.#at + length;
    for (let i = this.#at; i < end; i++) bytes[i] = bytes[i - distance]!;
    this.#at = end;
    this.#written += length;
  }

  /** What has not been handed out. */
  piece(): Uint8Array {
    const piece = this.#bytes.slice(WINDOW, this.#at);
    for (let i = 0; i < piece.length; i++)
      this.#crc = CRC[(this.#crc ^ piece[i]!) & 255]! ^ (this.#crc >>> 8);
    this.#bytes.copyWithin(0, this.#at - WINDOW, this.#at);
    this.#at = WINDOW;
    return piece;
  }

  /** Checksum and length modulo 2³² of the member, once its pieces are handed out; begins the next one. */
  end(): readonly [crc: number, length: number] {
    const sums = [~this.#crc >>> 0, this.#written >>> 0] as const;
    this.#crc = ~0;
    this.#written = 0;
    return sums;
  }
}

/** Reads a member's header; its two first bytes are known. */
async function header(bits: Bits): Promise<void> {
  if ((await bits.byte()) !== 8) throw broken("A method of compression that is not deflate.");
  const flags = await bits.byte();
  for (let i = 0; i < 6; i++) await bits.byte();
  if (flags & 4)
    for (let left = (await bits.byte()) | ((await bits.byte()) << 8); left > 0; left--) await bits.byte();
  for (const text of [8, 16]) if (flags & text) while ((await bits.byte()) !== 0);
  if (flags & 2) for (let i = 0; i < 2; i++) await bits.byte();
}

/** The two codes of a block that brings its own. */
async function ownCodes(bits: Bits): Promise<readonly [Code, Code]> {
  await bits.ready(STEP);
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const count = bits.take(4) + 4;
  if (literals > 286 || distances > 30) throw broken("More codes than there can be.");
  const shorts = new Uint8Array(19);
  for (let i = 0; i < count; i++) {
    await bits.ready(STEP);
    shorts[ORDER[i]!] = bits.take(3);
  }
  const short = codeOf(shorts);
  const lengths = new Uint8Array(literals + distances);
  for (let i = 0; i < lengths.length; ) {
    await bits.ready(STEP);
    const symbol = short ? bits.symbol(short) : 19;
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    const repeat = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (symbol > 18 || (symbol === 16 && i === 0) || i + repeat > lengths.length)
      throw broken("A repetition of no code.");
    lengths.fill(symbol === 16 ? lengths[i - 1]! : 0, i, i + repeat);
    i += repeat;
  }
  const codes = [codeOf(lengths.subarray(0, literals)), codeOf(lengths.subarray(literals))] as const;
  if (!codes[0] || !codes[1] || lengths[256] === 0) throw broken("Codes that contradict each other.");
  return [codes[0], codes[1]];
}

/** Decodes until the block ends (true), or until the output is full or more input is needed (false). */
function run(bits: Bits, output: Output, literals: Code, distances: Code): boolean {
  while (bits.plenty && !output.full) {
    const symbol = bits.symbol(literals);
    if (symbol < 256) output.put(symbol);
    else if (symbol === 256) return true;
    else {
      const k = symbol - 257;
      if (k >= LENGTHS.length) throw broken("A length that does not exist.");
      const length = LENGTHS[k]! + bits.take(LENGTH_BITS[k]!);
      const d = bits.symbol(distances);
      if (d >= DISTANCES.length) throw broken("A distance that does not exist.");
      output.copy(length, DISTANCES[d]! + bits.take(DISTANCE_BITS[d]!));
    }
  }
  return false;
}

/** The blocks of a member. Pieces are handed out as they fill. */
async function* blocks(bits: Bits, output: Output): AsyncGenerator<Uint8Array, void, void> {
  for (let last = false; !last; ) {
    await bits.ready(STEP);
    last = bits.take(1) === 1;
    const kind = bits.take(2);
    if (kind === 3) throw broken("A block of no kind.");
    if (kind === 0) {
      bits.align();
      await bits.ready(4);
      const length = bits.take(16);
      if (bits.take(16) !== (length ^ 0xffff))
        throw broken("A stored block whose length contradicts itself.");
      bits.align();
      for (let left = length; left > 0; ) {
        await bits.ready(1);
        const found = bits.bytes(Math.min(left, output.room));
        if (found.length === 0) throw broken("The data end in the middle.");
        output.putAll(found);
        left -= found.length;
        if (output.full) yield output.piece();
      }
      continue;
    }
    const [literals, distances] = kind === 1 ? fixedCodes : await ownCodes(bits);
    while (!run(bits, output, literals, distances)) {
      if (output.full) yield output.piece();
      else await bits.ready(STEP);
    }
  }
}

async function checkTrailer(bits: Bits, output: Output): Promise<void> {
  bits.align();
  const [crc, length] = output.end();
  for (const wanted of [crc, length])
    for (let shift = 0; shift < 32; shift += 8)
      if ((await bits.byte()) !== ((wanted >>> shift) & 255)) throw broken("The checksum is another one.");
}

/**
 * The content of all members, in pieces.
 * @throws FileFault where the archive breaks or something else follows it, after everything before that was handed out
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const bits = new Bits(chunks);
  const output = new Output();
  for (let member = 0; ; member++) {
    await bits.ready(2);
    // Tapes and some writers fill up with zeros.
    let first = 0;
    while (member > 0 && first === 0 && !bits.over) {
      first = await bits.byte();
      await bits.ready(1);
    }
    if (member > 0 && first === 0) return;
    if (member === 0) first = await bits.byte();
    if (first !== 0x1f || (await bits.byte()) !== 0x8b) {
      throw new FileFault(
        "Something that is not gzip follows the archive; it was not read.",
        "What the archive holds was read. Pack the file again if more was in it.",
      );
    }
    await header(bits);
    try {
      yield* blocks(bits, output);
    } catch (thrown) {
      yield output.piece();
      throw thrown;
    }
    yield output.piece();
    await checkTrailer(bits, output);
  }
}
