/** The schema of a spec, and the flat table of its fields that everything else is generated from. */
import * as v from "valibot";
import type { Condition, Field, FieldMetadata, FieldValue } from "./field.ts";
import { integer } from "./field.ts";
import { dataSection, ratioSection } from "./schema-data.ts";
import { modelSection, sftSection } from "./schema-model.ts";
import { onlineSection } from "./schema-online.ts";
import { evalSection, trainSection } from "./schema-train.ts";

/** Raised when a spec of the old version would mean something else; migrate.ts then learns to bring the old one along. */
export const SPEC_VERSION = 1;

export const specSchema = v.strictObject({
  version: v.optional(v.literal(SPEC_VERSION), SPEC_VERSION),
  seed: integer({
    label: "Seed",
    help: "Every random number of the run follows from this one.",
    default: 1,
    min: 0,
    max: 4294967295,
    step: 1,
  }),
  data: dataSection,
  ratio: ratioSection,
  model: modelSection,
  sft: sftSection,
  train: trainSection,
  online: onlineSection,
  eval: evalSection,
});

export const SECTIONS: readonly { readonly id: string; readonly label: string }[] = [
  { id: "run", label: "Run" },
  { id: "data", label: "Data" },
  { id: "ratio", label: "Ratio" },
  { id: "model", label: "Model" },
  { id: "sft", label: "Reference (SFT)" },
  { id: "train", label: "Training" },
  { id: "online", label: "Self-training" },
  { id: "eval", label: "Evaluation" },
];

/** Every field with a fixed place, in the order forms show them. Settings of the chosen loss: see `fieldsFor`. */
export const FIELDS: readonly Field[] = collect(specSchema.entries, "");

const byPath = new Map(FIELDS.map((field) => [field.path, field]));

/** The field at a dotted path, if there is one. */
export function fieldAt(path: string): Field | undefined {
  return byPath.get(path);
}

function collect(entries: v.ObjectEntries, prefix: string): Field[] {
  return Object.entries(entries).flatMap(([key, entry]) => {
    const path = prefix + key;
    const inner = (entry as { wrapped?: v.GenericSchema }).wrapped;
    if (!inner) return [];
    if (inner.type === "strict_object") {
      return collect((inner as unknown as { entries: v.ObjectEntries }).entries, `${path}.`);
    }
    const field = v.getMetadata(inner).field as FieldMetadata | undefined;
    if (!field) return [];
    const group = path.includes(".") ? path.slice(0, path.indexOf(".")) : "run";
    return [{ path, group, ...field }];
  });
}

/** Whether a field has an effect in this spec: all its conditions hold. */
export function isActive(field: Field, spec: object): boolean {
  return (field.when ?? []).every((condition) => holds(condition, spec));
}

function holds({ path, in: values }: Condition, spec: object): boolean {
  const value = valueAt(spec, path);
  return values.some((wanted) =>
    typeof wanted === "string" && wanted.endsWith(":")
      ? typeof value === "string" && value.startsWith(wanted)
      : value === wanted,
  );
}

/** The value at a dotted path of plain data; undefined where there is none. */
export function valueAt(spec: object, path: string): FieldValue | undefined {
  let at: unknown = spec;
  for (const key of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at as FieldValue | undefined;
}
