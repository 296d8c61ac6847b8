/**
 * Stored values as JSON and bytes, and back: everything a database can hold that JSON cannot is written as a tagged
 * object, {"$": kind, …}, and binary data as a part beside the text.
 */
import { TiltError } from "../base/errors.ts";

const VIEWS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;
type ViewName = keyof typeof VIEWS;

export interface Portable {
  readonly json: unknown;
  readonly parts: readonly Blob[];
}

const isFile = (value: Blob): value is File => typeof File !== "undefined" && value instanceof File;

/** @throws TiltError for functions and other things that no database holds either */
export function pack(value: unknown): Portable {
  const parts: Blob[] = [];
  const part = (blob: Blob): number => parts.push(blob) - 1;
  const write = (item: unknown): unknown => {
    if (item === null || typeof item === "string" || typeof item === "boolean") return item;
    if (typeof item === "number") {
      return Number.isFinite(item) && !Object.is(item, -0)
        ? item
        : { $: "number", text: Object.is(item, -0) ? "-0" : String(item) };
    }
    if (item === undefined) return { $: "undefined" };
    if (typeof item === "bigint") return { $: "bigint", text: String(item) };
    if (typeof item !== "object") throw new TiltError(`A ${typeof item} cannot be put into a backup.`);
    if (Array.isArray(item)) return item.map(write);
    if (item instanceof Date) return { $: "Date", time: item.getTime() };
    if (item instanceof Blob) {
      const { type } = item;
      if (!isFile(item)) return { $: "Blob", part: part(item), type };
      return { $: "File", part: part(item), type, name: item.name, time: item.lastModified };
    }
    if (item instanceof ArrayBuffer) return { $: "ArrayBuffer", part: part(new Blob([item])) };
    if (ArrayBuffer.isView(item)) {
      const bytes = new Uint8Array(item.buffer as ArrayBuffer, item.byteOffset, item.byteLength);
      return { $: Object.prototype.toString.call(item).slice(8, -1), part: part(new Blob([bytes])) };
    }
    if (item instanceof Map)
      return { $: "Map", entries: [...item].map(([key, inner]) => [write(key), write(inner)]) };
    if (item instanceof Set) return { $: "Set", items: [...item].map(write) };
    const entries = Object.entries(item).map(([key, inner]) => [key, write(inner)] as const);
    // An object that has a "$" of its own must not be taken for a tag.
    return Object.hasOwn(item, "$") ? { $: "object", entries } : Object.fromEntries(entries);
  };
  return { json: write(value), parts };
}

type Tagged = Readonly<Record<string, unknown>>;

/** @throws TiltError when it is not what `pack` writes */
export async function unpack({ json, parts }: Portable): Promise<unknown> {
  const damaged = () => new TiltError("A value in the backup is not as Tilt writes it.");
  const partOf = (tagged: Tagged): Blob => parts[tagged.part as number] ?? fail();
  const fail = (): never => {
    throw damaged();
  };
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : fail());
  const pair = (value: unknown): readonly [unknown, unknown] => {
    const [first, second] = list(value);
    return [first, second];
  };
  const tagged = async (item: Tagged): Promise<unknown> => {
    switch (item.$) {
      case "undefined":
        return undefined;
      case "number":
        return Number(item.text);
      case "bigint":
        return /^-?\d+$/.test(String(item.text)) ? BigInt(String(item.text)) : fail();
      case "Date":
        return new Date(Number(item.time));
      case "Blob":
        return new Blob([partOf(item)], { type: String(item.type) });
      case "File":
        return new File([partOf(item)], String(item.name), {
          type: String(item.type),
          lastModified: Number(item.time),
        });
      case "ArrayBuffer":
        return partOf(item).arrayBuffer();
      case "Map":
        return new Map(
          await Promise.all(
            list(item.entries).map(async (entry) => {
              const [key, inner] = pair(entry);
              return [await read(key), await read(inner)] as const;
            }),
          ),
        );
      case "Set":
        return new Set(await Promise.all(list(item.items).map(read)));
      case "object":
        return plain(list(item.entries).map(pair));
      default: {
        const name = item.$ as ViewName;
        if (!Object.hasOwn(VIEWS, name)) return fail();
        const bytes = await partOf(item).arrayBuffer();
        return bytes.byteLength % VIEWS[name].BYTES_PER_ELEMENT === 0 ? new VIEWS[name](bytes) : fail();
      }
    }
  };
  const plain = async (entries: readonly (readonly [unknown, unknown])[]): Promise<unknown> =>
    Object.fromEntries(
      await Promise.all(entries.map(async ([key, inner]) => [String(key), await read(inner)] as const)),
    );
  // Only binary parts are asynchronous; a dataset of a million objects must not become a million promises.
  const simple = (item: unknown): boolean => {
    if (typeof item !== "object" || item === null) return true;
    if (Object.hasOwn(item, "$")) return false;
    return (Array.isArray(item) ? item : Object.values(item)).every(simple);
  };
  const read = async (item: unknown): Promise<unknown> => {
    if (typeof item !== "object" || item === null || simple(item)) return item;
    if (Array.isArray(item)) return Promise.all(item.map(read));
    return Object.hasOwn(item, "$") ? tagged(item as Tagged) : plain(Object.entries(item));
  };
  return read(json);
}
