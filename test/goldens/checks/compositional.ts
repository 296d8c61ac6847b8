import type { Backend } from "../../../src/backend/backend.ts";
import {
  type RunningOptions,
  type RunningState,
  runningStep,
} from "../../../src/objective/estimators/running.ts";
import { type StormBatch, type StormState, stormStep } from "../../../src/objective/estimators/storm.ts";
import { meanOf } from "../../../src/objective/numerics.ts";
import { makeObjective } from "../../../src/objective/objective.ts";
import type { ParamValues } from "../../../src/objective/params.ts";
import { doraInside } from "../../../src/objective/strategies/dora_inside.ts";
import { groupDro } from "../../../src/objective/strategies/group_dro.ts";
import { reweight } from "../../../src/objective/strategies/reweight.ts";
import { resolveStrategyParams } from "../../../src/objective/strategies/strategy.ts";
import { SUMMARY, TILT_STATE } from "../../../src/ops/strategy_summary.ts";
import { openStorm, openStrategy, strategyOn } from "../backend_runs.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import { type Comparison, EXACT, FLOAT32_OP } from "../compare.ts";

/** lambda log mean exp(h l/lambda) as an estimator sees it. */
function formOf(losses: readonly number[], h: readonly number[], lam: number) {
  return doraInside.logMeanExp!({ losses, h }, resolveStrategyParams(doraInside, { lam }));
}

function running(golden: GoldenCase, to: Comparison): void {
  const params = fields(golden, "params");
  const batches = fields(golden, "inputs").batches as readonly Fields[];
  const steps = fields(golden, "outputs").steps as readonly Fields[];
  const options: RunningOptions = {
    gamma: number(params, "gamma"),
    mode: params.mode as RunningOptions["mode"],
    cap: Infinity,
  };
  let state: RunningState | undefined;
  batches.forEach((batch, t) => {
    const form = formOf(numbers(batch, "losses"), numbers(batch, "h"), number(params, "lam"));
    const got = runningStep(form, state, options);
    const want = steps[t]!;
    state = got.state;
    const id = `${golden.id} step ${t}`;
    to.close(id, "log_batch", got.logBatch, number(want, "log_batch"), EXACT);
    to.close(id, "log_u", got.state.logU, number(want, "log_u"), EXACT);
    to.close(id, "log_u_used", got.logUsed, number(want, "log_u_used"), EXACT);
    to.close(id, "weights", got.weights, numbers(want, "weights"), EXACT);
    to.close(id, "grad_losses", got.gradient, numbers(want, "grad_losses"), EXACT);
    to.close(id, "value", got.value, number(want, "value"), EXACT);
  });
}

/** Mean over all subsets of size `size` of the exact value on the subset. */
function subsetMean(losses: readonly number[], h: readonly number[], lam: number, size: number): number {
  const values: number[] = [];
  const params = resolveStrategyParams(doraInside, { lam });
  const extend = (from: number, chosen: number[]): void => {
    if (chosen.length === size) {
      const subset = { losses: chosen.map((i) => losses[i]!), h: chosen.map((i) => h[i]!) };
      values.push(doraInside.evaluate(subset, params).value);
      return;
    }
    for (let i = from; i < losses.length; i++) extend(i + 1, [...chosen, i]);
  };
  extend(0, []);
  return meanOf(values);
}

function bias(golden: GoldenCase, to: Comparison): void {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const [losses, h] = [numbers(inputs, "losses"), numbers(inputs, "h")];
  const lam = number(fields(golden, "params"), "lam");
  const full = doraInside.evaluate({ losses, h }, resolveStrategyParams(doraInside, { lam })).value;
  to.close(golden.id, "full", full, number(outputs, "full"), EXACT);
  const weighted = reweight.evaluate({ losses, h }, {}).value;
  to.close(golden.id, "weighted_mean", weighted, number(outputs, "weighted_mean"), EXACT);
  for (const row of outputs.table as readonly Fields[]) {
    const size = number(row, "batch");
    to.close(golden.id, `batch ${size}`, subsetMean(losses, h, lam, size), number(row, "mean_value"), EXACT);
  }
}

