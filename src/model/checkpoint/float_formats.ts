/** The float formats of checkpoints, little-endian, read as and written from float32. */
import { TiltError } from "../../base/errors.ts";

export const BYTES_PER_VALUE = { F32: 4, F16: 2, BF16: 2 } as const;
export type FloatFormat = keyof typeof BYTES_PER_VALUE;

export function isFloatFormat(name: string): name is FloatFormat {
  return Object.hasOwn(BYTES_PER_VALUE, name);
}

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

/** Values of a tensor's bytes. @throws TiltError when a value is not finite */
export function decodeFloats(
  bytes: Uint8Array<ArrayBuffer>,
  format: FloatFormat,
  where: string,
): Float32Array {
  const count = bytes.byteLength / BYTES_PER_VALUE[format];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let values: Float32Array;
  if (format === "F32") {
    values = Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  } else if (format === "BF16") {
    const words = Uint32Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true) << 16);
    values = new Float32Array(words.buffer);
  } else {
    values = Float32Array.from({ length: count }, (_, i) => halfToFloat(view.getUint16(2 * i, true)));
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new TiltError(`value ${bad} is ${values[bad]}`, { where, remedy: "Use an undamaged checkpoint." });
  }
  return values;
}

/** Bytes of values in a format. BF16 is rounded to nearest, ties to even. */
export function encodeFloats(values: ArrayLike<number>, format: FloatFormat): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * BYTES_PER_VALUE[format]);
  const view = new DataView(bytes.buffer);
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  for (let i = 0; i < values.length; i++) {
    if (format === "F32") view.setFloat32(4 * i, values[i]!, true);
    else if (format === "F16") view.setUint16(2 * i, floatToHalf(values[i]!), true);
    else {
      float[0] = values[i]!;
      view.setUint16(2 * i, (word[0]! + 0x7fff + ((word[0]! >>> 16) & 1)) >>> 16, true);
    }
  }
  return bytes;
}
