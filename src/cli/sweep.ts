/** `tilt sweep`: a sweep from a file or a preset; each run's result is kept at once, so that it can go on later. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf, TiltError } from "../base/errors.ts";
import type { Interval } from "../base/statistics.ts";
import type { Dataset } from "../data/dataset.ts";
import { modelsFor } from "../experiment/builtin_models.ts";
import { createLab } from "../experiment/lab.ts";
import { cellsCsv, findingOf, type Row, tableCsv, tableOf } from "../experiment/sweep/aggregate.ts";
import { planSweep } from "../experiment/sweep/plan.ts";
import { SWEEP_PRESETS } from "../experiment/sweep/presets.ts";
import { newState, revived, type SweepState } from "../experiment/sweep/queue.ts";
import { readSweep, sweepHash, withBase } from "../experiment/sweep/read.ts";
import type { CellResult } from "../experiment/sweep/result.ts";
import { createSweepRunner, runCell, type SweepHost } from "../experiment/sweep/runner.ts";
import type { Plan, Sweep } from "../experiment/sweep/types.ts";
import { readBuiltinFile } from "./builtin_files.ts";
import { openCommandBackend } from "./gpu.ts";
import { datasetFor, openInput, readDataset } from "./input.ts";

const STATE = "sweep.json";
const CELLS = "runs";

/** @param args words after `sweep` @returns 0 when every run was done, 1 otherwise */
export async function sweep(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: "string", multiple: true },
      out: { type: "string" },
      resume: { type: "boolean", default: false },
      seeds: { type: "string" },
      backend: { type: "string", default: "webgpu" },
    },
  });
  const [source] = positionals;
  if (!source || positionals.length > 1) {
    throw new TiltError("Give one sweep file or preset.", {
      remedy: `npm run tilt -- sweep ${SWEEP_PRESETS.map(({ id }) => id).join("|")}|FILE.json --out DIR`,
    });
  }
  const given = values.data ? await readDataset(await Promise.all(values.data.map(openInput))) : undefined;
  const asked = await sweepFrom(source);
  const seeds = values.seeds === undefined ? asked.seeds : seedsFrom(values.seeds);
  const wanted = given
    ? withBase({ ...asked, seeds }, { "data.source": `file:${given.hash}` })
    : { ...asked, seeds };
  return runSweep(wanted, { given, backend: values.backend, out: values.out, resume: values.resume });
}

/** A preset by name, or a file. @throws TiltError when it is neither */
async function sweepFrom(source: string): Promise<Sweep> {
  const preset = SWEEP_PRESETS.find(({ id }) => id === source);
  if (preset) return preset.make();
  try {
    return readSweep(JSON.parse(await readFile(source, "utf8")));
  } catch (thrown) {
    if (thrown instanceof TiltError) throw thrown;
    throw new TiltError(`The sweep cannot be read: ${messageOf(thrown)}`, {
      where: source,
      remedy: `Give a file, or a preset: ${SWEEP_PRESETS.map(({ id }) => id).join(", ")}.`,
    });
  }
}

/** "3" is the seeds 1 to 3; "2,5,7" is those. */
export function seedsFrom(text: string): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.some((one) => !Number.isInteger(one) || one < 0)) {
    throw new TiltError(`“${text}” names no seeds.`, { where: "--seeds", remedy: "Give 5, or 1,2,3." });
  }
  return numbers.length > 1 ? numbers : Array.from({ length: numbers[0]! }, (_, i) => i + 1);
}

export interface SweepOptions {
  readonly given: Dataset | undefined;
  readonly backend: string;
  readonly out: string | undefined;
  readonly resume: boolean;
}

