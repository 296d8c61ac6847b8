/** What a run found of each response, beside its run.json: needed by `tilt export` only, and as large as the data. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Estimates } from "../experiment/findings.ts";

export const ESTIMATES_FILE = "estimates.json";

export async function writeEstimates(folder: string, run: string, estimates: Estimates): Promise<void> {
  await writeFile(join(folder, ESTIMATES_FILE), `${JSON.stringify({ run, estimates })}\n`);
}
