import { TiltError } from "../base/errors.ts";

/** A real-valued setting: its default, the range it may take, and what it does in one line. */
export interface NumberParam {
  readonly kind: "number";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly help: string;
}

/** A setting that is on or off. */
export interface ToggleParam {
  readonly kind: "toggle";
  readonly default: boolean;
  readonly help: string;
}

/** A setting with named options; `help` says what each means. */
export interface ChoiceParam<T extends string = string> {
  readonly kind: "choice";
  readonly default: T;
  readonly choices: readonly T[];
  readonly help: string;
}

export type Param = NumberParam | ToggleParam | ChoiceParam;
export type ParamSpecs = Readonly<Record<string, Param>>;
export type ParamValue = number | boolean | string;
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** The values a specification takes: numbers, booleans, or one of the named options. */
export type ValuesOf<S extends ParamSpecs> = {
  readonly [K in keyof S]: S[K] extends NumberParam
    ? number
    : S[K] extends ToggleParam
      ? boolean
      : S[K] extends ChoiceParam<infer T>
        ? T
        : never;
};

/** A parameter that is any number from `min` to `max`. @param help shown beside it */
export function real(defaultValue: number, min: number, max: number, help: string): NumberParam {
  return { kind: "number", default: defaultValue, min, max, help };
}

/** A parameter that is on or off. */
export function toggle(defaultValue: boolean, help: string): ToggleParam {
  return { kind: "toggle", default: defaultValue, help };
}

/** A parameter that is one of a few words. */
export function choice<const T extends string>(
  defaultValue: NoInfer<T>,
  choices: readonly T[],
  help: string,
): ChoiceParam<T> {
  return { kind: "choice", default: defaultValue, choices, help };
}

/**
 * Fills in defaults and checks every value.
 * @param where named in errors, e.g. "loss dpo"
 * @throws TiltError on an unknown name, a wrong type, or a value outside its range
 */
export function resolveParams(specs: ParamSpecs, given: ParamValues, where: string): ParamValues {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw new TiltError(`There is no setting called "${name}".`, {
        where,
        remedy: `Its settings are: ${Object.keys(specs).join(", ") || "none"}.`,
      });
    }
  }
  const values: Record<string, ParamValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    values[name] = checked(spec, given[name] ?? spec.default, `${where}, ${name}`);
  }
  return values;
}

function checked(spec: Param, value: ParamValue, where: string): ParamValue {
  if (spec.kind === "toggle") {
    if (typeof value === "boolean") return value;
    throw new TiltError(`${String(value)} is not true or false.`, { where, remedy: "Use true or false." });
  }
  if (spec.kind === "choice") {
    if (typeof value === "string" && spec.choices.includes(value)) return value;
    const remedy = `Use one of: ${spec.choices.join(", ")}.`;
    throw new TiltError(`"${String(value)}" is not an option.`, { where, remedy });
  }
  if (typeof value === "number" && value >= spec.min && value <= spec.max) return value;
  const remedy = `Use a number from ${spec.min} to ${spec.max}.`;
  throw new TiltError(`${String(value)} is out of range.`, { where, remedy });
}

/** The values in declaration order as numbers (toggles 0/1, choices their position): the layout of the GPU's uniform. */
export function packParams(specs: ParamSpecs, values: ParamValues): number[] {
  return Object.entries(specs).map(([name, spec]) => {
    const value = values[name] ?? spec.default;
    return spec.kind === "choice" ? spec.choices.indexOf(String(value)) : Number(value);
  });
}

/** The inverse of `packParams`. Numbers past the specification's end are ignored. */
export function unpackParams(specs: ParamSpecs, numbers: readonly number[]): ParamValues {
  const entries = Object.entries(specs).map(([name, spec], i) => {
    const value = numbers[i]!;
    if (spec.kind === "number") return [name, value] as const;
    return [name, spec.kind === "toggle" ? value !== 0 : spec.choices[value]!] as const;
  });
  return Object.fromEntries(entries);
}

/** Where a formula comes from. */
export interface Paper {
  readonly title: string;
  /** arXiv identifier, e.g. "2305.18290". */
  readonly arxiv?: string;
  readonly authors: string;
  readonly year: number;
}
