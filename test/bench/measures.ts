/** What the benchmark does inside a browser (or Node with Dawn): plain functions that return plain values. */
import type { Backend, DispatchTime } from "../../src/backend/backend.ts";
import { elementCount } from "../../src/backend/contract.ts";
import { type OpTime, opTimes } from "../../src/backend/op_times.ts";
import { openBackend } from "../../src/backend/open.ts";
import { valuesOf } from "../../src/backend/recording.ts";
import type { WeightFormat } from "../../src/model/pool.ts";
import { type LargeStep, largeStep } from "./large.ts";
import { measurePeak } from "./peak.ts";
import { openStep } from "./step.ts";
import { compareTilings, type RawEntry, type TilingRow } from "./tilings.ts";
import { chatterStep, dpoPairs, dpoRectangle, tinyLm, type Workload } from "./workloads.ts";

export { tiltEntry } from "./entry.ts";

const MODELS: Readonly<Record<string, () => Workload>> = {
  lm: tinyLm,
  chatter: chatterStep,
  "dpo shared": () => dpoPairs(true),
  "dpo apart": () => dpoPairs(false),
  "dpo padded": dpoRectangle,
};

async function openGpu(): Promise<Backend> {
  const { backend, fallback } = await openBackend(navigator.gpu, "webgpu");
  if (fallback) throw new Error(fallback);
  return backend;
}

export interface StepTimes {
  readonly workload: string;
  readonly medianMs: number;
  readonly minMs: number;
  /** CPU time of the GPU process, where it can be read; else as medianMs. */
  readonly cpuMs: number;
  readonly encodeMs: number;
  /** From an open device to the end of the first step. */
  readonly coldMs: number;
  readonly coldCpuMs: number;
  readonly compileMs: number;
  readonly dispatches: number;
  readonly losses: readonly number[];
}

/** Milliseconds so far: the GPU process's CPU where the driver can tell, else the clock. */
export async function workMs(): Promise<number> {
  const { gpuCpuMs } = globalThis as { gpuCpuMs?: () => Promise<number | undefined> };
  return (await gpuCpuMs?.()) ?? performance.now();
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Times whole training steps, in turns when several are asked for. */
export async function timeSteps(names: readonly string[], runs: number): Promise<StepTimes[]> {
  const backend = await openGpu();
  const open = [];
  for (const name of names) {
    const before = await workMs();
    const start = performance.now();
    const step = await openStep(backend, MODELS[name]!());
    const losses = [await step.run()];
    const coldMs = performance.now() - start;
    const coldCpuMs = (await workMs()) - before;
    open.push({
      name,
      step,
      losses,
      coldMs,
      coldCpuMs,
      times: [] as number[],
      cpu: [] as number[],
      encode: [] as number[],
    });
  }
  for (let i = 0; i < runs; i++) {
    for (const { step, losses, times, cpu, encode } of open) {
      const before = await workMs();
      const start = performance.now();
      losses.push(await step.run());
      times.push(performance.now() - start);
      cpu.push((await workMs()) - before);
      encode.push(step.encodeMs());
    }
  }
  return open.map(({ name, step, losses, coldMs, coldCpuMs, times, cpu, encode }) => ({
    workload: name,
    medianMs: median(times),
    minMs: Math.min(...times),
    cpuMs: median(cpu),
    encodeMs: median(encode),
    coldMs,
    coldCpuMs,
    compileMs: step.compileMs,
    dispatches: step.dispatches,
    losses: losses.slice(0, 5),
  }));
}

/** Time of every kind of dispatch of a model's training step; medians over `runs`. */
export async function profileStep(name: string, runs: number): Promise<OpTime[]> {
  const step = await openStep(await openGpu(), MODELS[name]!());
  await step.run();
  const all: (readonly DispatchTime[])[] = [];
  for (let i = 0; i < runs; i++) {
    const times = await step.profile();
    if (!times) throw new Error("this adapter has no timestamp queries");
    all.push(times);
  }
  return opTimes(all);
}

/** Tilt's products against the best raw tilings, in turns. */
export async function tilings(raw: RawEntry | undefined, rounds: number): Promise<TilingRow[]> {
  return compareTilings(await openGpu(), raw, rounds, workMs);
}

/** What compiling each kernel of a model's training step costs, one at a time on a fresh device: CPU where it can be read. */
export async function compileCosts(name: string): Promise<{ op: string; kernel: string; ms: number }[]> {
  const first = await openGpu();
  const step = await openStep(first, MODELS[name]!());
  const seen = step.examples();
  const backend = await openGpu();
  const costs: { op: string; kernel: string; ms: number }[] = [];
  for (const { op, params } of seen) {
    const values = valuesOf(params);
    const buffers = Object.fromEntries(
      Object.entries(op.buffers).map(([buffer, { type }]) => [
        buffer,
        backend.tensor(buffer, type, elementCount(op, buffer, values)),
      ]),
    );
    const before = await workMs();
    const plan = await backend.plan(op.name, (recorder) =>
      recorder.dispatch(op as unknown as Parameters<typeof recorder.dispatch>[0], buffers, params),
    );
    await backend.settled();
    const ms = (await workMs()) - before;
    const kernel = (await plan.profile())?.[0]?.kernel ?? "";
    costs.push({ op: op.name, kernel, ms });
    plan.destroy();
    for (const tensor of Object.values(buffers)) backend.free(tensor);
  }
  return costs.sort((a, b) => b.ms - a.ms);
}

/** One step of a model of 135 million weights; see large.ts. */
export async function large(frozen: WeightFormat): Promise<LargeStep> {
  return largeStep(await openGpu(), frozen);
}

/** GFLOP/s of multiply-adds in registers, by the same clock as the products. */
export async function peak(): Promise<number> {
  return measurePeak(await openGpu(), workMs);
}
