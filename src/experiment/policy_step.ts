/** One optimiser step of the policy: forward, objective over the whole logical batch, backward, update; its state and its reports. */
import { type Backend, readFloats, type Tensor, type TensorData } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { TiltError } from "../base/errors.ts";
import type { TrainBatch } from "../model/batch.ts";
import type { Llama } from "../model/llama.ts";
import type { OptimizerScalars } from "../model/optimizer.ts";
import { objectiveControls } from "../objective/kernels/controls.ts";
import { type ObjectiveTensors, objectiveTensors } from "../objective/kernels/tensors.ts";
import type { Objective } from "../objective/objective.ts";
import type { EncodedGroup } from "../text/encoding.ts";
import type { UnitInfo } from "./events.ts";
import { createMismatch } from "./mismatch.ts";
import type { Prepared } from "./prepare.ts";
import { createReportRing, type ReportRing } from "./report_ring.ts";
import type { GroupLogps } from "./scoring.ts";
import { openStepWay } from "./step_ways.ts";
import type { TrainBatches } from "./train_batches.ts";

/** What is read back of each step, later. */
export type StepReports = {
  readonly [name in
    | "summary"
    | "weightReport"
    | "preferenceReport"
    | "baseline"
    | "losses"
    | "tilt"
    | "clip"]: TensorData;
};

/** All that one step leaves to the next, by name. */
export type StepState = Readonly<Record<string, FloatArray>>;

export interface PolicyStep {
  readonly reports: ReportRing<keyof StepReports>;
  run(step: number): void;
  /** Copies out what the next step starts from. Waits for everything submitted. */
  save(): Promise<StepState>;
  /** Goes on from such a copy. @throws TiltError when it is of another model or objective */
  restore(state: StepState): void;
  free(): void;
}

export interface PolicyStepParts {
  readonly model: Llama;
  readonly batch: TrainBatch;
  readonly objective: Objective;
  readonly prepared: Prepared;
  readonly batches: TrainBatches;
  readonly infos: readonly UnitInfo[];
  readonly reference: GroupLogps;
  readonly scalars: OptimizerScalars;
}

/** @param depth most steps whose reports may be waiting */
export async function createPolicyStep(
  backend: Backend,
  parts: PolicyStepParts,
  depth: number,
): Promise<PolicyStep> {
  const { model, objective, prepared, batches, infos } = parts;
  const { groups, responses } = batches.whole;
  const tensors = objectiveTensors(backend, { groups, responses, sources: prepared.dataset.sources.length });
  const controls = objectiveControls(objective, infos.reduce((sum, info) => sum + info.h, 0) / infos.length);
  const { summary, weightReport, preferenceReport, baseline, losses, tilt } = tensors;
  const reports = createReportRing(
    backend,
    { summary, weightReport, preferenceReport, baseline, losses, tilt, clip: model.clip! },
    depth,
  );

  const mismatch =
    objective.loss.family === "unpaired" ? await createMismatch(backend, model, batches, tensors) : undefined;

  const way = await openStepWay({ ...parts, backend, tensors, controls, reports, mismatch });

  const { parameters, trained } = model.trained!;
  const carried: Readonly<Record<string, Tensor>> = {
    parameters,
    "first moments": trained!.m,
    "second moments": trained!.v,
    normaliser: tensors.state,
    "source weights": tensors.sourceWeights,
    ...way.carried,
  };

  return {
    reports,
    async save() {
      const state: Record<string, FloatArray> = {};
      for (const [name, tensor] of Object.entries(carried))
        state[name] = (await readFloats(backend, tensor)).slice();
      return state;
    },
    restore(state) {
      for (const [name, tensor] of Object.entries(carried)) {
        const values = state[name];
        if (values?.length !== tensor.length) {
          throw new TiltError("This state is of another model or objective.", {
            where: name,
            remedy: "Start over with the same seed.",
          });
        }
        backend.write(tensor, values);
      }
    },
    run(step) {
      uploadObjective(backend, tensors, batches.steps[step]!, parts);
      mismatch?.load(step);
      controls.paddedLength.value = paddedLength(batches.steps[step]!.map((index) => batches.tokens[index]!));
      way.run(step);
    },
    free() {
      for (const plan of way.plans) plan.destroy();
      way.free?.();
      mismatch?.free();
      reports.free();
      tensors.free();
    },
  };
}

/** Predicted positions of the longest sequence: what padding the batch would make every row. */
function paddedLength(groups: readonly EncodedGroup[]): number {
  return Math.max(
    1,
    ...groups.flatMap(({ prompt, responses }) => responses.map((ids) => prompt.length + ids.length - 1)),
  );
}

/** Writes what the objective reads of a logical batch. */
function uploadObjective(
  backend: Backend,
  tensors: ObjectiveTensors,
  indices: readonly number[],
  { batches, prepared, infos, reference }: PolicyStepParts,
): void {
  const own = indices.map((index) => batches.tokens[index]!);
  const start = new Uint32Array(indices.length + 1);
  own.forEach((group, g) => {
    start[g + 1] = start[g]! + group.responses.length;
  });
  tensors.groups.value = indices.length;
  tensors.responses.value = start[indices.length]!;
  const referenceOf = (index: number): number[] => {
    const { group, responses } = prepared.units[index]!;
    return responses.map((k) => reference.get(group)![k]!);
  };
  backend.write(tensors.groupStart, start);
  backend.write(
    tensors.lengths,
    own.flatMap((group) => group.responses.map((ids) => ids.length)),
  );
  backend.write(
    tensors.scores,
    own.flatMap((group) => group.scores),
  );
  backend.write(
    tensors.sources,
    Uint32Array.from(
      own.flatMap((group) => group.sources),
      (source) => source >>> 0,
    ),
  );
  backend.write(tensors.refLogps, indices.flatMap(referenceOf));
  backend.write(
    tensors.responseWeights,
    indices.flatMap((index) => infos[index]!.responseH ?? []),
  );
  backend.write(
    tensors.h,
    indices.map((index) => infos[index]!.h),
  );
}
