/** Runs golden cases through the recorded objective on a backend. */
import type { Backend } from "../../src/backend/backend.ts";
import { objectiveControls } from "../../src/objective/kernels/controls.ts";
import { recordObjective, recordStrategy } from "../../src/objective/kernels/record.ts";
import { STORM_OPS } from "../../src/objective/kernels/storm.ts";
import { objectiveTensors } from "../../src/objective/kernels/tensors.ts";
import type { GroupLogps } from "../../src/objective/losses/loss.ts";
import type { Objective } from "../../src/objective/objective.ts";
import { STORM_STATE, STORM_STATE_LENGTH } from "../../src/ops/strategy_storm.ts";
import { SUMMARY_LENGTH } from "../../src/ops/strategy_summary.ts";

export interface BackendBatch {
  readonly groups: readonly GroupLogps[];
  readonly h?: readonly number[];
  readonly responseWeights?: readonly (readonly number[])[];
  readonly klLogps?: readonly number[];
  readonly klRefLogps?: readonly number[];
  readonly paddedLength?: number;
}

export interface BackendStep {
  readonly losses: readonly number[];
  /** dl/da and dV/da by group. */
  readonly slopes: readonly (readonly number[])[];
  readonly coefficients: readonly (readonly number[])[];
  readonly tilt: readonly number[];
  readonly q: readonly number[];
  readonly summary: readonly number[];
  readonly baseline: number;
  readonly weightReport: readonly number[];
  readonly preferenceReport: readonly number[];
}

/** One whole step of an objective. */
export async function stepOn(
  backend: Backend,
  objective: Objective,
  batch: BackendBatch,
): Promise<BackendStep> {
  const sizes = batch.groups.map(({ logps }) => logps.length);
  const starts = [0];
  for (const size of sizes) starts.push(starts.at(-1)! + size);
  const [groups, responses] = [sizes.length, starts.at(-1)!];
  const tensors = objectiveTensors(backend, { groups, responses, sources: 1 });
  const controls = objectiveControls(objective);
  controls.paddedLength.value = batch.paddedLength ?? 1;
  const flat = (rows: readonly ArrayLike<number>[]): number[] => rows.flatMap((row) => Array.from(row));
  for (const name of ["logps", "refLogps", "lengths", "scores"] as const) {
    backend.write(tensors[name], flat(batch.groups.map((group) => group[name])));
  }
  backend.write(tensors.groupStart, starts);
  backend.write(tensors.h, batch.h ?? sizes.map(() => 1));
  backend.write(tensors.responseWeights, flat(batch.responseWeights ?? []));
  backend.write(tensors.klLogps, batch.klLogps ?? []);
  backend.write(tensors.klRefLogps, batch.klRefLogps ?? []);
  const plan = await backend.plan("golden step", (recorder) =>
    recordObjective(recorder, objective, tensors, controls),
  );
  plan.run();
  const read = async (tensor: typeof tensors.losses) => Array.from(await backend.read(tensor));
  const byGroup = (values: readonly number[]) =>
    sizes.map((size, g) => values.slice(starts[g]!, starts[g]! + size));
  const step: BackendStep = {
    losses: await read(tensors.losses),
    slopes: byGroup(await read(tensors.dloss)),
    coefficients: byGroup(await read(tensors.coef)),
    tilt: await read(tensors.tilt),
    q: await read(tensors.q),
    summary: await read(tensors.summary),
    baseline: (await read(tensors.baseline))[0]!,
    weightReport: await read(tensors.weightReport),
    preferenceReport: await read(tensors.preferenceReport),
  };
  plan.destroy();
  tensors.free();
  return step;
}

/** Groups of a strategy's batch, one response each. */
export interface StrategyBatch {
  readonly losses: readonly number[];
  readonly h: readonly number[];
  readonly sources?: readonly number[];
  /** Losses at the previous parameters, for the variance-reduced estimator. */
  readonly lossesBefore?: readonly number[];
}

