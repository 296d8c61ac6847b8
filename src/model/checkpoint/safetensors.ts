/**
 * The safetensors format: eight bytes of header length, a JSON header that places every tensor, the tensors' bytes.
 * https://github.com/huggingface/safetensors. Nothing in a file is believed before it is checked.
 */
import { TiltError } from "../../base/errors.ts";
import type { ByteSource } from "./bytes.ts";
import {
  BYTES_PER_VALUE,
  decodeFloats,
  encodeFloats,
  type FloatFormat,
  isFloatFormat,
} from "./float_formats.ts";

/** A tensor of a file, not yet read. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly format: FloatFormat;
  /** The values as float32. @throws TiltError when one is not finite */
  values(): Promise<Float32Array>;
}

/** The format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;
const CUT = "The file may be cut or damaged; get it again.";

/** Opens a file and checks its header against its size. @throws TiltError naming file, tensor and mismatch */
export async function openSafetensors(source: ByteSource): Promise<Map<string, StoredTensor>> {
  const fail = (what: string, remedy = CUT): never => {
    throw new TiltError(what, { where: source.name, remedy });
  };
  if (source.size < 10) fail(`is ${source.size} bytes long, too short for a safetensors file`);
  const head = await source.read(0, 8);
  const headerBytes = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
  if (headerBytes > Math.min(MAX_HEADER_BYTES, source.size - 8)) {
    fail(`says that its header is ${headerBytes} bytes long, but the file has ${source.size} bytes`);
  }
  const text = new TextDecoder().decode(await source.read(8, 8 + headerBytes));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    fail("has a header that is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    fail("has a header that is no object");

  const dataStart = 8 + headerBytes;
  const dataBytes = source.size - dataStart;
  const tensors = new Map<string, StoredTensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, begin, end } = readEntry(name, entry, source.name);
    if (end > dataBytes) fail(`tensor "${name}" ends at byte ${end} of the data, but there are ${dataBytes}`);
    ranges.push({ name, begin, end });
    tensors.set(name, {
      name,
      shape,
      format: dtype,
      values: async () =>
        decodeFloats(
          await source.read(dataStart + begin, dataStart + end),
          dtype,
          `${source.name}, tensor "${name}"`,
        ),
    });
  }
  ranges.sort((a, b) => a.begin - b.begin);
  for (let i = 1; i < ranges.length; i++) {
    const [before, after] = [ranges[i - 1]!, ranges[i]!];
    if (after.begin < before.end) fail(`tensors "${before.name}" and "${after.name}" overlap`);
  }
  return tensors;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function readEntry(
  name: string,
  entry: unknown,
  file: string,
): { dtype: FloatFormat; shape: number[]; begin: number; end: number } {
  const fail = (what: string, remedy = CUT): never => {
    throw new TiltError(`tensor "${name}" ${what}`, { where: file, remedy });
  };
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (typeof dtype !== "string") return fail("has no dtype");
  if (!isFloatFormat(dtype)) {
    return fail(`holds ${dtype}`, "Tilt reads F32, F16 and BF16; convert the checkpoint to one of them.");
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) return fail("has no valid shape");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return fail("has no valid data_offsets");
  }
  const [begin, end] = offsets as [number, number];
  const values = shape.reduce((product: number, n: number) => product * n, 1);
  const bytes = values * BYTES_PER_VALUE[dtype];
  if (end - begin !== bytes) {
    return fail(`is ${shape.join(" x ")} ${dtype}, which takes ${bytes} bytes, but has ${end - begin}`);
  }
  return { dtype, shape, begin, end };
}

/** A file with these tensors, in order. */
export function writeSafetensors(
  tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: ArrayLike<number>;
  }[],
  format: FloatFormat = "F32",
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  let at = 0;
  for (const { name, shape, values } of tensors) {
    const end = at + values.length * BYTES_PER_VALUE[format];
    header[name] = { dtype: format, shape, data_offsets: [at, end] };
    at = end;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const head = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + head.byteLength + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(head.byteLength), true);
  file.set(head, 8);
  let offset = 8 + head.byteLength;
  for (const { values } of tensors) {
    const bytes = encodeFloats(values, format);
    file.set(bytes, offset);
    offset += bytes.byteLength;
  }
  return file;
}
