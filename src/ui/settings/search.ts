/** Finding settings: by what they are called and say, and why one that is found may have no effect. */
import { type Field, type FieldValue, fieldAt, isActive, type Spec, valueAt } from "../../experiment/spec.ts";

/** A field's value in a spec; its default where the spec has none. */
export function settingValue(spec: Spec, field: Field): FieldValue {
  return valueAt(spec, field.path) ?? field.default;
}

export function isChanged(spec: Spec, field: Field): boolean {
  return settingValue(spec, field) !== field.default;
}

/** Fields that say all words of `text`, those whose label does first. */
export function found(fields: readonly Field[], text: string): readonly Field[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const has = (where: string): boolean => words.every((word) => where.includes(word));
  const labelled = (field: Field): boolean => has(`${field.label} ${field.path}`.toLowerCase());
  const told = ({ label, path, help, unit = "", choices = [] }: Field): string =>
    [label, path, help, unit, ...choices.map((one) => one.label)].join(" ").toLowerCase();
  const matching = fields.filter((field) => has(told(field)));
  return [...matching.filter(labelled), ...matching.filter((field) => !labelled(field))];
}

/** Why a field has no effect in a spec, in words; empty where it has one. */
export function whyIdle(field: Field, spec: Spec): string {
  if (isActive(field, spec)) return "";
  const unmet = (field.when ?? []).filter((condition) => !isActive({ ...field, when: [condition] }, spec));
  return `No effect now. It matters where ${unmet.map(conditionWords).join(", and ")}.`;
}

function conditionWords({ path, in: values }: NonNullable<Field["when"]>[number]): string {
  const field = fieldAt(path);
  const names = values.map(
    (value) =>
      field?.choices?.find((one) => one.value === value)?.label ?? SOURCES[String(value)] ?? String(value),
  );
  const listed =
    names.length > 4 ? `${names.slice(0, 3).join(", ")} or one of ${names.length - 3} more` : orList(names);
  return `${field?.label ?? path} is ${listed}`;
}

/** Addresses of datasets in words. */
const SOURCES: Readonly<Record<string, string>> = {
  "builtin:chatter": "Chatter",
  "builtin:plane": "Plane",
  "file:": "a file",
  "url:": "a web address",
};

function orList(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
