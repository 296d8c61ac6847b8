/**
 * Builders for the fields of a spec. One call states a field's type, range, default, unit and help; forms, the command
 * line, the guide and the error messages are all read from it.
 */
import * as v from "valibot";

/** One value of a choice, with the words a person reads. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A field matters only where every one of these holds: the value at `path` is one of `in`, or starts with one that ends in a colon. */
export interface Condition {
  readonly path: string;
  readonly in: readonly (string | number | boolean)[];
}

export type FieldValue = number | string | boolean | null;

/** Everything there is to say about one field of the spec. */
export interface Field {
  /** Dotted path inside the spec, e.g. "train.lambda". */
  readonly path: string;
  /** Section of the form: the part of the path before the first dot, "run" for top-level fields. */
  readonly group: string;
  readonly kind: "number" | "integer" | "choice" | "boolean" | "text";
  readonly label: string;
  /** One or two sentences. */
  readonly help: string;
  readonly default: FieldValue;
  readonly min?: number;
  readonly max?: number;
  /** Step of a slider or spinner. */
  readonly step?: number;
  /** "log" where a slider should move in ratios. */
  readonly scale?: "log";
  /** Unit of the value, in words, e.g. "steps". */
  readonly unit?: string;
  readonly choices?: readonly Choice[];
  /** Whether null ("not set") is allowed. */
  readonly nullable?: boolean;
  /** Hidden behind "more" in forms. */
  readonly advanced?: boolean;
  /** What a text must look like, in words. */
  readonly format?: string;
  /** Texts that a form offers; others are as good. */
  readonly suggestions?: readonly Choice[];
  /** Where the field has an effect; absent when it always has. */
  readonly when?: readonly Condition[];
}

/** What a builder is told: a field without what follows from its place or its builder. */
type Told<D extends FieldValue> = Omit<
  Field,
  "path" | "group" | "kind" | "default" | "nullable" | "choices"
> & {
  readonly default: D;
};
type Ranged<D extends FieldValue> = Told<D> & { readonly min: number; readonly max: number };

/** What is attached to a schema as its metadata. */
export type FieldMetadata = Omit<Field, "path" | "group">;

const described = (field: FieldMetadata): { field: FieldMetadata } => ({ field });

const finiteIn = ({ min, max }: Ranged<number | null>) =>
  v.pipe(v.number(), v.finite(), v.minValue(min), v.maxValue(max));
const wholeIn = ({ min, max }: Ranged<number | null>) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));

/** A finite number in [min, max]. */
export function number(told: Ranged<number>) {
  return v.optional(v.pipe(finiteIn(told), v.metadata(described({ kind: "number", ...told }))), told.default);
}

/** A finite number in [min, max], or null for "not set". */
export function numberOrNull(told: Ranged<number | null>) {
  return v.optional(
    v.pipe(v.nullable(finiteIn(told)), v.metadata(described({ kind: "number", nullable: true, ...told }))),
    told.default,
  );
}

/** A whole number in [min, max], or null for "not set". */
export function integerOrNull(told: Ranged<number | null>) {
  return v.optional(
    v.pipe(v.nullable(wholeIn(told)), v.metadata(described({ kind: "integer", nullable: true, ...told }))),
    told.default,
  );
}

/** A whole number in [min, max]. */
export function integer(told: Ranged<number>) {
  return v.optional(v.pipe(wholeIn(told), v.metadata(described({ kind: "integer", ...told }))), told.default);
}

/** One of a few names. `choices` maps each to its label. */
export function choice<const C extends Record<string, string>>(
  told: Told<keyof C & string> & { readonly choices: C },
) {
  const values = Object.keys(told.choices) as (keyof C & string)[];
  const choices = values.map((value) => ({ value, label: told.choices[value]! }));
  return v.optional(
    v.pipe(v.picklist(values), v.metadata(described({ kind: "choice", ...told, choices }))),
    told.default as v.InferInput<v.PicklistSchema<(keyof C & string)[], undefined>>,
  );
}

/** Yes or no. */
export function toggle(told: Told<boolean>) {
  return v.optional(v.pipe(v.boolean(), v.metadata(described({ kind: "boolean", ...told }))), told.default);
}

/** A short text that `accepts` lets through; `told.format` says what it must look like. */
export function text(told: Told<string> & { readonly format: string }, accepts: (value: string) => boolean) {
  return v.optional(
    v.pipe(v.string(), v.maxLength(1000), v.check(accepts), v.metadata(described({ kind: "text", ...told }))),
    told.default,
  );
}

/** As `text`, or null for "not set". */
export function textOrNull(
  told: Told<null> & { readonly format: string },
  accepts: (value: string) => boolean,
) {
  return v.optional(
    v.pipe(
      v.nullable(v.pipe(v.string(), v.maxLength(1000), v.check(accepts))),
      v.metadata(described({ kind: "text", nullable: true, ...told })),
    ),
    told.default,
  );
}

/** A part of the spec: named fields, every one of which may be left out. */
export function section<const E extends v.ObjectEntries>(entries: E) {
  return v.optional(v.strictObject(entries), {} as never);
}

/** What a field allows, in words: "a whole number from 1 to 32", "erm, reweight or kl_dro". */
export function allowed(field: Field): string {
  const unset = field.nullable ? ", or null for not set" : "";
  switch (field.kind) {
    case "boolean":
      return `true or false${unset}`;
    case "choice": {
      const names = (field.choices ?? []).map((one) => one.value);
      return names.length < 2
        ? names.join("")
        : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}${unset}`;
    }
    case "text":
      return `${field.format ?? "a text"}${unset}`;
    default: {
      const kind = field.kind === "integer" ? "a whole number" : "a number";
      return `${kind} from ${field.min} to ${field.max}${field.unit ? ` (${field.unit})` : ""}${unset}`;
    }
  }
}
