/**
 * SHA-256 (FIPS 180-4), synchronous: `crypto.subtle` is asynchronous and absent on insecure origins, while content
 * addresses are needed inside plain functions. About 100 MB/s, which is ample for datasets and specs.
 */

const ROUND = /* @__PURE__ */ roundConstants();

/** Fractional bits of the cube roots of the first 64 primes. */
function roundConstants(): Uint32Array {
  const constants = new Uint32Array(64);
  for (let candidate = 2, found = 0; found < 64; candidate++) {
    let prime = true;
    for (let d = 2; d * d <= candidate; d++) if (candidate % d === 0) prime = false;
    if (prime) constants[found++] = fractionBits(Math.cbrt(candidate), candidate);
  }
  return constants;
}

/** First 32 fractional bits of the cube root, corrected exactly in integers since a double may round the last bit. */
function fractionBits(root: number, value: number): number {
  let scaled = BigInt(Math.floor(root * 0x100000000));
  const cube = BigInt(value) << 96n;
  while ((scaled + 1n) ** 3n <= cube) scaled += 1n;
  while (scaled ** 3n > cube) scaled -= 1n;
  return Number(scaled & 0xffffffffn);
}

const START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const;

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

function compress(state: Uint32Array, bytes: Uint8Array, offset: number, w: Uint32Array): void {
  for (let i = 0; i < 16; i++) {
    const at = offset + 4 * i;
    w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  let a = state[0]! | 0;
  let b = state[1]! | 0;
  let c = state[2]! | 0;
  let d = state[3]! | 0;
  let e = state[4]! | 0;
  let f = state[5]! | 0;
  let g = state[6]! | 0;
  let h = state[7]! | 0;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i]! + w[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

/** A running hash over bytes that arrive in pieces. `hex` ends it. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** 64 lower-case hex digits. */
  hex(): string;
}

/** Opens a hash for input too large to hold: files are hashed chunk by chunk while they are read. */
export function openSha256(): Sha256 {
  const state = Uint32Array.from(START);
  const w = new Uint32Array(64);
  const pending = new Uint8Array(64);
  let held = 0;
  let total = 0;
  const update = (bytes: Uint8Array): void => {
    total += bytes.length;
    let at = 0;
    if (held > 0) {
      at = Math.min(64 - held, bytes.length);
      pending.set(bytes.subarray(0, at), held);
      held += at;
      if (held < 64) return;
      compress(state, pending, 0, w);
    }
    for (; at + 64 <= bytes.length; at += 64) compress(state, bytes, at, w);
    pending.set(bytes.subarray(at));
    held = bytes.length - at;
  };
  return {
    update,
    hex() {
      const length = total;
      const tail = new Uint8Array(held < 56 ? 64 - held : 128 - held);
      tail[0] = 0x80;
      const view = new DataView(tail.buffer);
      view.setUint32(tail.length - 8, Math.floor(length / 0x20000000));
      view.setUint32(tail.length - 4, (length << 3) >>> 0);
      update(tail);
      return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
    },
  };
}

/** SHA-256 of bytes, or of a string's UTF-8 bytes, as 64 lower-case hex digits. */
export function sha256(input: Uint8Array | string): string {
  const hash = openSha256();
  hash.update(typeof input === "string" ? new TextEncoder().encode(input) : input);
  return hash.hex();
}
