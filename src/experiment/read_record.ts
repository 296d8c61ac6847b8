/** A run's record from outside: a file, or what an older Tilt stored. */
import { TiltError } from "../base/errors.ts";
import type { RunRecord } from "./events.ts";
import { readSpec } from "./migrate.ts";

const TEXTS = ["id", "name", "datasetHash", "datasetName", "startedAt", "digest", "specHash"] as const;
const LISTS = ["units", "lastWeights", "sft", "train", "evaluation"] as const;

/**
 * The record with its spec brought to the current version.
 * @param where file or place, named in errors
 * @throws TiltError when it is no run
 */
export function readRecord(json: unknown, where: string): RunRecord {
  if (typeof json === "object" && json !== null) {
    const record = json as Partial<RunRecord>;
    const texts = TEXTS.every((key) => typeof record[key] === "string");
    const lists = LISTS.every((key) => Array.isArray(record[key]));
    if (texts && lists && record.spec && record.environment && record.seconds) {
      const { warnings, ...rest } = record as RunRecord;
      const told = Array.isArray(warnings) && warnings.every((what) => typeof what === "string");
      return { ...rest, spec: readSpec(record.spec), ...(told && { warnings }) };
    }
  }
  throw new TiltError("This is not a run.", {
    where,
    remedy: "Give the run.json that `npm run tilt -- run SPEC.json --out DIR` wrote.",
  });
}
