/**
 * The variance-reduced estimator on a backend: the same batch at the current and at the previous parameters, one
 * direction. Costs three forward and two backward passes a step, and three copies of the trained parameters.
 */

import type { Backend, Recorder, Scalar, Tensor } from "../../backend/backend.ts";
import { invariant } from "../../base/errors.ts";
import { objectiveCoefficients } from "../../ops/objective_coefficients.ts";
import {
  STORM_STATE,
  STORM_STATE_LENGTH,
  type StormBuffers,
  type StormParams,
  stormCombine,
  stormStrategy,
} from "../../ops/strategy_storm.ts";
import { SUMMARY } from "../../ops/strategy_summary.ts";
import { stormWeights } from "../estimators/storm.ts";
import { logMeanExp, softmax } from "../numerics.ts";
import type { Objective } from "../objective.ts";
import { strategyById } from "../strategies/index.ts";
import { formValue, type Strategy } from "../strategies/strategy.ts";
import type { ObjectiveControls } from "./controls.ts";
import { recordLosses } from "./record.ts";
import { byName } from "./shader_files.ts";
import type { ObjectiveTensors } from "./tensors.ts";
import { tiltValues } from "./tilt_loop.ts";

const SHADERS = byName(
  import.meta.glob("../../../shaders/strategy/tilt/*.wgsl", {
    eager: true,
    query: "?into=strategy_storm:tilt&linked",
  }),
);

/** The CPU side of shaders/strategy_storm.wgsl. */
function stormLoop(strategy: Strategy): (buffers: StormBuffers, params: StormParams) => void {
  return (buffers, { groups, lam, shift, mean_h, a }) => {
    const { tilt, tilt_before, q, summary, state } = buffers;
    const values = tiltValues(strategy, lam, shift);
    const h = buffers.h.subarray(0, groups);
    const formAt = (losses: StormBuffers["losses"]) =>
      strategy.logMeanExp!(
        { losses: losses.subarray(0, groups), h, ...(mean_h >= 0 && { meanH: mean_h }) },
        values,
      );
    const [now, before] = [formAt(buffers.losses), formAt(buffers.losses_before)];
    const logU = state[STORM_STATE.steps]! > 0 ? state[STORM_STATE.logU]! : undefined;
    const step = stormWeights(now.exponents, before.exponents, logU, a);
    const gradient = step.weights.map((weight, i) => weight * now.slopes[i]!);
    tilt.set(gradient);
    tilt_before.set(step.weightsBefore.map((weight, i) => weight * before.slopes[i]!));
    q.set(softmax(now.exponents));
    summary.fill(0);
    summary[SUMMARY.value] = formValue(now, step.logU, gradient);
    summary[SUMMARY.lambda] = lam;
    summary[SUMMARY.logU] = step.logU;
    summary[SUMMARY.logBatch] = logMeanExp(now.exponents);
    state[STORM_STATE.logU] = step.logU;
    state[STORM_STATE.steps] = state[STORM_STATE.steps]! + 1;
    state[STORM_STATE.keep] = step.keep;
    state[STORM_STATE.forget] = step.forget;
    state[STORM_STATE.restarted] = step.restarted ? 1 : 0;
  };
}

const kernels = new Map(
  [...SHADERS].map(([id, shader]) => [id, stormStrategy(id, shader, stormLoop(strategyById(id)))]),
);

export const STORM_OPS = [...kernels.values()];

/** What the estimator needs beside the objective's own tensors. */
export interface StormTensors {
  readonly lossesBefore: Tensor;
  readonly dlossBefore: Tensor;
  readonly tiltBefore: Tensor;
  readonly coefBefore: Tensor;
  /** Carried from step to step, with `direction`. */
  readonly state: Tensor;
  /** Trained parameters: as they are now, and as they were one step ago. */
  readonly current: Tensor;
  readonly previous: Tensor;
  /** Gradients: at the current parameters, and the direction of the last step. */
  readonly gradientNow: Tensor;
  readonly direction: Tensor;
  free(): void;
}

