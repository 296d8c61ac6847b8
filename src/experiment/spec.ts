/**
 * The spec: one immutable, complete description of an experiment. Every field has a default, so `parseSpec({})` is
 * the experiment that a first visitor sees. What each field means and may be is stated once, in schema-*.ts.
 */
import * as v from "valibot";
import type { TiltError } from "../base/errors.ts";
import type { Param } from "../objective/params.ts";
import { allowed, type Field, type FieldValue } from "./field.ts";
import { lossParams, parameterFields, strategyParams } from "./parameters.ts";
import { isPlainObject, type Plain, plainCopy } from "./plain.ts";
import { checkRules } from "./rules.ts";
import { FIELDS, fieldAt, SPEC_VERSION, specSchema, valueAt } from "./schema.ts";
import { misfit, notASpec, unknownField, wrongVersion } from "./spec-errors.ts";

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type Spec = DeepReadonly<v.InferOutput<typeof specSchema>>;

export { allowed, type Choice, type Field, type FieldValue } from "./field.ts";
export { strategyValues } from "./parameters.ts";
export { FIELDS, fieldAt, isActive, SECTIONS, SPEC_VERSION, valueAt } from "./schema.ts";

/**
 * Checks a spec of the current version and fills in every default. Input of any size or shape is safe.
 * For specs that may be older, use `readSpec` of migrate.ts.
 * @throws TiltError naming the field, its value, and what is allowed
 */
export function parseSpec(input: unknown): Spec {
  const plain = plainCopy(input);
  if (!isPlainObject(plain)) throw notASpec(plain);
  if (plain.version !== undefined && plain.version !== SPEC_VERSION) throw wrongVersion(plain.version);
  const result = v.safeParse(specSchema, plain, { abortEarly: true });
  if (!result.success) throw explain(result.issues[0], plain);
  const { train } = result.output;
  const spec: Spec = {
    ...result.output,
    train: {
      ...train,
      strategyParams: complete("train.strategyParams", strategyParams(train.strategy), train.strategyParams),
      lossParams: complete("train.lossParams", lossParams(train.loss), train.lossParams),
    },
  };
  checkRules(spec);
  return spec;
}

/** The experiment of a first visit. */
export function defaultSpec(): Spec {
  return parseSpec({});
}

/** All fields of a spec: those with a fixed place, and the settings of its loss and strategy. */
export function fieldsFor(spec: Spec): Field[] {
  return [...FIELDS, ...parameterFields(spec)];
}

/**
 * The spec with one field changed. A new loss or strategy starts from its own defaults.
 * @throws TiltError as `parseSpec`
 */
export function withField(spec: Spec, path: string, value: FieldValue): Spec {
  return withFields(spec, { [path]: value });
}

/** The spec with several fields changed at once, in any order. */
export function withFields(spec: Spec, values: Readonly<Record<string, FieldValue>>): Spec {
  const next = plainCopy(spec) as { [key: string]: Plain };
  const train = next.train as { [key: string]: Plain };
  if (Object.hasOwn(values, "train.loss") && values["train.loss"] !== spec.train.loss) train.lossParams = {};
  if (Object.hasOwn(values, "train.strategy") && values["train.strategy"] !== spec.train.strategy)
    train.strategyParams = {};
  for (const [path, value] of Object.entries(values)) putAt(next, path, value);
  return parseSpec(next);
}

/** Puts a value at a dotted path of nested plain objects, making those that are missing. */
export function putAt(target: { [key: string]: Plain }, path: string, value: Plain): void {
  const keys = path.split(".");
  const last = keys.pop()!;
  let at = target;
  for (const key of keys) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    if (typeof next === "object" && next !== null && !Array.isArray(next)) at = next;
    else if (next === undefined && key !== "__proto__") at = at[key] = {};
    else throw unknownField(path);
  }
  if (last === "__proto__") throw unknownField(path);
  at[last] = value;
}

/** Fills in the defaults of a loss's or strategy's settings and checks those given. */
function complete(
  prefix: string,
  specs: Readonly<Record<string, Param>>,
  given: Readonly<Record<string, FieldValue>>,
): Record<string, number | boolean | string> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw unknownField(
        `${prefix}.${name}`,
        Object.keys(specs).map((known) => `${prefix}.${known}`),
      );
    }
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, param]) => {
      const value = Object.hasOwn(given, name) ? given[name]! : param.default;
      if (!fits(param, value)) throw misfit(`${prefix}.${name}`, value, wanted(param));
      return [name, value as number | boolean | string];
    }),
  );
}

function fits(param: Param, value: FieldValue): boolean {
  if (param.kind === "toggle") return typeof value === "boolean";
  if (param.kind === "choice") return typeof value === "string" && param.choices.includes(value);
  return typeof value === "number" && value >= param.min && value <= param.max;
}

function wanted(param: Param): string {
  if (param.kind === "toggle") return "true or false";
  return param.kind === "choice" ? param.choices.join(" or ") : `a number from ${param.min} to ${param.max}`;
}

/** A valibot issue in words. */
function explain(issue: v.BaseIssue<unknown>, input: object): TiltError {
  const path = (issue.path ?? []).map((item) => String(item.key)).join(".");
  const field = fieldAt(path);
  if (field) return misfit(path, valueAt(input, path), allowed(field));
  if (issue.expected === "never") return unknownField(path);
  return misfit(path || "spec", issue.input, "an object of settings");
}
