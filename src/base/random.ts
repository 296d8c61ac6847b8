/**
 * The one source of randomness: Philox4x32-10, a counter-based generator.
 *
 * A draw is a pure function of (seed, purpose, index), so it does not depend on how many draws came before it, on
 * threads, or on the backend: shaders/lib/philox.wgsl computes the same bits.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const mid1 = aHigh * bLow + (low >>> 16);
  const mid2 = aLow * bHigh + (mid1 & 0xffff);
  return (aHigh * bHigh + Math.floor(mid1 / 0x10000) + Math.floor(mid2 / 0x10000)) >>> 0;
}

/**
 * Philox4x32-10 on one counter block.
 * @param counter four unsigned 32-bit words
 * @param key two unsigned 32-bit words
 * @returns four uniformly distributed unsigned 32-bit words
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const h0 = mulHigh(M0, c0);
    const l0 = Math.imul(M0, c0) >>> 0;
    const h1 = mulHigh(M1, c2);
    const l1 = Math.imul(M1, c2) >>> 0;
    c0 = (h1 ^ c1 ^ k0) >>> 0;
    c1 = l1;
    c2 = (h0 ^ c3 ^ k1) >>> 0;
    c3 = l0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** FNV-1a over UTF-16 code units: turns a purpose's name into the second key word. */
export function purposeKey(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < purpose.length; i++) {
    hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}

/** A stream of draws for one (seed, purpose). Draw `i` is always the same number. */
export interface Stream {
  /** Unsigned 32-bit word number `index` (default: the next one). */
  word(index?: number): number;
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Standard normal (Box-Muller on two words). */
  normal(): number;
  /** Standard Gumbel, -log(-log u). */
  gumbel(): number;
  /** Uniform integer in [0, bound). Unbiased (rejection). */
  below(bound: number): number;
  /** Index drawn in proportion to non-negative `weights`. */
  pick(weights: ArrayLike<number>): number;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream, named by a sub-purpose. */
  fork(purpose: string): Stream;
}

/**
 * Opens the stream of a named purpose under a seed.
 * @param seed any integer; only its low 53 bits matter
 * @param purpose what the numbers are for, e.g. "plane/pairs"; different purposes never share draws
 */
export function stream(seed: number, purpose: string): Stream {
  const key: [number, number] = [seed >>> 0, purposeKey(purpose)];
  const high = Math.floor(Math.abs(seed) / 0x100000000) >>> 0;
  let next = 0;
  let block: [number, number, number, number] = [0, 0, 0, 0];
  let blockIndex = -1;

  const word = (index = next++): number => {
    const wanted = Math.floor(index / 4);
    if (wanted !== blockIndex) {
      block = philox4x32([wanted >>> 0, Math.floor(wanted / 0x100000000) >>> 0, high, 0], key);
      blockIndex = wanted;
    }
    return block[index & 3]!;
  };
  const uniform = (): number => word() / 0x100000000;
  const open = (): number => (word() + 0.5) / 0x100000000;

  return {
    word,
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(open())) * Math.cos(2 * Math.PI * uniform()),
    gumbel: () => -Math.log(-Math.log(open())),
    below(bound) {
      const limit = 0x100000000 - (0x100000000 % bound);
      let value = word();
      while (value >= limit) value = word();
      return value % bound;
    },
    pick(weights) {
      let total = 0;
      for (let i = 0; i < weights.length; i++) total += weights[i]!;
      let left = uniform() * total;
      for (let i = 0; i < weights.length; i++) {
        left -= weights[i]!;
        if (left < 0) return i;
      }
      return weights.length - 1;
    },
    shuffle(items) {
      const copy = items.slice();
      for (let i = copy.length - 1; i > 0; i--) {
        const j = this.below(i + 1);
        const held = copy[i]!;
        copy[i] = copy[j]!;
        copy[j] = held;
      }
      return copy;
    },
    fork: (sub) => stream(seed, `${purpose}/${sub}`),
  };
}