/** The four ways of descending lambda log mean exp(l/lambda) on l_i(w) = (w - x_i)^2 / 2. */
function toy(golden: GoldenCase, to: Comparison): void {
  const params = fields(golden, "params");
  const x = numbers(fields(golden, "inputs"), "x");
  const batches = matrix(fields(golden, "inputs"), "batches");
  const outputs = fields(golden, "outputs");
  const [lam, lr, a] = [number(params, "lam"), number(params, "lr"), number(params, "storm_a")];
  const everything = x.map((_, i) => i);
  const formAt = (w: number, batch: readonly number[]) =>
    formOf(
      batch.map((i) => (w - x[i]!) ** 2 / 2),
      batch.map(() => 1),
      lam,
    );
  const slope = (w: number, batch: readonly number[], g: readonly number[]): number =>
    batch.reduce((sum, i, k) => sum + g[k]! * (w - x[i]!), 0);

  const walk = (gradient: (w: number, batch: readonly number[]) => number): number[] => {
    let w = number(params, "w0");
    return batches.map((batch) => (w -= lr * gradient(w, batch)));
  };
  const withRunning = (gamma: number) => {
    let state: RunningState | undefined;
    return (w: number, batch: readonly number[]): number => {
      const got = runningStep(formAt(w, batch), state, { gamma, mode: "first", cap: Infinity });
      state = got.state;
      return slope(w, batch, got.gradient);
    };
  };
  const stormBatch = (w: number, batch: readonly number[]): StormBatch => ({
    exponents: formAt(w, batch).exponents,
    pullback: (weights) => Float64Array.of(slope(w, batch, weights) / lam),
  });
  let state: StormState | undefined;
  let previous = Number.NaN;
  const storm = walk((w, batch) => {
    const before = state ? stormBatch(previous, batch) : undefined;
    const got = stormStep(stormBatch(w, batch), before, state, a);
    state = got.state;
    previous = w;
    return lam * got.state.direction[0]!;
  });

  to.close(
    golden.id,
    "full",
    walk((w) => withRunning(1)(w, everything)),
    numbers(outputs, "full"),
    EXACT,
  );
  to.close(golden.id, "minibatch", walk(withRunning(1)), numbers(outputs, "minibatch"), EXACT);
  const gamma = number(params, "gamma");
  to.close(golden.id, "running", walk(withRunning(gamma)), numbers(outputs, "running"), EXACT);
  to.close(golden.id, "storm", storm, numbers(outputs, "storm"), EXACT);
}

function groups(golden: GoldenCase, to: Comparison): void {
  const steps = fields(golden, "outputs").steps as readonly Fields[];
  let sourceWeights: readonly number[] | undefined;
  matrix(fields(golden, "inputs"), "group_losses").forEach((losses, t) => {
    const sourceShares = losses.map((_, i) => losses.map((_, s) => (s === i ? 1 : 0)));
    const input = { losses, h: losses.map(() => 1), sourceShares, ...(sourceWeights && { sourceWeights }) };
    const got = groupDro.evaluate(input, { eta: number(fields(golden, "params"), "eta") });
    sourceWeights = got.sourceWeights!;
    to.close(`${golden.id} step ${t}`, "q", sourceWeights, numbers(steps[t]!, "q"), EXACT);
    to.close(`${golden.id} step ${t}`, "value", got.value, number(steps[t]!, "value"), EXACT);
  });
}

async function runningOn(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const params = fields(golden, "params");
  const batches = fields(golden, "inputs").batches as readonly Fields[];
  const steps = fields(golden, "outputs").steps as readonly Fields[];
  const objective = makeObjective({
    loss: { id: "dpo" },
    strategy: { id: "dora_inside", params: { lam: number(params, "lam") } },
    running: { gamma: number(params, "gamma"), mode: params.mode as RunningOptions["mode"], cap: Infinity },
  });
  const got = await strategyOn(
    backend,
    objective,
    batches.map((batch) => ({ losses: numbers(batch, "losses"), h: numbers(batch, "h") })),
  );
  got.forEach(({ summary, state, tilt }, t) => {
    const want = steps[t]!;
    const id = `${golden.id} step ${t}`;
    to.close(id, "log_batch", summary[SUMMARY.logBatch]!, number(want, "log_batch"), FLOAT32_OP);
    to.close(id, "log_u", state[TILT_STATE.logU]!, number(want, "log_u"), FLOAT32_OP);
    to.close(id, "log_u_used", summary[SUMMARY.logU]!, number(want, "log_u_used"), FLOAT32_OP);
    to.close(id, "grad_losses", tilt, numbers(want, "grad_losses"), FLOAT32_OP);
    to.close(id, "value", summary[SUMMARY.value]!, number(want, "value"), FLOAT32_OP);
  });
}

async function biasOn(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const inputs = fields(golden, "inputs");
  const outputs = fields(golden, "outputs");
  const batch = { losses: numbers(inputs, "losses"), h: numbers(inputs, "h") };
  const lam = number(fields(golden, "params"), "lam");
  const value = async (id: string, params: ParamValues): Promise<number> => {
    const objective = makeObjective({ loss: { id: "dpo" }, strategy: { id, params } });
    return (await strategyOn(backend, objective, [batch]))[0]!.summary[SUMMARY.value]!;
  };
  to.close(golden.id, "full", await value("dora_inside", { lam }), number(outputs, "full"), FLOAT32_OP);
  to.close(
    golden.id,
    "weighted_mean",
    await value("reweight", {}),
    number(outputs, "weighted_mean"),
    FLOAT32_OP,
  );
  const size = batch.losses.length;
  const subsets = Array.from({ length: 2 ** size }, (_, bits) =>
    batch.losses.flatMap((_, i) => ((bits >> i) & 1 ? [i] : [])),
  ).filter((subset) => subset.length > 0);
  const objective = makeObjective({ loss: { id: "dpo" }, strategy: { id: "dora_inside", params: { lam } } });
  const got = await strategyOn(
    backend,
    objective,
    subsets.map((subset) => ({
      losses: subset.map((i) => batch.losses[i]!),
      h: subset.map((i) => batch.h[i]!),
    })),
  );
  for (const row of outputs.table as readonly Fields[]) {
    const values = got.filter((_, k) => subsets[k]!.length === row.batch).map(({ summary }) => summary[0]!);
    to.close(golden.id, `batch ${row.batch}`, meanOf(values), number(row, "mean_value"), FLOAT32_OP);
  }
}

