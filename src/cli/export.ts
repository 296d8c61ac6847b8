/** `tilt export`: a run's data given back with what the run found, or as files that train another model the same way. */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { messageOf, TiltError } from "../base/errors.ts";
import { fileNameOf } from "../base/file_name.ts";
import type { Dataset } from "../data/dataset.ts";
import { type ExportFormat, exportDataset, exportTrlRows } from "../data/export-dataset.ts";
import type { FileInput } from "../data/options.ts";
import type { RunRecord } from "../experiment/events.ts";
import { type Estimates, findingsOf } from "../experiment/findings.ts";
import { readSpec } from "../experiment/migrate.ts";
import { builtinDataset } from "../experiment/source.ts";
import { trlScript } from "../experiment/trl_script.ts";
import { ESTIMATES_FILE } from "./estimates.ts";
import { openInput, readDataset } from "./input.ts";

const FORMATS = ["jsonl", "csv", "parquet", "trl"];

/** @param args words after `export` @returns 0 when the files were written */
export async function exportRun(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: "string", multiple: true },
      format: { type: "string", default: "jsonl" },
      out: { type: "string", default: "." },
    },
  });
  const [runFile] = positionals;
  if (!runFile || positionals.length > 1) {
    throw new TiltError("Give one run, as `tilt run --out` writes it.", {
      remedy: "npm run tilt -- export out/run.json --data FILE --format trl --out DIR",
    });
  }
  const { format, out } = values;
  if (!FORMATS.includes(format)) {
    throw new TiltError(`"${format}" is not a format.`, {
      where: "--format",
      remedy: `Use ${FORMATS.join(", ")}.`,
    });
  }
  const record = await readRun(runFile);
  const files = await Promise.all((values.data ?? []).map(openInput));
  const dataset = await datasetOf(record, files);
  const estimates = await readEstimates(runFile, record);
  const findings = findingsOf(dataset, record, estimates);
  await mkdir(out, { recursive: true });
  if (format === "trl") {
    for (const [name, text] of Object.entries(trlScript(record))) await put(join(out, name), [text]);
    await put(join(out, "preferences.jsonl"), exportTrlRows(dataset, findings));
    return 0;
  }
  const name = `${fileNameOf(`${dataset.name} ${record.name}`)}.${format}`;
  await put(join(out, name), exportDataset({ dataset, findings, format: format as ExportFormat, files }));
  return 0;
}

async function put(
  file: string,
  pieces: Iterable<string> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  await pipeline(Readable.from(pieces), createWriteStream(file));
  console.log(`${file}: ${(await stat(file)).size} bytes`);
}

/** @throws TiltError when it is no run */
async function readRun(file: string): Promise<RunRecord> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (thrown) {
    throw new TiltError(`The run cannot be read: ${messageOf(thrown)}`, { where: file });
  }
  if (typeof json === "object" && json !== null) {
    const record = json as Partial<RunRecord>;
    const lists = [record.units, record.lastWeights].every(Array.isArray);
    const texts = [record.id, record.name, record.datasetHash].every((value) => typeof value === "string");
    if (lists && texts && record.spec) return { ...(record as RunRecord), spec: readSpec(record.spec) };
  }
  throw new TiltError("This is not a run.", {
    where: file,
    remedy: "Give the run.json that `npm run tilt -- run SPEC.json --out DIR` wrote.",
  });
}

/** The data that the run was on: built-in data is made again, files are named with --data. */
async function datasetOf(record: RunRecord, files: readonly FileInput[]): Promise<Dataset> {
  const dataset = files.length > 0 ? await readDataset(files) : builtinDataset(record.spec);
  if (!dataset) {
    throw new TiltError(`The run was on the file ${record.datasetName}.`, { remedy: "Name it with --data." });
  }
  if (dataset.hash === record.datasetHash) return dataset;
  throw new TiltError("The run was on other data.", {
    where: files.map(({ name }) => name).join(", ") || dataset.name,
    remedy: `Give the very file(s) of ${record.datasetName}: SHA-256 ${record.datasetHash}, not ${dataset.hash}.`,
  });
}

/** What the run found of each response: a file beside the run, since it is as large as the data. */
async function readEstimates(runFile: string, record: RunRecord): Promise<Estimates | null> {
  const file = join(dirname(runFile), ESTIMATES_FILE);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (thrown) {
    console.error(`${file}: ${messageOf(thrown)}. log_ratio, h, probability and fold stay empty.`);
    return null;
  }
  const found = json as { run?: unknown; estimates?: unknown } | null;
  if (found?.run === record.id && Array.isArray(found.estimates)) return found.estimates as Estimates;
  throw new TiltError(`These estimates are not of the run ${record.id}.`, {
    where: file,
    remedy: "Keep run.json and estimates.json of one run together.",
  });
}
