/** The float formats of checkpoints, little-endian, read as and written from float32. */
import { TiltError } from "../../base/errors.ts";
import { floatToBrain, floatToHalf, halfToFloat } from "../../base/halves.ts";

export const BYTES_PER_VALUE = { F32: 4, F16: 2, BF16: 2 } as const;
export type FloatFormat = keyof typeof BYTES_PER_VALUE;

export function isFloatFormat(name: string): name is FloatFormat {
  return Object.hasOwn(BYTES_PER_VALUE, name);
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
  for (let i = 0; i < values.length; i++) {
    if (format === "F32") view.setFloat32(4 * i, values[i]!, true);
    else if (format === "F16") view.setUint16(2 * i, floatToHalf(values[i]!), true);
    else view.setUint16(2 * i, floatToBrain(values[i]!), true);
  }
  return bytes;
}
