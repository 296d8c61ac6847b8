/** Random batches for tests of whole objectives, and running one on a backend. */
import type { Backend } from "../../src/backend/backend.ts";
import { type Stream, stream } from "../../src/base/random.ts";
import { objectiveControls } from "../../src/objective/kernels/controls.ts";
import { recordObjective } from "../../src/objective/kernels/record.ts";
import { type ObjectiveTensors, objectiveTensors } from "../../src/objective/kernels/tensors.ts";
import type { GroupLogps, LossFamily } from "../../src/objective/losses/loss.ts";
import type { Objective } from "../../src/objective/objective.ts";

export interface TestBatch {
  readonly groups: readonly GroupLogps[];
  readonly sources: readonly (readonly number[])[];
  readonly h: readonly number[];
  readonly responseWeights: readonly (readonly number[])[];
  readonly klLogps: readonly number[];
  readonly klRefLogps: readonly number[];
  readonly paddedLength: number;
}

export const SOURCES = ["human", "polished", "terse"] as const;

/** A batch of `count` groups whose numbers are exact in f32. */
export function randomBatch(family: LossFamily, count: number, seed = 1): TestBatch {
  const random = stream(seed, `objective batch ${family}`);
  const groups = Array.from({ length: count }, (_, g) => randomGroup(random, family, g));
  const exact = (value: number): number => Math.fround(value);
  const each = (of: () => number) => Array.from({ length: count }, () => exact(of()));
  return {
    groups,
    sources: groups.map(({ logps }) => {
      const one = random.below(3);
      // Most groups come from one source, some are mixed.
      return Array.from(logps, () => (random.below(5) === 0 ? random.below(3) : one));
    }),
    h: each(() => 2.5 * random.uniform()),
    responseWeights: groups.map(({ logps }) => Array.from(logps, () => exact(3 * random.uniform()))),
    klLogps: each(() => -60 * random.uniform()),
    klRefLogps: each(() => -62 * random.uniform()),
    paddedLength: 57,
  };
}

function randomGroup(random: Stream, family: LossFamily, g: number): GroupLogps {
  const K = family === "pairwise" ? 2 : family === "unpaired" ? 1 : 2 + (g % 3);
  const draw = (of: () => number): number[] => Array.from({ length: K }, () => Math.fround(of()));
  const refLogps = draw(() => -5 - 50 * random.uniform());
  return {
    refLogps,
    logps: refLogps.map((ref) => Math.fround(Math.min(-0.01, ref + 4 * random.normal()))),
    lengths: draw(() => 3 + random.below(30)),
    scores: draw(() => (family === "unpaired" ? random.below(2) - 0.5 : random.below(4) - 1.5)),
  };
}

/** Copies a batch into tensors and sets their counts. */
export function writeBatch(backend: Backend, tensors: ObjectiveTensors, batch: TestBatch): void {
  const flat = (rows: readonly ArrayLike<number>[]): number[] => rows.flatMap((row) => Array.from(row));
  const starts = [0];
  for (const { logps } of batch.groups) starts.push(starts.at(-1)! + logps.length);
  backend.write(tensors.logps, flat(batch.groups.map((group) => group.logps)));
  backend.write(tensors.refLogps, flat(batch.groups.map((group) => group.refLogps)));
  backend.write(tensors.lengths, flat(batch.groups.map((group) => group.lengths)));
  backend.write(tensors.scores, flat(batch.groups.map((group) => group.scores)));
  backend.write(tensors.sources, flat(batch.sources));
  backend.write(tensors.responseWeights, flat(batch.responseWeights));
  backend.write(tensors.groupStart, starts);
  backend.write(tensors.h, batch.h);
  backend.write(tensors.klLogps, batch.klLogps);
  backend.write(tensors.klRefLogps, batch.klRefLogps);
  tensors.groups.value = batch.groups.length;
  tensors.responses.value = starts.at(-1)!;
}

/** Room for a batch, with some to spare, so that kernels are tested below their capacity. */
export function tensorsFor(backend: Backend, batch: TestBatch, spare = 5): ObjectiveTensors {
  const responses = batch.groups.reduce((sum, { logps }) => sum + logps.length, 0);
  const capacity = {
    groups: batch.groups.length + spare,
    responses: responses + 3 * spare,
    sources: SOURCES.length,
  };
  return objectiveTensors(backend, capacity);
}

/** Runs an objective `steps` times over one batch; returns everything it wrote. */
export async function runObjective(
  backend: Backend,
  objective: Objective,
  batch: TestBatch,
  options: { steps?: number; meanH?: number } = {},
): Promise<Record<string, number[]>> {
  const tensors = tensorsFor(backend, batch);
  const controls = objectiveControls(objective, options.meanH);
  controls.paddedLength.value = batch.paddedLength;
  const plan = await backend.plan("objective", (recorder) =>
    recordObjective(recorder, objective, tensors, controls),
  );
  writeBatch(backend, tensors, batch);
  for (let step = 0; step < (options.steps ?? 1); step++) plan.run();
  const read = async (name: keyof ObjectiveTensors, length: number): Promise<number[]> =>
    Array.from(await backend.read(tensors[name] as never)).slice(0, length);
  const [G, R] = [tensors.groups.value, tensors.responses.value];
  const written = {
    losses: await read("losses", G),
    tilt: await read("tilt", G),
    q: await read("q", G),
    coef: await read("coef", R),
    summary: await read("summary", 8),
    state: await read("state", 4),
    weightReport: await read("weightReport", 8 + 4 * SOURCES.length),
    preferenceReport: await read("preferenceReport", 20),
    baseline: await read("baseline", 1),
  };
  plan.destroy();
  tensors.free();
  return written;
}
