/** `tilt report`: stored runs as a page, as JSON and as citations. */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf, TiltError } from "../base/errors.ts";
import type { RunRecord } from "../experiment/events.ts";
import { contentFor, fittingLink } from "../experiment/link-for.ts";
import { readRecord } from "../experiment/read_record.ts";
import { reportFiles } from "../experiment/report/report.ts";

/** @param args words after `report` @returns 0 when the files were written */
export async function report(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { out: { type: "string", default: "." } },
  });
  if (positionals.length === 0) {
    throw new TiltError("Give at least one run, as `tilt run --out` writes it.", {
      remedy: "npm run tilt -- report out/run.json --out DIR",
    });
  }
  const runs = [];
  for (const file of positionals) {
    const record = await readRunFile(file);
    runs.push({ record, link: await linkOf(record) });
  }
  await mkdir(values.out, { recursive: true });
  for (const { name, text } of reportFiles(runs, new Date().toISOString())) {
    const file = join(values.out, name);
    await writeFile(file, text);
    console.log(`${file}: ${(await stat(file)).size} bytes`);
  }
  return 0;
}

async function readRunFile(file: string): Promise<RunRecord> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (thrown) {
    throw new TiltError(`The run cannot be read: ${messageOf(thrown)}`, { where: file });
  }
  return readRecord(json, file);
}

/** Without a page there is no address: the part from # on, for whatever page the reader has. */
async function linkOf(record: RunRecord): Promise<string | null> {
  try {
    return (await fittingLink(contentFor({ spec: record.spec, record }), "")).fragment;
  } catch {
    return null; // data by address without its hash: nothing to promise
  }
}
