/** Which Parquet type holds all values of a column: found by looking at every value, widened where they differ. */
import type { SchemaElement } from "hyparquet";
import { jsonText } from "./export-text.ts";

/** `json` takes whatever nothing else takes: mixed kinds, empty objects, deep nesting. */
export type ParquetKind =
  | "null"
  | "boolean"
  | "int32"
  | "int64"
  | "double"
  | "text"
  | "time"
  | "bytes"
  | "json"
  | { readonly list: ParquetKind }
  | { readonly fields: ReadonlyMap<string, ParquetKind> };

const MAX_DEPTH = 6;
const MAX_FIELDS = 64;
const isInt32 = (value: number): boolean => value === (value | 0) && !Object.is(value, -0);

/** The narrowest kind that holds `value`. */
export function kindOfValue(value: unknown, depth = 0): ParquetKind {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return "text";
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? "int64" : "json";
  if (typeof value === "number") {
    if (isInt32(value)) return "int32";
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? "int64" : "double";
  }
  if (value instanceof Date) return "time";
  if (value instanceof Uint8Array) return "bytes";
  if (depth >= MAX_DEPTH || typeof value !== "object") return "json";
  if (Array.isArray(value)) {
    return {
      list: value.reduce<ParquetKind>((kind, item) => widen(kind, kindOfValue(item, depth + 1)), "null"),
    };
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return "json";
  return { fields: new Map(entries.map(([name, item]) => [name, kindOfValue(item, depth + 1)])) };
}

/** The narrowest kind that holds the values of both. */
export function widen(a: ParquetKind, b: ParquetKind): ParquetKind {
  if (a === b || b === "null") return a;
  if (a === "null") return b;
  if (typeof a === "string" || typeof b === "string") {
    const numbers = ["int32", "int64", "double"];
    const [i, j] = [numbers.indexOf(a as string), numbers.indexOf(b as string)];
    return i >= 0 && j >= 0 ? (numbers[Math.max(i, j)] as ParquetKind) : "json";
  }
  if ("list" in a) return "list" in b ? { list: widen(a.list, b.list) } : "json";
  if (!("fields" in b)) return "json";
  const fields = new Map(a.fields);
  for (const [name, kind] of b.fields) fields.set(name, widen(fields.get(name) ?? "null", kind));
  return fields.size > MAX_FIELDS ? "json" : { fields };
}

/** A column of this kind, as the elements of a Parquet schema in preorder. Everything may be null. */
export function schemaOf(name: string, kind: ParquetKind): SchemaElement[] {
  const repetition_type = "OPTIONAL";
  if (typeof kind === "object" && "list" in kind) {
    return [
      { name, repetition_type, converted_type: "LIST", num_children: 1 },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      ...schemaOf("element", kind.list),
    ];
  }
  if (typeof kind === "object") {
    const children = [...kind.fields].flatMap(([field, inner]) => schemaOf(field, inner));
    return [{ name, repetition_type, num_children: kind.fields.size }, ...children];
  }
  switch (kind) {
    case "boolean":
      return [{ name, type: "BOOLEAN", repetition_type }];
    case "int32":
      return [{ name, type: "INT32", repetition_type }];
    case "int64":
      return [{ name, type: "INT64", repetition_type }];
    case "double":
      return [{ name, type: "DOUBLE", repetition_type }];
    case "time":
      return [{ name, type: "INT64", converted_type: "TIMESTAMP_MILLIS", repetition_type }];
    case "bytes":
      return [{ name, type: "BYTE_ARRAY", repetition_type }];
    case "json":
      return [{ name, type: "BYTE_ARRAY", converted_type: "JSON", repetition_type }];
    default:
      return [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type }];
  }
}

/** The value as the writer wants it for a column of this kind. */
export function fitted(kind: ParquetKind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof kind === "object") {
    if ("list" in kind) return (value as unknown[]).map((item) => fitted(kind.list, item));
    const row = value as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      [...kind.fields].map(([name, inner]) => [
        name,
        Object.hasOwn(row, name) ? fitted(inner, row[name]) : null,
      ]),
    );
  }
  if (kind === "int64") return BigInt(value as number | bigint);
  if (kind === "double") return Number(value);
  if (kind === "text") return typeof value === "string" ? value : jsonText(value);
  return kind === "json" ? JSON.parse(jsonText(value)) : value;
}
