/** The canonical form of a spec: what is hashed, stored and put in links. */
import { canonicalJson } from "../base/canonical.ts";
import { sha256 } from "../base/sha256.ts";
import type { Plain } from "./plain.ts";
import {
  FIELDS,
  type FieldValue,
  fieldsFor,
  isActive,
  parseSpec,
  putAt,
  type Spec,
  valueAt,
} from "./spec.ts";

/** What a canonical spec keeps, by dotted path, in the order of the field table. */
export function departures(spec: Spec): [path: string, value: FieldValue][] {
  return fieldsFor(spec).flatMap((field): [string, FieldValue][] => {
    const value = valueAt(spec, field.path);
    return value === undefined || value === field.default ? [] : [[field.path, value]];
  });
}

/** The spec's version and whatever differs from the defaults, nested. `parseSpec` of it gives the spec back. */
export function canonicalSpec(spec: Spec): { [key: string]: Plain } {
  const result: { [key: string]: Plain } = { version: spec.version };
  for (const [path, value] of departures(spec)) putAt(result, path, value);
  return result;
}

/** Address of a spec: SHA-256 (hex) of its canonical form's JSON with sorted keys. */
export function specHash(spec: Spec): string {
  return sha256(canonicalJson(canonicalSpec(spec)));
}

/**
 * The spec with every field that has no effect in it put back to its default: λ under ERM, the classifier's settings
 * where the ratio is exact. Two cells of a sweep that differ only there are one experiment; compare their hashes.
 */
export function effectiveSpec(spec: Spec): Spec {
  const result: { [key: string]: Plain } = { version: spec.version };
  const idle = new Set(FIELDS.filter((field) => !isActive(field, spec)).map((field) => field.path));
  for (const [path, value] of departures(spec)) if (!idle.has(path)) putAt(result, path, value);
  return parseSpec(result);
}
