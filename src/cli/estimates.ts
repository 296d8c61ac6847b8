/** What a run found of each response, beside its run.json: needed by `tilt export` only, and as large as the data. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Estimates } from "../experiment/findings.ts";

export const ESTIMATES_FILE = "estimates.json";

/** @param estimates null when the run made none: those of an earlier run in the same folder go */
export async function writeEstimates(
  folder: string,
  run: string,
  estimates: Estimates | null,
): Promise<void> {
  if (estimates === null) await rm(join(folder, ESTIMATES_FILE), { force: true });
  else await writeFile(join(folder, ESTIMATES_FILE), `${JSON.stringify({ run, estimates })}\n`);
}
