/**
 * The ways to do one optimiser step: in one submit, in pieces where the batch does not fit, or variance-reduced. Pieces
 * change no number; variance reduction is another estimator.
 */
import type { Backend, Plan, Tensor } from "../backend/backend.ts";
import { TiltError } from "../base/errors.ts";
import type { TrainBatch } from "../model/batch.ts";
import type { Llama } from "../model/llama.ts";
import type { OptimizerScalars } from "../model/optimizer.ts";
import type { ObjectiveControls } from "../objective/kernels/controls.ts";
import { recordObjective, recordReports } from "../objective/kernels/record.ts";
import { recordStorm, stormTensors } from "../objective/kernels/storm.ts";
import type { ObjectiveTensors } from "../objective/kernels/tensors.ts";
import type { Objective } from "../objective/objective.ts";
import { packGroups } from "../text/packing.ts";
import type { Mismatch } from "./mismatch.ts";
import type { ReportRing } from "./report_ring.ts";
import type { TrainBatches } from "./train_batches.ts";

/** What a step is recorded from. */
export interface StepKit {
  readonly backend: Backend;
  readonly model: Llama;
  readonly batch: TrainBatch;
  readonly batches: TrainBatches;
  readonly objective: Objective;
  readonly tensors: ObjectiveTensors;
  readonly controls: ObjectiveControls;
  readonly scalars: OptimizerScalars;
  readonly reports: Pick<ReportRing<string>, "tap" | "record">;
  /** Where the loss has a baseline of mismatched pairs. */
  readonly mismatch: Mismatch | undefined;
}

export interface StepWay {
  readonly plans: readonly Plan[];
  run(step: number): void;
  /** What it carries from step to step beside model and objective. */
  readonly carried?: Readonly<Record<string, Tensor>>;
  free?(): void;
}

/** @throws TiltError when this objective cannot be trained in that way */
export async function openStepWay(kit: StepKit): Promise<StepWay> {
  const { batches, objective } = kit;
  const unpaired = objective.loss.family === "unpaired";
  const whole = batches.parts.every((pieces) => pieces.length === 1);
  if (objective.storm && unpaired) {
    throw new TiltError("Variance-reduced steps are not worked out for unpaired losses.", {
      where: "train.estimator",
      remedy: "Use the exact batch or the running normaliser.",
    });
  }
  if ((objective.storm || unpaired) && !whole) {
    throw new TiltError("This objective needs the whole batch in one piece.", {
      where: "train.microBatches",
      remedy: "Use one piece, or a smaller batch.",
    });
  }
  if (objective.storm) return varianceReduced(kit, objective.storm.a);
  return whole ? oneSubmit(kit) : inPieces(kit);
}

type Part = "zero" | "forward" | "objective" | "backward" | "update";

function recordParts(kit: StepKit, label: string, ...what: readonly Part[]): Promise<Plan> {
  const { backend, model, batch, objective, tensors, controls } = kit;
  return backend.plan(label, (recorder) => {
    const recorders: Record<Part, () => void> = {
      zero: () => model.recordZero(recorder),
      forward: () => {
        kit.mismatch?.record(recorder);
        model.recordForward(recorder, batch, tensors.logps);
      },
      objective: () => recordObjective(recorder, objective, tensors, controls),
      backward: () => model.recordBackward(recorder, batch, tensors.coef),
      update: () => {
        model.recordUpdate(recorder, kit.scalars);
        kit.reports.record(recorder);
      },
    };
    for (const part of what) recorders[part]();
  });
}

/** Uploads some units of a step. @param firstResponse of the batch @returns how many responses they have */
function load({ batch, batches }: StepKit, indices: readonly number[], firstResponse: number): number {
  const packed = packGroups(indices.map((index) => batches.tokens[index]!));
  batch.upload(packed);
  batch.responseOffset.value = firstResponse;
  return packed.size.responses;
}

async function oneSubmit(kit: StepKit): Promise<StepWay> {
  const plan = await recordParts(kit, "policy step", "zero", "forward", "objective", "backward", "update");
  return {
    plans: [plan],
    run(step) {
      load(kit, kit.batches.steps[step]!, 0);
      plan.run([kit.reports.tap]);
    },
  };
}

/** All losses first, then each piece's gradients. */
async function inPieces(kit: StepKit): Promise<StepWay> {
  const forward = await recordParts(kit, "policy forward", "forward");
  const middle = await recordParts(kit, "policy objective", "zero", "objective");
  const gradient = await recordParts(kit, "policy gradient", "forward", "backward");
  const update = await recordParts(kit, "policy update", "update");
  const pass = (plan: Plan, step: number): void => {
    let first = 0;
    for (const part of kit.batches.parts[step]!) {
      first += load(kit, part, first);
      plan.run();
    }
  };
  return {
    plans: [forward, middle, gradient, update],
    run(step) {
      pass(forward, step);
      middle.run();
      pass(gradient, step);
      update.run([kit.reports.tap]);
    },
  };
}

/** Looks at each batch from the current and the previous parameters, in one submit. @param a weight of the new gradient */
async function varianceReduced(kit: StepKit, a: number): Promise<StepWay> {
  const { backend, model, batch, batches, objective, tensors, controls, reports } = kit;
  const { parameters, trained } = model.trained!;
  const { gradient } = trained!;
  const storm = stormTensors(backend, tensors, parameters.length);
  const start = await backend.plan("policy start", (recorder) => recorder.copy(parameters, storm.previous));
  const plan = await backend.plan("policy step", (recorder) => {
    recordStorm(recorder, objective, tensors, controls, storm, a, {
      parameters,
      gradient,
      count: parameters.length,
      forward: () => model.recordForward(recorder, batch, tensors.logps),
      zero: () => model.recordZero(recorder),
      backward: (coefficients) => model.recordBackward(recorder, batch, coefficients),
      report: () => recordReports(recorder, objective, tensors),
    });
    model.recordUpdate(recorder, kit.scalars);
    reports.record(recorder);
  });
  start.run();
  return {
    plans: [start, plan],
    run(step) {
      load(kit, batches.steps[step]!, 0);
      plan.run([reports.tap]);
    },
    carried: {
      "storm state": storm.state,
      "storm previous": storm.previous,
      "storm direction": storm.direction,
    },
    free: () => storm.free(),
  };
}
