/** Typed views of the 32-bit words that buffers hold. */
import type { TensorData } from "../backend.ts";
import type { ElementType } from "../contract.ts";

/** Reads little-endian words as the tensor's type. */
export function asTensorData(type: ElementType, bytes: ArrayBuffer): TensorData {
  if (type === "u32") return new Uint32Array(bytes);
  if (type === "i32") return new Int32Array(bytes);
  return new Float32Array(bytes);
}

/** Data as 32-bit words of the tensor's type; copied only when it is of another type. */
export function asWords(
  type: ElementType,
  data: ArrayLike<number>,
): Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  if (type === "u32")
    return data instanceof Uint32Array ? (data as Uint32Array<ArrayBuffer>) : Uint32Array.from(data);
  if (type === "i32")
    return data instanceof Int32Array ? (data as Int32Array<ArrayBuffer>) : Int32Array.from(data);
  return data instanceof Float32Array ? (data as Float32Array<ArrayBuffer>) : Float32Array.from(data);
}