/** Runs a sweep, prints its table, and leaves sweep.json, runs/, table.csv and runs.csv in `out`. */
export async function runSweep(
  sweep: Sweep,
  { given, backend: wanted, out, resume }: SweepOptions,
): Promise<number> {
  const plan = planSweep(sweep);
  const fresh = newState(sweep, plan, new Date().toISOString());
  const kept = out === undefined ? undefined : await keptIn(out, sweep, resume);
  const results = new Map((kept?.results ?? []).map((result) => [result.id, result]));
  const state = kept ? revived(kept.state, [...results.keys()]) : fresh;
  if (out !== undefined) await mkdir(join(out, CELLS), { recursive: true });
  for (const { problem, at } of plan.settings) {
    if (problem)
      console.error(
        `Left out ${at.map((value, a) => sweep.axes[a]!.values[value]!.label).join(", ")}: ${problem.what}`,
      );
  }
  console.error(`${plan.cells.length} runs, ${state.done.length} of them done.`);

  const { backend, environment } = await openCommandBackend(wanted);
  const lab = createLab(backend, environment);
  const names = new Map(plan.cells.map(({ id, name }) => [id, name]));
  const host: SweepHost = {
    run: (cell, control, emit) =>
      runCell(
        lab,
        environment,
        cell,
        async () => ({
          dataset: datasetFor(cell.spec, given),
          ...(await modelsFor(cell.spec, readBuiltinFile)),
        }),
        control,
        emit,
      ),
    save: async (next) => {
      if (out !== undefined) await writeFile(join(out, STATE), `${JSON.stringify(next, null, 2)}\n`);
    },
    saveCell: async (result) => {
      results.set(result.id, result);
      if (out !== undefined) await writeFile(cellFile(out, result.id), `${JSON.stringify(result)}\n`);
    },
    dropCell: async (cell) => {
      results.delete(cell);
      if (out !== undefined) await rm(cellFile(out, cell), { force: true });
    },
    tell(event) {
      if (event.kind === "result") {
        const { result } = event;
        const value = result.metrics[sweep.metric];
        const told =
          result.problem?.what ?? `${sweep.metric} ${value === undefined ? "–" : value.toPrecision(4)}`;
        console.error(`${names.get(result.id)}: ${told}`);
      } else if (event.kind === "state" && event.left && event.state.queue.length > 0) {
        console.error(`  ${event.state.queue.length} left, about ${Math.ceil(event.left.seconds)} s`);
      }
    },
  };
  const runner = createSweepRunner(plan, state, results, host);
  process.once("SIGINT", () => void runner.stop());
  const end = await runner.start();
  backend.destroy();

  console.log(
    `${sweep.name}: ${sweep.metric}, mean ± 95 % over seeds${sweep.baseline ? `, and paired difference from ${baselineName(sweep)}` : ""}`,
  );
  const rows = tableOf(sweep, plan, results, sweep.metric);
  for (const row of rows) console.log(line(row));
  if (out !== undefined) await writeTables(out, sweep, plan, rows, results);
  const failed = [...results.values()].filter(({ outcome }) => outcome === "failed").length;
  if (end.queue.length > 0) console.error(`${end.queue.length} runs are left; --resume goes on with them.`);
  return end.queue.length === 0 && failed === 0 ? 0 : 1;
}

const cellFile = (out: string, cell: string): string => join(out, CELLS, `${cell}.json`);

/** What an earlier start left in the folder. @throws TiltError when it is another sweep, or nobody asked to go on */
async function keptIn(
  out: string,
  sweep: Sweep,
  resume: boolean,
): Promise<{ readonly state: SweepState; readonly results: readonly CellResult[] } | undefined> {
  const text = await readFile(join(out, STATE), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const remedy = "Give another folder, or --resume with the same sweep.";
  if (!resume) throw new TiltError("A sweep is kept in this folder.", { where: out, remedy });
  const state = JSON.parse(text) as SweepState;
  if (sweepHash(readSweep(state.sweep)) !== sweepHash(sweep))
    throw new TiltError("Another sweep is kept in this folder.", { where: out, remedy });
  const files = await readdir(join(out, CELLS)).catch(() => []);
  const results: CellResult[] = [];
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    try {
      results.push(JSON.parse(await readFile(join(out, CELLS, file), "utf8")) as CellResult);
    } catch {
      console.error(`${file} is cut off; that run is done again.`);
    }
  }
  return { state, results };
}

function baselineName({ axes, baseline }: Sweep): string {
  return axes.find(({ id }) => id === baseline?.axis)?.values[baseline?.value ?? 0]?.label ?? "";
}

function line({ labels, value, difference, setting, failed }: Row): string {
  const name = labels.join(", ").padEnd(44);
  if (setting.problem) return `${name} ${setting.problem.what}`;
  const told = difference ? `   ${around(difference, true)}  ${findingOf(difference)}` : "";
  return `${name} ${value ? around(value, false) : "–"}${told}${failed > 0 ? `   ${failed} failed` : ""}`;
}

function around({ mean, half, n }: Interval, signed: boolean): string {
  const sign = signed && mean > 0 ? "+" : "";
  return `${sign}${mean.toFixed(4)} ± ${Number.isFinite(half) ? half.toFixed(4) : "?"} (${n})`;
}

async function writeTables(
  out: string,
  sweep: Sweep,
  plan: Plan,
  rows: readonly Row[],
  results: ReadonlyMap<string, CellResult>,
): Promise<void> {
  await writeFile(join(out, "table.csv"), tableCsv(sweep, rows, sweep.metric));
  await writeFile(join(out, "runs.csv"), cellsCsv(sweep, plan, results));
  console.error(`${join(out, "table.csv")} and runs.csv are written.`);
}
