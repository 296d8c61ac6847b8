/** Where a training stands, kept on disk so that it can be stopped and taken up again. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../../base/canonical.ts";
import { messageOf, TiltError } from "../../base/errors.ts";
import { sha256 } from "../../base/sha256.ts";
import type { Recipe } from "./recipe.ts";

/** Moments and weights lie in the file one after another, each as long as the model's pool. */
export const KEPT = ["parameters", "m", "v"] as const;

/** Raised when the training itself changes, so that no training goes on from another kind of start. */
const VERSION = 3;

export interface Progress {
  /** Steps done. */
  readonly step: number;
  /** Loss of each step done, nats per token. */
  readonly losses: readonly number[];
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly arrays: Readonly<Record<(typeof KEPT)[number], Float32Array>>;
}

/** Names everything that a training depends on: another recipe never takes up this one's file. */
function fingerprint({ seed, config, optimisation, beta2, tokenizer, batch }: Recipe): string {
  const first = batch(0).map(({ prompt, responses }) => [...prompt, ...responses.flatMap((ids) => [...ids])]);
  return sha256(
    canonicalJson({
      version: VERSION,
      seed,
      config,
      optimisation,
      beta2,
      tokenizer: tokenizer.id,
      first: sha256(first.join(";")),
    }),
  ).slice(0, 16);
}

const fileOf = (folder: string, recipe: Recipe): string =>
  join(folder, `${recipe.name}-${fingerprint(recipe)}.bin`);

/** Writes beside the old file and then takes its place: a cut write loses nothing. */
export async function saveProgress(folder: string, recipe: Recipe, progress: Progress): Promise<void> {
  const { arrays, ...rest } = progress;
  const head = Buffer.from(`${JSON.stringify({ ...rest, numbers: arrays.parameters.length })}\n`);
  const file = fileOf(folder, recipe);
  await mkdir(folder, { recursive: true });
  const parts = KEPT.map((name) => {
    const { buffer, byteOffset, byteLength } = arrays[name];
    return Buffer.from(buffer, byteOffset, byteLength);
  });
  await writeFile(`${file}.new`, Buffer.concat([head, ...parts]));
  await rename(`${file}.new`, file);
}

/** What was saved last for this recipe; undefined when there is nothing. @throws TiltError when the file is damaged */
export async function loadProgress(folder: string, recipe: Recipe): Promise<Progress | undefined> {
  const file = fileOf(folder, recipe);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    return undefined;
  }
  const end = bytes.indexOf("\n");
  const body = bytes.subarray(end + 1);
  const length = body.byteLength / KEPT.length;
  try {
    const rest = JSON.parse(bytes.toString("utf8", 0, end)) as Omit<Progress, "arrays"> & {
      numbers?: number;
    };
    if (length !== 4 * (rest.numbers ?? Number.NaN)) throw new RangeError("it is cut");
    const arrays = KEPT.map((name, i) => {
      const part = Uint8Array.from(body.subarray(i * length, (i + 1) * length));
      return [name, new Float32Array(part.buffer)] as const;
    });
    return { ...rest, arrays: Object.fromEntries(arrays) as Record<(typeof KEPT)[number], Float32Array> };
  } catch (thrown) {
    throw new TiltError(`What was kept of the training cannot be read: ${messageOf(thrown)}.`, {
      where: file,
      remedy: "Begin anew with --fresh.",
    });
  }
}

/** Forgets what was kept, so that the next training begins anew. */
export async function forgetProgress(folder: string, recipe: Recipe): Promise<void> {
  await rm(fileOf(folder, recipe), { force: true });
}
