/** One strategy's policy on a backend: a step of training on the shared batch, and f wherever metrics look. */
import { type Backend, type Plan, readFloats, type Tensor } from "../../backend/backend.ts";
import type { FloatArray } from "../../backend/contract.ts";
import { createOptimizer } from "../../model/optimizer.ts";
import { createPlanePolicy } from "../../model/plane_policy.ts";
import { objectiveControls } from "../../objective/kernels/controls.ts";
import { recordCoefficients, recordLosses, recordStrategy } from "../../objective/kernels/record.ts";
import { objectiveTensors } from "../../objective/kernels/tensors.ts";
import type { Objective } from "../../objective/objective.ts";
import { planeBackwardOp, planeForwardOp } from "../../ops/plane.ts";
import type { Stepper } from "../learning_rate.ts";
import type { PlaneSetting } from "./setting.ts";

/** What one step left behind. */
export interface ArmBatch {
  /** [batch] losses and tilt weights dV/dl. */
  readonly losses: FloatArray;
  readonly tilt: FloatArray;
}

export interface Arm {
  readonly objective: Objective;
  /** Trains one step on the batch that `load` wrote last. */
  step(): void;
  /** [batch] ratios and sources of the batch; its points are in the shared tensor. */
  load(h: ArrayLike<number>, sources: ArrayLike<number>): void;
  /** f at the shared looking points. */
  look(): Promise<FloatArray>;
  batch(): Promise<ArmBatch>;
  /** Back to the reference, with nothing learned or remembered. */
  reset(): void;
  free(): void;
}

/** Tensors that all arms read. */
export interface SharedPoints {
  /** [2 batch, 2] */
  readonly batch: Tensor;
  /** [looks, 2] */
  readonly looks: Tensor;
  readonly lookCount: number;
}

/** @throws TiltError where a shader does not compile */
export async function createArm(
  backend: Backend,
  setting: PlaneSetting,
  objective: Objective,
  shared: SharedPoints,
  { scalars }: Stepper,
): Promise<Arm> {
  const { hidden, batch, spec, pairs } = setting;
  const policy = createPlanePolicy(hidden, spec.seed);
  const count = policy.parameters.length;
  const owned: Tensor[] = [];
  const tensor = (label: string, length: number): Tensor => {
    const made = backend.tensor(`plane ${label}`, "f32", Math.max(1, length));
    owned.push(made);
    return made;
  };
  const parameters = tensor("parameters", count);
  const trained = {
    gradient: tensor("gradient", count),
    m: tensor("first moment", count),
    v: tensor("second moment", count),
  };
  const activations = {
    first: tensor("first layer", 2 * batch * hidden),
    second: tensor("second layer", 2 * batch * hidden),
  };
  const { lookCount } = shared;
  const looking = {
    f: tensor("f at the looking points", lookCount),
    first: tensor("first layer, looking", lookCount * hidden),
    second: tensor("second layer, looking", lookCount * hidden),
  };
  const optimizer = createOptimizer(
    backend,
    { layout: { count, decayed: count }, parameters, trained },
    true,
  );
  const tensors = objectiveTensors(backend, { groups: batch, responses: 2 * batch, sources: 3 });
  const meanH = pairs.h.reduce((sum, h) => sum + h, 0) / pairs.count;
  const controls = objectiveControls(objective, meanH);
  backend.write(
    tensors.groupStart,
    Uint32Array.from({ length: batch + 1 }, (_, i) => 2 * i),
  );
  backend.write(tensors.lengths, new Float32Array(2 * batch).fill(1));

  const training: Plan = await backend.plan(`plane step, ${objective.strategy.id}`, (recorder) => {
    const points = { points: shared.batch, parameters, ...activations };
    const size = { points: 2 * batch, hidden };
    // f is the policy's log-ratio to the reference up to a constant, which no pair loss can see.
    recorder.dispatch(planeForwardOp, { ...points, f: tensors.logps }, size);
    recordLosses(recorder, objective, tensors, controls);
    recordStrategy(recorder, objective, tensors, controls);
    recordCoefficients(recorder, tensors);
    recorder.clear(trained.gradient);
    recorder.dispatch(
      planeBackwardOp,
      { ...points, coef: tensors.coef, dparameters: trained.gradient },
      size,
    );
    optimizer.record(recorder, scalars);
  });
  const seeing: Plan = await backend.plan("plane look", (recorder) => {
    recorder.dispatch(
      planeForwardOp,
      { points: shared.looks, parameters, ...looking },
      { points: lookCount, hidden },
    );
  });

  const arm: Arm = {
    objective,
    step: () => training.run(),
    load(h, sources) {
      backend.write(tensors.h, h);
      backend.write(tensors.sources, sources);
    },
    look() {
      seeing.run();
      return readFloats(backend, looking.f);
    },
    async batch() {
      const [losses, tilt] = await Promise.all([
        readFloats(backend, tensors.losses),
        readFloats(backend, tensors.tilt),
      ]);
      return { losses, tilt };
    },
    reset() {
      backend.write(parameters, policy.parameters);
      const still = new Float32Array(count);
      backend.write(trained.m, still);
      backend.write(trained.v, still);
      backend.write(tensors.state, new Float32Array(tensors.state.length));
      backend.write(tensors.sourceWeights, new Float32Array(3));
    },
    free() {
      training.destroy();
      seeing.destroy();
      tensors.free();
      optimizer.free();
      for (const made of owned.splice(0)) backend.free(made);
    },
  };
  arm.reset();
  return arm;
}