/** @param parameters how many numbers are trained */
export function stormTensors(
  backend: Backend,
  { capacity }: ObjectiveTensors,
  parameters: number,
): StormTensors {
  const owned: Tensor[] = [];
  const tensor = (label: string, length: number): Tensor => {
    const made = backend.tensor(`storm ${label}`, "f32", length);
    owned.push(made);
    return made;
  };
  return {
    lossesBefore: tensor("losses before", capacity.groups),
    dlossBefore: tensor("slopes before", capacity.responses),
    tiltBefore: tensor("tilt before", capacity.groups),
    coefBefore: tensor("coefficients before", capacity.responses),
    state: tensor("state", STORM_STATE_LENGTH),
    current: tensor("current parameters", parameters),
    previous: tensor("previous parameters", parameters),
    gradientNow: tensor("current gradient", parameters),
    direction: tensor("direction", parameters),
    free() {
      for (const made of owned.splice(0)) backend.free(made);
    },
  };
}

/** How the estimator drives a model without knowing it. */
export interface StormPasses {
  /** The trained parameters and their gradients. */
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  readonly count: number;
  /** Writes the log-probs of the batch into the objective's `logps`. */
  forward(): void;
  zero(): void;
  /** Adds to the gradients, given one coefficient per response; follows a forward pass of the same parameters. */
  backward(coef: Tensor): void;
  /** Reports, while log-probs, losses and weights of the current parameters are in place. */
  report(): void;
}

/**
 * Records one step up to the optimiser's update: afterwards `parameters` are the current ones and `gradient` is the
 * variance-reduced direction. `previous` must hold the starting parameters before the first step.
 */
export function recordStorm(
  recorder: Recorder,
  objective: Objective,
  tensors: ObjectiveTensors,
  controls: ObjectiveControls,
  storm: StormTensors,
  a: number | Scalar,
  passes: StormPasses,
): void {
  const op = kernels.get(objective.strategy.id);
  invariant(op, `the strategy ${objective.strategy.id} has no variance-reduced kernel`);
  const { parameters, gradient, count } = passes;
  const { groups, responses, groupStart } = tensors;

  recorder.copy(parameters, storm.current, count);
  recorder.copy(storm.previous, parameters, count);
  passes.forward();
  recordLosses(
    recorder,
    objective,
    { ...tensors, losses: storm.lossesBefore, dloss: storm.dlossBefore },
    controls,
  );

  recorder.copy(storm.current, parameters, count);
  passes.forward();
  recordLosses(recorder, objective, tensors, controls);
  const { lam, shift, mean_h } = controls.tilt;
  recorder.dispatch(
    op,
    {
      losses: tensors.losses,
      losses_before: storm.lossesBefore,
      h: tensors.h,
      tilt: tensors.tilt,
      tilt_before: storm.tiltBefore,
      q: tensors.q,
      summary: tensors.summary,
      state: storm.state,
    },
    { groups, lam, shift, mean_h, a },
  );
  const shape = { groups, responses };
  recorder.dispatch(
    objectiveCoefficients,
    { tilt: tensors.tilt, group_start: groupStart, dloss: tensors.dloss, coef: tensors.coef },
    shape,
  );
  recorder.dispatch(
    objectiveCoefficients,
    { tilt: storm.tiltBefore, group_start: groupStart, dloss: storm.dlossBefore, coef: storm.coefBefore },
    shape,
  );
  passes.report();
  passes.zero();
  passes.backward(tensors.coef);
  recorder.copy(gradient, storm.gradientNow, count);

  recorder.copy(storm.previous, parameters, count);
  passes.forward();
  passes.zero();
  passes.backward(storm.coefBefore);
  // The gradient buffer holds the previous parameters' gradient; swap through `previous`, which is no longer needed.
  recorder.copy(gradient, storm.previous, count);
  recorder.copy(storm.gradientNow, gradient, count);
  recorder.dispatch(
    stormCombine,
    { before: storm.previous, state: storm.state, gradient, direction: storm.direction },
    { count },
  );
  recorder.copy(storm.current, parameters, count);
  recorder.copy(storm.current, storm.previous, count);
}
