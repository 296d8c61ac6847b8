/** A spec from a file. */
import { readFile } from "node:fs/promises";
import { messageOf, TiltError } from "../base/errors.ts";
import { readSpec } from "../experiment/migrate.ts";
import type { Spec } from "../experiment/spec.ts";

/** @throws TiltError naming the file when it is no JSON, or the setting that is wrong */
export async function readSpecFile(file: string): Promise<Spec> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (thrown) {
    throw new TiltError(`The spec cannot be read: ${messageOf(thrown)}`, { where: file });
  }
  return readSpec(json);
}
