import fc from "fast-check";
import { TiltError } from "../../src/base/errors.ts";
import {
  defaultSpec,
  FIELDS,
  type Field,
  type FieldValue,
  fieldsFor,
  type Spec,
  withField,
} from "../../src/experiment/spec.ts";

/** Values of a field, all allowed by its own range. */
function valuesOf(field: Field): fc.Arbitrary<FieldValue> {
  const set = allowedValues(field);
  return field.nullable ? fc.option(set, { nil: null }) : set;
}

function allowedValues(field: Field): fc.Arbitrary<FieldValue> {
  switch (field.kind) {
    case "boolean":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...field.choices!.map((one) => one.value));
    case "integer":
      return fc.integer({ min: field.min!, max: field.max! });
    case "number":
      return fc.double({ min: field.min!, max: field.max!, noNaN: true });
    case "text":
      return fc.constantFrom(...(TEXTS[field.path] ?? [""]));
  }
}

const HASH = "0123456789abcdef".repeat(4);
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "data.source": ["builtin:chatter", "builtin:plane", `file:${HASH}`, "url:https://example.org/a b?x=1&y=#2"],
  "data.sha256": [HASH],
  "data.target": ["human", "", "42", "true", "a&b=c", "größe 100 % ☕", "null"],
  "model.pretrained": [`file:${HASH}`, "builtin:tiny"],
};

/** Valid specs that depart from the defaults in up to eight fields, some of them settings of the loss. */
export const specs: fc.Arbitrary<Spec> = fc
  .array(
    fc.constantFrom(...FIELDS).chain((field) => fc.tuple(fc.constant(field.path), valuesOf(field))),
    { maxLength: 8 },
  )
  .chain((changes) => {
    const spec = changes.reduce(orSame, defaultSpec());
    const own = fieldsFor(spec).slice(FIELDS.length);
    if (own.length === 0) return fc.constant(spec);
    return fc
      .option(fc.constantFrom(...own).chain((field) => fc.tuple(fc.constant(field.path), valuesOf(field))))
      .map((change) => (change ? orSame(spec, change) : spec));
  });

/** A change that breaks a rule between fields is not made. */
function orSame(spec: Spec, [path, value]: readonly [string, FieldValue]): Spec {
  try {
    return withField(spec, path, value);
  } catch (thrown) {
    if (thrown instanceof TiltError) return spec;
    throw thrown;
  }
}
