/** The ablation's results on disk: one line of JSON per arm, beside the report, in one file per process. */
import { appendFile, mkdir, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { canonicalJson } from "../base/canonical.ts";
import { TiltError } from "../base/errors.ts";
import { sha256 } from "../base/sha256.ts";
import type { AblationRow } from "../experiment/ablation/run.ts";
import type { AblationSettings } from "../experiment/ablation/settings.ts";

/** A row as it is kept: with the settings it belongs to and the CPU time it took, in seconds. */
export type KeptRow = AblationRow & { readonly seconds: number };

/** Names settings, so that what was made with others is never taken for these. */
export function hashOf(settings: Partial<AblationSettings>): string {
  return sha256(canonicalJson(settings)).slice(0, 12);
}

export const withoutEnding = (out: string): string => out.replace(/\.json$/, "");

/** Where one process puts its rows. */
export function rowFile(out: string, part: number, parts: number): string {
  return `${withoutEnding(out)}.rows.${part}-of-${parts}.jsonl`;
}

/** All files of rows of `out`, whatever the number of processes was. */
export async function rowFiles(out: string): Promise<string[]> {
  const folder = dirname(out);
  const start = `${basename(withoutEnding(out))}.rows.`;
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith(start) && name.endsWith(".jsonl"))
    .sort()
    .map((name) => join(folder, name));
}

/** @throws TiltError when rows belong to other settings; a line that was cut off is left out */
export async function keptRows(out: string, settings: string): Promise<KeptRow[]> {
  const rows: KeptRow[] = [];
  for (const file of await rowFiles(out)) {
    const lines = (await readFile(file, "utf8")).split("\n");
    for (const [i, line] of lines.entries()) {
      if (line === "") continue;
      let row: KeptRow & { readonly settings: string };
      try {
        row = JSON.parse(line, withNaN) as KeptRow & { readonly settings: string };
      } catch {
        console.error(`${file}, line ${i + 1} is cut off; that arm is done again.`);
        continue;
      }
      if (row.settings !== settings) {
        throw new TiltError("These rows were made with other settings.", {
          where: `${file}, line ${i + 1}`,
          remedy: "Give another --out, or remove the file.",
        });
      }
      rows.push(row);
    }
  }
  return rows;
}

/** JSON has no NaN: a measured number that is null was one. λ is null where a strategy has none. */
function withNaN(key: string, value: unknown): unknown {
  return value === null && key !== "lambda" ? Number.NaN : value;
}

/** Adds a row; five digits are more than the noise leaves. A cut line before it is closed first. */
export async function keepRow(file: string, settings: string, row: KeptRow): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const short = (_key: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
  await appendFile(file, `${JSON.stringify({ settings, ...row }, short)}\n`);
}
