/** The sentences in which a spec is turned down. */
import { TiltError } from "../base/errors.ts";
import { clip, shown } from "./plain.ts";
import { FIELDS, SPEC_VERSION } from "./schema.ts";

/** For something that is not even an object. */
export function notASpec(input: unknown): TiltError {
  return new TiltError(`${shown(input)} is not an experiment.`, {
    where: "spec",
    remedy: 'Give an object such as {"train": {"strategy": "erm"}}.',
  });
}

/** For a version that this Tilt cannot read. */
export function wrongVersion(version: unknown, current: number = SPEC_VERSION): TiltError {
  const newer = typeof version === "number" && version > current;
  return new TiltError(
    newer
      ? `This experiment was written for version ${version}; this Tilt knows versions up to ${current}.`
      : `${shown(version)} is not a version of the spec.`,
    { where: "version", remedy: newer ? "Reload the page to get the newest Tilt." : `Use ${current}.` },
  );
}

/** For a value that its field does not allow. */
export function misfit(path: string, value: unknown, want: string): TiltError {
  return new TiltError(`${path} is ${shown(value)}.`, { where: path, remedy: `Use ${want}.` });
}

/** An error for a setting that does not exist, with the nearest one that does. */
export function unknownField(
  path: string,
  known: readonly string[] = FIELDS.map((field) => field.path),
): TiltError {
  const near = nearest(path, known);
  const list = known.length > 0 && known.length <= 8 ? `Known here: ${known.join(", ")}.` : "";
  return new TiltError(`There is no setting called "${clip(path)}".`, {
    where: clip(path),
    remedy:
      [near ? `Did you mean ${near}?` : "", list].filter(Boolean).join(" ") ||
      "Remove it, or update Tilt if it comes from a newer version.",
  });
}

function nearest(path: string, known: readonly string[]): string | undefined {
  if (path.length > 60) return undefined;
  const last = path.slice(path.lastIndexOf(".") + 1);
  const sameName = known.find((one) => one.slice(one.lastIndexOf(".") + 1) === last);
  if (sameName) return sameName;
  const ranked = known
    .map((one) => ({ one, distance: editDistance(path.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] && ranked[0].distance <= 3 ? ranked[0].one : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
