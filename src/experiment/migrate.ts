/** Reads specs of every version there has been. */
import { TiltError } from "../base/errors.ts";
import { isPlainObject, type Plain, plainCopy } from "./plain.ts";
import { parseSpec, SPEC_VERSION, type Spec } from "./spec.ts";
import { notASpec, wrongVersion } from "./spec-errors.ts";

export type PlainSpec = { [key: string]: Plain };

/** Brings a spec of version `from` to version `from + 1`. */
export interface Migration {
  readonly from: number;
  /** What changed, in a sentence that the page shows when it opens an older experiment. */
  readonly note: string;
  /** Gets a copy it may change. Writes out whatever default changed, so that the experiment stays the same. */
  migrate(spec: PlainSpec): PlainSpec;
}

/** In order, without gaps, ending at the current version. */
export const MIGRATIONS: readonly Migration[] = [];

export interface Migrated {
  readonly spec: PlainSpec;
  /** Version the input had; the current one when it named none. */
  readonly from: number;
  /** What changed on the way, oldest first. */
  readonly notes: readonly string[];
}

/**
 * Walks a spec up to the current version. Does not check its fields.
 * @throws TiltError when the input is not an object, or its version is not known
 */
export function migrateSpec(
  input: unknown,
  migrations: readonly Migration[] = MIGRATIONS,
  current: number = SPEC_VERSION,
): Migrated {
  const plain = plainCopy(input);
  if (!isPlainObject(plain)) throw notASpec(plain);
  const from = plain.version === undefined ? current : plain.version;
  if (typeof from !== "number" || !Number.isInteger(from) || from < 1 || from > current) {
    throw wrongVersion(from, current);
  }
  let spec = plain;
  const notes: string[] = [];
  for (let version = from; version < current; version++) {
    const step = migrations.find((migration) => migration.from === version);
    if (!step) {
      throw new TiltError(`No way leads from version ${version} of the spec to version ${version + 1}.`, {
        where: "version",
        remedy: "Open it with the Tilt that wrote it.",
      });
    }
    spec = { ...step.migrate(spec), version: version + 1 };
    notes.push(step.note);
  }
  return { spec, from, notes };
}

/**
 * Reads a spec of any version: migrates, checks, fills in defaults.
 * @throws TiltError as `migrateSpec` and `parseSpec`
 */
export function readSpec(input: unknown): Spec {
  return parseSpec(migrateSpec(input).spec);
}