export interface StrategyOutput {
  readonly tilt: readonly number[];
  readonly q: readonly number[];
  readonly summary: readonly number[];
  readonly state: readonly number[];
  readonly sourceWeights: readonly number[];
}

/** A strategy alone on a backend; what it carries from step to step is carried. */
export async function openStrategy(
  backend: Backend,
  objective: Objective,
  groups: number,
  sourceCount = 1,
): Promise<{ step(batch: StrategyBatch): Promise<StrategyOutput>; free(): void }> {
  const tensors = objectiveTensors(backend, { groups, responses: groups, sources: sourceCount });
  const controls = objectiveControls(objective);
  const plan = await backend.plan("golden strategy", (recorder) =>
    recordStrategy(recorder, objective, tensors, controls),
  );
  backend.write(
    tensors.groupStart,
    Array.from({ length: groups + 1 }, (_, g) => g),
  );
  return {
    async step({ losses, h, sources }) {
      tensors.groups.value = losses.length;
      tensors.responses.value = losses.length;
      backend.write(tensors.losses, losses);
      backend.write(tensors.h, h);
      if (sources) backend.write(tensors.sources, sources);
      plan.run();
      const read = async (tensor: typeof tensors.losses) => Array.from(await backend.read(tensor));
      return {
        tilt: (await read(tensors.tilt)).slice(0, losses.length),
        q: (await read(tensors.q)).slice(0, losses.length),
        summary: await read(tensors.summary),
        state: await read(tensors.state),
        sourceWeights: await read(tensors.sourceWeights),
      };
    },
    free() {
      plan.destroy();
      tensors.free();
    },
  };
}

/** A strategy over several batches in turn. */
export async function strategyOn(
  backend: Backend,
  objective: Objective,
  batches: readonly StrategyBatch[],
  sourceCount = 1,
): Promise<StrategyOutput[]> {
  const groups = Math.max(...batches.map(({ losses }) => losses.length));
  const strategy = await openStrategy(backend, objective, groups, sourceCount);
  const results: StrategyOutput[] = [];
  for (const batch of batches) results.push(await strategy.step(batch));
  strategy.free();
  return results;
}

/** The weights of the variance-reduced estimator on a backend, step by step. */
export async function openStorm(
  backend: Backend,
  { id, lam, a, groups }: { id: string; lam: number; a: number; groups: number },
): Promise<{
  step(batch: StrategyBatch): Promise<{ tilt: number[]; before: number[]; keep: number; forget: number }>;
  free(): void;
}> {
  const op = STORM_OPS.find(({ name }) => name === `storm_${id}`)!;
  const floats = (label: string, length = groups) => backend.tensor(label, "f32", length);
  const buffers = {
    losses: floats("losses"),
    losses_before: floats("losses before"),
    h: floats("ratios"),
    tilt: floats("tilt"),
    tilt_before: floats("tilt before"),
    q: floats("q"),
    summary: floats("summary", SUMMARY_LENGTH),
    state: floats("state", STORM_STATE_LENGTH),
  };
  const params = { groups, lam, shift: 0, mean_h: -1, a };
  const plan = await backend.plan("golden storm", (recorder) => recorder.dispatch(op, buffers, params));
  return {
    async step({ losses, lossesBefore, h }) {
      backend.write(buffers.losses, losses);
      backend.write(buffers.losses_before, lossesBefore ?? losses);
      backend.write(buffers.h, h);
      plan.run();
      const state = await backend.read(buffers.state);
      return {
        tilt: Array.from(await backend.read(buffers.tilt)),
        before: Array.from(await backend.read(buffers.tilt_before)),
        keep: state[STORM_STATE.keep]!,
        forget: state[STORM_STATE.forget]!,
      };
    },
    free() {
      plan.destroy();
      for (const tensor of Object.values(buffers)) backend.free(tensor);
    },
  };
}
