/** Floats of 16 bits: IEEE 754 halves, and bfloat16, the upper half of a float32. */

/** The value of an IEEE 754 half. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest half, ties to even; too large becomes infinity. */
export function floatToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  // log2 may be off by one next to a power of two; the carry of the rounding corrects it upwards, this downwards.
  const at = 2 ** exponent > size && exponent > -14 ? exponent - 1 : exponent;
  const scaled = roundToEven(size / 2 ** (at - 10));
  const normal = scaled >= 1024;
  return sign | ((normal ? at + 14 : 0) * 1024 + scaled);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest > 0.5 || (rest === 0.5 && floor % 2 === 1)) return floor + 1;
  return floor;
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The value of a bfloat16. */
export function brainToFloat(bits: number): number {
  word[0] = bits << 16;
  return float[0]!;
}

/** The nearest bfloat16, ties to even. */
export function floatToBrain(value: number): number {
  float[0] = value;
  return (word[0]! + 0x7fff + ((word[0]! >>> 16) & 1)) >>> 16;
}