/** The toy's four descents, every weight from a kernel; the scalar parameter itself is kept here. */
async function toyOn(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const params = fields(golden, "params");
  const x = numbers(fields(golden, "inputs"), "x");
  const batches = matrix(fields(golden, "inputs"), "batches");
  const outputs = fields(golden, "outputs");
  const [lam, lr] = [number(params, "lam"), number(params, "lr")];
  const lossesAt = (w: number, rows: readonly number[]) => rows.map((i) => (w - x[i]!) ** 2 / 2);
  const slope = (w: number, rows: readonly number[], g: readonly number[]): number =>
    rows.reduce((sum, i, k) => sum + g[k]! * (w - x[i]!), 0);
  const strategy = { id: "dora_inside", params: { lam } };
  const walk = async (path: readonly (readonly number[])[], gamma?: number): Promise<number[]> => {
    const running = gamma && { running: { gamma, mode: "first" as const, cap: Infinity } };
    const open = await openStrategy(
      backend,
      makeObjective({ loss: { id: "dpo" }, strategy, ...running }),
      path[0]!.length,
    );
    let w = number(params, "w0");
    const visited: number[] = [];
    for (const rows of path) {
      const { tilt } = await open.step({ losses: lossesAt(w, rows), h: rows.map(() => 1) });
      w -= lr * slope(w, rows, tilt);
      visited.push(w);
    }
    open.free();
    return visited;
  };
  const everything = batches.map(() => x.map((_, i) => i));
  to.close(golden.id, "full", await walk(everything), numbers(outputs, "full"), FLOAT32_OP);
  to.close(golden.id, "minibatch", await walk(batches), numbers(outputs, "minibatch"), FLOAT32_OP);
  const running = await walk(batches, number(params, "gamma"));
  to.close(golden.id, "running", running, numbers(outputs, "running"), FLOAT32_OP);

  const a = number(params, "storm_a");
  const storm = await openStorm(backend, { id: "dora_inside", lam, a, groups: batches[0]!.length });
  let w = number(params, "w0");
  let [previous, direction] = [w, 0];
  const visited: number[] = [];
  for (const rows of batches) {
    const h = rows.map(() => 1);
    const step = await storm.step({ losses: lossesAt(w, rows), lossesBefore: lossesAt(previous, rows), h });
    direction =
      slope(w, rows, step.tilt) + step.keep * direction - step.forget * slope(previous, rows, step.before);
    previous = w;
    w -= lr * direction;
    visited.push(w);
  }
  storm.free();
  to.close(golden.id, "storm", visited, numbers(outputs, "storm"), FLOAT32_OP);
}

async function groupsOn(golden: GoldenCase, to: Comparison, backend: Backend): Promise<void> {
  const eta = number(fields(golden, "params"), "eta");
  const steps = fields(golden, "outputs").steps as readonly Fields[];
  const objective = makeObjective({ loss: { id: "dpo" }, strategy: { id: "group_dro", params: { eta } } });
  const batches = matrix(fields(golden, "inputs"), "group_losses").map((losses) => ({
    losses,
    h: losses.map(() => 1),
    sources: losses.map((_, s) => s),
  }));
  const got = await strategyOn(backend, objective, batches, batches[0]!.losses.length);
  got.forEach(({ sourceWeights, summary }, t) => {
    to.close(`${golden.id} step ${t}`, "q", sourceWeights, numbers(steps[t]!, "q"), FLOAT32_OP);
    to.close(`${golden.id} step ${t}`, "value", summary[0]!, number(steps[t]!, "value"), FLOAT32_OP);
  });
}

const KINDS: Readonly<Record<string, (golden: GoldenCase, to: Comparison) => void>> = {
  running,
  bias,
  toy_trajectory: toy,
  group_dro: groups,
};

type OnBackend = (golden: GoldenCase, to: Comparison, backend: Backend) => Promise<void>;
const ON_BACKEND: Readonly<Record<string, OnBackend>> = {
  running: runningOn,
  bias: biasOn,
  toy_trajectory: toyOn,
  group_dro: groupsOn,
};

export const check: GoldenCheck<Backend> = {
  kind: "compositional",
  float64: (cases, comparison) => {
    for (const golden of cases) {
      const one = KINDS[String(golden.kind)];
      if (one) one(golden, comparison);
      else comparison.skip(golden.id, `no check for kind ${String(golden.kind)}`);
    }
  },
  async wgsl(cases, comparison, backend) {
    for (const golden of cases) {
      const one = ON_BACKEND[String(golden.kind)];
      if (one) await one(golden, comparison, backend);
      else comparison.skip(golden.id, `no check for kind ${String(golden.kind)}`);
    }
  },
};
