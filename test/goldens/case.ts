/** One golden file and its cases, as parsed from JSON; accessors that say which field of which case is amiss. */

export interface GoldenCase {
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface GoldenFile {
  readonly schema: string;
  readonly kind: string;
  readonly cases: readonly GoldenCase[];
}

export type Fields = Readonly<Record<string, unknown>>;
export type Matrix = readonly (readonly number[])[];

/** A nested object of a case (`params`, `inputs`, `outputs`, ...); empty when absent. */
export function fields(of: Fields, name: string): Fields {
  return (of[name] ?? {}) as Fields;
}

export function number(of: Fields, name: string): number {
  const value = of[name];
  if (typeof value !== "number") throw new Error(`golden field ${name} is not a number`);
  return value;
}

export function numbers(of: Fields, name: string): readonly number[] {
  const value = of[name];
  if (!Array.isArray(value)) throw new Error(`golden field ${name} is not a list`);
  return value as readonly number[];
}

export function matrix(of: Fields, name: string): Matrix {
  return numbers(of, name) as unknown as Matrix;
}
