/** The settings of `tilt ratio`: those of a spec, with what the command line changes. */
import { TiltError } from "../base/errors.ts";
import { defaultSpec, type FieldValue, type Spec, withFields } from "../experiment/spec.ts";
import { readSpecFile } from "./spec_file.ts";

/** Options by name, each the last part of its setting's path. */
export const SETTING_OPTIONS = {
  spec: { type: "string" },
  classifier: { type: "string" },
  heads: { type: "string" },
  calibration: { type: "string" },
  form: { type: "string" },
  alpha: { type: "string" },
  beta: { type: "string" },
  gamma: { type: "string" },
  clip: { type: "string" },
  l2: { type: "string" },
  seed: { type: "string" },
  target: { type: "string" },
} as const;

type Given = { readonly [name in keyof typeof SETTING_OPTIONS | "folds"]?: string | undefined };

/** Whether `--folds` names a number and not a file. */
export function isCount(folds: string): boolean {
  return /^\d+$/.test(folds);
}

/**
 * The spec that a ratio is estimated by: `--spec`, or the default one, and what the other options change.
 * @throws TiltError naming the setting that a value does not fit
 */
export async function specOf(given: Given): Promise<Spec> {
  const base = given.spec === undefined ? defaultSpec() : await readSpecFile(given.spec);
  const limits = given.clip?.split(",") ?? [];
  if (limits.length > 2) {
    throw new TiltError(`"${given.clip}" are no two limits.`, {
      where: "--clip",
      remedy: "Give --clip 0.1,10, or one number for the upper limit alone.",
    });
  }
  // One number alone is the upper limit.
  const [low, high] = limits.length > 1 ? limits : [undefined, limits[0]];
  const counted = given.folds !== undefined && isCount(given.folds) ? given.folds : undefined;
  const texts: Readonly<Record<string, string | undefined>> = {
    "data.target": given.target,
    "ratio.classifier": given.classifier,
    "ratio.heads": given.heads,
    "ratio.calibration": given.calibration,
    "ratio.form": given.form,
    "ratio.beta": given.beta,
    "ratio.gamma": given.gamma,
  };
  const numbers: Readonly<Record<string, string | undefined>> = {
    seed: given.seed,
    "ratio.folds": counted,
    "ratio.l2": given.l2,
    "ratio.alpha": given.alpha,
    "ratio.hMin": low,
    "ratio.hMax": high,
  };
  const changes: Record<string, FieldValue> = {};
  for (const [path, text] of Object.entries(texts)) if (text !== undefined) changes[path] = text;
  for (const [path, text] of Object.entries(numbers)) if (text !== undefined) changes[path] = Number(text);
  return withFields(base, changes);
}
