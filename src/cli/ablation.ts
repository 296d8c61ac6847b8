/** `tilt ablation`: the strategies against each other on Chatter; every result is kept at once, so that it can go on later. */
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { TiltError } from "../base/errors.ts";
import { openBase, trainBase } from "../experiment/ablation/base_model.ts";
import { armKey, armsOf, defaultGrid, fullGrid, type Grid, partOf } from "../experiment/ablation/grid.ts";
import { ablationReport } from "../experiment/ablation/report.ts";
import { runAblation } from "../experiment/ablation/run.ts";
import { ABLATION, type AblationSettings } from "../experiment/ablation/settings.ts";
import { ablationTables } from "../experiment/ablation/table.ts";
import { createControl, Stopped } from "../experiment/control.ts";
import type { ExportedFile } from "../model/checkpoint/export.ts";
import { hashOf, keepRow, keptRows, rowFile, rowFiles, withoutEnding } from "./ablation_files.ts";
import { openCommandBackend } from "./gpu.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const OUT = join(ROOT, "test/bench/ablation.json");
const PAGE = join(ROOT, "test/bench/README.md");
const BASE_FILES = ["config.json", "model.safetensors"];

export interface AblationOptions {
  /** Path of the results; rows lie beside it. */
  readonly out: string;
  /** Which of how many processes this is; seeds are shared out. */
  readonly part: number;
  readonly parts: number;
  readonly resume: boolean;
  readonly backend: string;
  /** Where the base model is kept between starts. */
  readonly cache: string;
  /** Markdown file whose marked place takes the tables; none writes them beside the results. */
  readonly page?: string;
}

/** @param args words after `ablation` @returns 0 when every arm of the grid (or part) is there, 1 otherwise */
export async function ablation(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      full: { type: "boolean", default: false },
      seeds: { type: "string", default: "10" },
      part: { type: "string" },
      jobs: { type: "string" },
      out: { type: "string" },
      resume: { type: "boolean", default: false },
      report: { type: "boolean", default: false },
      // Measured on two cores: the CPU loops do an arm of this small model in a quarter of SwiftShader's CPU time.
      backend: { type: "string", default: "cpu" },
    },
  });
  if (positionals.length > 0) {
    throw new TiltError(`"${positionals[0]}" is not an option.`, {
      remedy: "npm run tilt -- ablation --seeds 10 --out FILE.json",
    });
  }
  const seeds = whole(values.seeds, "--seeds");
  const grid = values.full ? fullGrid(seeds) : defaultGrid(seeds);
  const [part, parts] = partFrom(values.part ?? "1/1");
  const options: AblationOptions = {
    out: values.out ?? OUT,
    part,
    parts,
    resume: values.resume,
    backend: values.backend,
    cache: join(ROOT, ".cache/ablation"),
    ...(values.out === undefined && { page: PAGE }),
  };
  if (values.report) {
    await writeResults(ABLATION, grid, options);
    return 0;
  }
  // The CPU loops use one core: as many processes as there are cores share the seeds.
  const wanted = values.jobs === undefined ? defaultJobs(values.backend) : whole(values.jobs, "--jobs");
  const jobs = values.part === undefined ? Math.min(wanted, seeds) : 1;
  if (jobs <= 1) return runAblationGrid(ABLATION, grid, options);
  if (!options.resume) await refuseKept(options.out);
  // Made once, before the processes that all start from it.
  await baseFiles(ABLATION, options);
  const codes = await Promise.all(
    Array.from({ length: jobs }, (_, i) => startPart(args, `${i + 1}/${jobs}`)),
  );
  await writeResults(ABLATION, grid, options);
  return codes.every((code) => code === 0) ? 0 : 1;
}

/** "2/3" is the second of three. */
export function partFrom(text: string): readonly [part: number, parts: number] {
  const [part, parts] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (part && parts && part <= parts) return [part, parts];
  throw new TiltError(`"${text}" is no part.`, { where: "--part", remedy: "Give 1/2 and 2/2." });
}

function defaultJobs(backend: string): number {
  return backend === "cpu" ? availableParallelism() : 1;
}

/** The same command for one part; what an earlier start of it left is taken up. */
function startPart(args: readonly string[], part: string): Promise<number> {
  const child = spawn(process.execPath, [process.argv[1]!, "ablation", ...args, "--part", part, "--resume"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => done(code ?? 1));
  });
}

