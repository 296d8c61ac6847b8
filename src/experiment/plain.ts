/** Turns whatever came from outside into plain, bounded data before anything else looks at it. */
import { TiltError } from "../base/errors.ts";

const MAX_DEPTH = 8;
const MAX_VALUES = 2000;
const MAX_TEXT = 4000;

export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** Whether plain data is an object rather than a list or a single value. */
export function isPlainObject(value: Plain | undefined): value is { [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A deep copy made of objects without a prototype's tricks, arrays, strings, finite numbers, booleans and null.
 * Undefined members are left out.
 * @param where named in errors
 * @throws TiltError when the input is too deep, too large, or not plain data
 */
export function plainCopy(input: unknown, where = "spec"): Plain {
  let left = MAX_VALUES;
  const copy = (value: unknown, path: string, depth: number): Plain => {
    if (--left < 0) throw tooMuch(where, `more than ${MAX_VALUES} values`);
    if (depth > MAX_DEPTH) throw tooMuch(where, `more than ${MAX_DEPTH} levels`);
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number") {
      if (Number.isFinite(value)) return value;
      throw new TiltError(`${value} is not a finite number.`, {
        where: path,
        remedy: "Use a finite number.",
      });
    }
    if (typeof value === "string") {
      if (value.length <= MAX_TEXT) return value;
      throw tooMuch(path, `a text of ${value.length} characters`);
    }
    if (Array.isArray(value)) return Array.from(value, (item, i) => copy(item, `${path}[${i}]`, depth + 1));
    if (typeof value !== "object") {
      throw new TiltError(`A ${typeof value} has no place here.`, { where: path, remedy: "Use plain JSON." });
    }
    const result: Record<string, Plain> = {};
    for (const key of Object.keys(value)) {
      const name = path === where ? key : `${path}.${key}`;
      if (key === "__proto__" || key === "constructor" || key === "prototype") {
        throw new TiltError(`There is no setting called "${key}".`, { where: path, remedy: "Remove it." });
      }
      const member: unknown = (value as Record<string, unknown>)[key];
      if (member !== undefined) result[key] = copy(member, clip(name), depth + 1);
    }
    return result;
  };
  try {
    return copy(input, where, 0);
  } catch (thrown) {
    if (thrown instanceof TiltError) throw thrown;
    throw new TiltError("This cannot be read as plain data.", { where, cause: thrown });
  }
}

/** At most `length` characters of something that goes into a message. */
export function clip(text: string, length = 80): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** A value as it may stand in a message. */
export function shown(value: unknown): string {
  try {
    return clip(JSON.stringify(value) ?? String(value));
  } catch {
    return `a ${typeof value}`;
  }
}

function tooMuch(where: string, what: string): TiltError {
  return new TiltError(`This holds ${what}; no experiment needs that.`, {
    where,
    remedy: "It is probably not a Tilt experiment. Check where it came from.",
  });
}
