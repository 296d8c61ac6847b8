/** What differs between two specs, in words. */
import { type Field, type FieldValue, fieldsFor, type Spec, valueAt } from "./spec.ts";

export interface Change {
  readonly path: string;
  readonly label: string;
  /** undefined where that side has no such field (another loss or strategy). */
  readonly from: FieldValue | undefined;
  readonly to: FieldValue | undefined;
  /** The two values as a person would say them. */
  readonly before: string;
  readonly after: string;
  /** E.g. "Steps: 60 steps → 200 steps". */
  readonly text: string;
}

/** Fields whose values differ, in the order forms show them. Empty when the two specs are the same. */
export function describeChanges(old: Spec, next: Spec): Change[] {
  const fields = new Map([...fieldsFor(old), ...fieldsFor(next)].map((field) => [field.path, field]));
  return [...fields.values()].flatMap((field) => {
    const from = valueAt(old, field.path);
    const to = valueAt(next, field.path);
    if (from === to || impliedByChoice(field, from, to)) return [];
    const [before, after] = [inWords(field, from), inWords(field, to)];
    const text = `${field.label}: ${before} → ${after}`;
    return [{ path: field.path, label: field.label, from, to, before, after, text }];
  });
}

/** A setting that exists on one side only and has its default there says no more than the new loss or strategy does. */
function impliedByChoice(field: Field, from: FieldValue | undefined, to: FieldValue | undefined): boolean {
  return (from === undefined && to === field.default) || (to === undefined && from === field.default);
}

/** A value of a field as a person would say it: the choice's label, the number with its unit. */
export function inWords(field: Field, value: FieldValue | undefined): string {
  if (value === undefined || value === null) return "not set";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") {
    return field.choices?.find((one) => one.value === value)?.label ?? (value === "" ? "empty" : value);
  }
  const digits = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (!field.unit) return digits;
  return `${digits} ${value === 1 ? singular(field.unit) : field.unit}`;
}

function singular(unit: string): string {
  return unit.endsWith("ches") ? unit.slice(0, -2) : unit.replace(/s$/, "");
}