/**
 * Runs the arms of `grid` that belong to this part and have no row yet, then writes the report of all rows there are.
 * @throws TiltError when rows are there and nobody asked to go on, or they belong to other settings
 */
export async function runAblationGrid(
  settings: AblationSettings,
  grid: Grid,
  options: AblationOptions,
): Promise<number> {
  const { out, part, parts, resume } = options;
  if (!resume) await refuseKept(out);
  const mark = hashOf(settings);
  const done = new Set(
    (await keptRows(out, mark)).flatMap((row) => (row.kind === "arm" ? [armKey(row.arm)] : [])),
  );
  const arms = armsOf(partOf(grid, part - 1, parts)).filter((arm) => !done.has(armKey(arm)));
  console.error(`Part ${part} of ${parts}: ${arms.length} arms to do.`);
  if (arms.length > 0) {
    const base = await openBase(await baseFiles(settings, options));
    const { backend } = await openCommandBackend(options.backend);
    const control = createControl();
    process.once("SIGINT", () => control.stop());
    process.once("SIGTERM", () => control.stop());
    let left = arms.length;
    let before = cpuSeconds();
    try {
      for await (const row of runAblation(backend, settings, base, arms, done, control)) {
        const now = cpuSeconds();
        await keepRow(rowFile(out, part, parts), mark, { ...row, seconds: now - before });
        if (row.kind === "arm") left--;
        const name = row.kind === "arm" ? armKey(row.arm) : `seed ${row.seed}`;
        console.error(`${name}: ${(now - before).toFixed(1)} s of CPU, ${left} arms left`);
        before = now;
      }
    } catch (thrown) {
      if (!(thrown instanceof Stopped)) throw thrown;
      console.error(`Stopped with ${left} arms left; --resume goes on with them.`);
    }
    backend.destroy();
    if (left > 0) return 1;
  }
  if (parts === 1) await writeResults(settings, grid, options);
  return 0;
}

/** The base model's files, trained once and kept. */
async function baseFiles(
  settings: AblationSettings,
  { cache, backend: wanted }: AblationOptions,
): Promise<readonly ExportedFile[]> {
  const { shift, responses, shareTarget, shareFirst, model, base } = settings;
  const folder = join(cache, `base-${hashOf({ shift, responses, shareTarget, shareFirst, model, base })}`);
  const kept = await Promise.all(
    BASE_FILES.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(folder, name))) })),
  ).catch(() => undefined);
  if (kept) return kept;
  const { backend } = await openCommandBackend(wanted);
  const { steps } = settings.base;
  const files = await trainBase(backend, settings, createControl(), (step, loss) => {
    if (step % 100 === 0) console.error(`Base model ${step} of ${steps}: loss ${loss.toFixed(3)}`);
  });
  backend.destroy();
  await mkdir(folder, { recursive: true });
  for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
  return files;
}

/** Means, intervals and differences of all rows there are: JSON, and tables. */
async function writeResults(
  settings: AblationSettings,
  grid: Grid,
  { out, page }: AblationOptions,
): Promise<void> {
  const rows = await keptRows(out, hashOf(settings));
  const keys = new Set(armsOf(grid).map(armKey));
  const wanted = keys.size;
  const done = rows.filter((row) => row.kind === "arm" && keys.has(armKey(row.arm))).length;
  const report = ablationReport(rows);
  const tables = ablationTables(report, settings, { wanted, done, whole: page === undefined });
  await writeFile(out, `${JSON.stringify({ settings, wanted, done, ...report }, rounded, 1)}\n`);
  if (page === undefined) await writeFile(`${withoutEnding(out)}.md`, `${tables}\n`);
  else await writeFile(page, between(await readFile(page, "utf8"), tables));
  console.log(tables);
}

const rounded = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;

/** Puts text into the marked place of a page; at its end where there is none. */
export function between(page: string, text: string): string {
  const [start, end] = ["<!-- ablation: written by the command -->", "<!-- end of ablation -->"];
  const block = `${start}\n${text}\n${end}`;
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) return `${page.trimEnd()}\n\n${block}\n`;
  return page.slice(0, from) + block + page.slice(to + end.length);
}

async function refuseKept(out: string): Promise<void> {
  if ((await rowFiles(out)).length === 0) return;
  throw new TiltError("Results of an ablation are kept here.", {
    where: out,
    remedy: "Go on with --resume, or give another --out.",
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function whole(text: string, where: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new TiltError(`"${text}" is no whole number above 0.`, { where, remedy: `Give ${where} 10.` });
}
