/** The policy's part of a run: fine-tune, score with the reference, align, judge. Everything heavy is on the backend. */
import type { Backend, Plan } from "../backend/backend.ts";
import { stream } from "../base/random.ts";
import type { TrainBatch } from "../model/batch.ts";
import type { Llama } from "../model/llama.ts";
import { objectiveControls } from "../objective/kernels/controls.ts";
import { recordObjective } from "../objective/kernels/record.ts";
import { decodeReports } from "../objective/kernels/reports.ts";
import { type ObjectiveTensors, objectiveTensors } from "../objective/kernels/tensors.ts";
import { batchCapacity, batchPlan } from "../text/batches.ts";
import type { EncodedGroup } from "../text/encoding.ts";
import { type PackedBatch, packGroups } from "../text/packing.ts";
import type { Control } from "./control.ts";
import type { GroupWeight, RunEvent, UnitInfo } from "./events.ts";
import { judge } from "./judge.ts";
import { stepper } from "./learning_rate.ts";
import { objectiveOf } from "./objective_choice.ts";
import { openModel } from "./policy_model.ts";
import { type Prepared, unitTokens } from "./prepare.ts";
import { createReportRing } from "./report_ring.ts";
import { createScorer, type GroupLogps } from "./scoring.ts";
import { fineTune } from "./sft_stage.ts";
import type { Spec } from "./spec.ts";
import type { Unit } from "./units.ts";

type Emit = (event: RunEvent) => void;

export interface Policy {
  /** Parameters of the reference. */
  fineTune(control: Control, emit: Emit): Promise<Float32Array>;
  /** Loads the reference's parameters and takes its log-probs of everything that will be trained on or judged. */
  score(parameters: Float32Array, control: Control, emit: Emit): Promise<void>;
  align(control: Control, emit: Emit): Promise<void>;
  evaluate(step: number, emit: Emit): Promise<void>;
  close(): void;
}

/** How many steps may be under way before their metrics are read. */
const RUN_AHEAD = 3;

/** @throws TiltError when loss, strategy and data do not go together */
export async function openPolicy(
  backend: Backend,
  spec: Spec,
  prepared: Prepared,
  infos: readonly UnitInfo[],
): Promise<Policy> {
  const objective = objectiveOf(spec, prepared);
  const { steps, microBatches: pieces } = spec.train;
  const groups = prepared.units.map((unit) => unitTokens(prepared, unit));
  const batchSize = Math.min(spec.train.batch, groups.length);
  const plan = batchPlan(groups.length, batchSize, spec.seed);
  const batches = Array.from({ length: steps }, (_, step) => plan(step));
  const target = limitUnits(prepared.targetUnits, spec.eval.groups, spec.seed);
  const mixture = limitUnits(prepared.mixtureUnits, spec.eval.groups, spec.seed);
  const trained = batches.flatMap((batch) => batch.map((index) => prepared.units[index]!.group));
  const scored = [
    ...new Set([...trained, ...target.map((unit) => unit.group), ...mixture.map((unit) => unit.group)]),
  ];

  const parts = batches.map((batch) => split(batch, pieces));
  const whole = batchCapacity(groups, batches);
  const capacity = largest(
    batchCapacity(groups, parts.flat()),
    batchCapacity(
      prepared.encoded,
      scored.map((index) => [index]),
    ),
  );

  let model: Llama | undefined;
  let tokens: TrainBatch | undefined;
  let tensors: ObjectiveTensors | undefined;
  let reference: GroupLogps = new Map();
  let scorer: Awaited<ReturnType<typeof createScorer>> | undefined;

  const judgeAt = async (step: number, emit: Emit): Promise<void> => {
    const judged = [...new Set([...target, ...mixture].map((unit) => unit.group))];
    if (judged.length === 0) return;
    const policy = await scorer!.score(judged, true);
    const values = {
      ...judge("eval_", target, prepared, objective, policy, reference),
      ...judge("eval_mixture_", mixture, prepared, objective, policy, reference),
    };
    emit({ kind: "eval", record: { step, values } });
  };

  return {
    fineTune: (control, emit) => fineTune(backend, spec, prepared, control, emit),

    async score(parameters, control, emit) {
      model = openModel(backend, spec, prepared.tokenizer.vocabSize, capacity, "align");
      backend.write(model.weights.parameters, parameters);
      model.initialiseAdapters(spec.seed);
      tokens = model.createBatch();
      scorer = await createScorer(backend, model, tokens, prepared.encoded);
      reference = await scorer.score(scored, false, async (done) => {
        emit({
          kind: "stage",
          stage: "reference",
          done,
          of: scored.length,
          note: "Scoring with the reference",
        });
        await control.gate();
      });
    },

    async align(control, emit) {
      const own = model!;
      tensors = objectiveTensors(backend, {
        groups: whole.groups,
        responses: whole.responses,
        sources: prepared.dataset.sources.length,
      });
      const meanH = infos.reduce((sum, info) => sum + info.h, 0) / infos.length;
      const controls = objectiveControls(objective, meanH);
      const { scalars, set } = stepper(spec.train);
      const { summary, weightReport, preferenceReport, losses, tilt } = tensors;
      const ring = createReportRing(
        backend,
        { summary, weightReport, preferenceReport, losses, tilt, clip: own.clip! },
        RUN_AHEAD,
      );
      const { logps, coef } = tensors;
      const batch = tokens!;
      const record = (
        label: string,
        what: readonly ("zero" | "forward" | "objective" | "backward" | "update")[],
      ): Promise<Plan> =>
        backend.plan(label, (recorder) => {
          for (const part of what) {
            if (part === "zero") own.recordZero(recorder);
            if (part === "forward") own.recordForward(recorder, batch, logps);
            if (part === "objective") recordObjective(recorder, objective, tensors!, controls);
            if (part === "backward") own.recordBackward(recorder, batch, coef);
            if (part === "update") {
              own.recordUpdate(recorder, scalars);
              ring.record(recorder);
            }
          }
        });
      // One submit where the batch fits; else losses of all pieces first, then each piece's gradients: same numbers.
      const single =
        pieces === 1
          ? await record("policy step", ["zero", "forward", "objective", "backward", "update"])
          : undefined;
      const several =
        pieces === 1
          ? undefined
          : {
              forward: await record("policy forward", ["forward"]),
              objective: await record("policy objective", ["zero", "objective"]),
              gradient: await record("policy gradient", ["forward", "backward"]),
              update: await record("policy update", ["update"]),
            };

      const load = (indices: readonly number[], firstResponse: number): PackedBatch => {
        const packed = packGroups(indices.map((index) => groups[index]!));
        batch.upload(packed);
        batch.responseOffset.value = firstResponse;
        return packed;
      };
      const runStep = (step: number): void => {
        const indices = batches[step]!;
        uploadObjective(backend, tensors!, indices, prepared.units, infos, groups, reference);
        if (single) {
          load(indices, 0);
          single.run([ring.tap]);
          return;
        }
        const pass = (plan: Plan): void => {
          let first = 0;
          for (const part of parts[step]!) {
            first += load(part, first).size.responses;
            plan.run();
          }
        };
        pass(several!.forward);
        several!.objective.run();
        pass(several!.gradient);
        several!.update.run([ring.tap]);
      };

      let seen = 0;
      const waiting: { step: number; rate: number; tokens: number }[] = [];
      const take = async (): Promise<void> => {
        const reports = await ring.take();
        const { step, rate, tokens: read } = waiting.shift()!;
        seen += read;
        const indices = batches[step]!;
        const values = {
          ...decodeReports(objective, prepared.dataset.sources, reports),
          learning_rate: rate,
          grad_norm: reports.clip[0]!,
          epoch: ((step + 1) * batchSize) / groups.length,
          num_tokens: seen,
        };
        emit({
          kind: "train",
          record: { step: step + 1, values },
          batch: weightsOf(indices, infos, reports.losses, reports.tilt),
        });
      };
      try {
        await judgeAt(0, emit);
        const every = spec.train.evalEvery;
        for (let step = 0; step < steps; step++) {
          await control.gate();
          waiting.push({ step, rate: set(step), tokens: batchTokens(groups, batches[step]!) });
          runStep(step);
          emit({ kind: "stage", stage: "train", done: step + 1, of: steps, note: "Training the policy" });
          if (ring.inFlight === RUN_AHEAD || control.paused) await take();
          if (every > 0 && (step + 1) % every === 0 && step + 1 < steps) {
            while (ring.inFlight > 0) await take();
            await judgeAt(step + 1, emit);
          }
        }
      } finally {
        while (ring.inFlight > 0) await take();
        for (const made of [single, ...Object.values(several ?? {})]) made?.destroy();
        ring.free();
      }
    },

    evaluate: judgeAt,

    close() {
      scorer?.close();
      tokens?.free();
      tensors?.free();
      model?.free();
    },
  };
}

/** Units of at most `most` groups (0: all), drawn by the seed. */
function limitUnits(units: readonly Unit[], most: number, seed: number): readonly Unit[] {
  const groups = [...new Set(units.map((unit) => unit.group))];
  if (most === 0 || groups.length <= most) return units;
  const kept = new Set(stream(seed, "eval/groups").shuffle(groups).slice(0, most));
  return units.filter((unit) => kept.has(unit.group));
}

/** Cuts a batch into `pieces` runs of nearly equal length, in order. */
function split(batch: readonly number[], pieces: number): number[][] {
  const size = Math.ceil(batch.length / pieces);
  return Array.from({ length: Math.ceil(batch.length / size) }, (_, i) =>
    batch.slice(i * size, (i + 1) * size),
  );
}

type Size = ReturnType<typeof batchCapacity>;

function largest(a: Size, b: Size): Size {
  return {
    tokens: Math.max(1, a.tokens, b.tokens),
    rows: Math.max(1, a.rows, b.rows),
    responses: Math.max(1, a.responses, b.responses),
    groups: Math.max(1, a.groups, b.groups),
  };
}

function batchTokens(groups: readonly EncodedGroup[], batch: readonly number[]): number {
  return batch.reduce(
    (sum, index) =>
      sum + groups[index]!.responses.reduce((own, ids) => own + ids.length, groups[index]!.prompt.length),
    0,
  );
}

/** Writes what the objective reads of a logical batch. */
function uploadObjective(
  backend: Backend,
  tensors: ObjectiveTensors,
  indices: readonly number[],
  units: readonly Unit[],
  infos: readonly UnitInfo[],
  groups: readonly EncodedGroup[],
  reference: GroupLogps,
): void {
  const own = indices.map((index) => groups[index]!);
  const start = new Uint32Array(indices.length + 1);
  own.forEach((group, g) => {
    start[g + 1] = start[g]! + group.responses.length;
  });
  tensors.groups.value = indices.length;
  tensors.responses.value = start[indices.length]!;
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
  backend.write(
    tensors.refLogps,
    indices.flatMap((index) => {
      const { group, responses } = units[index]!;
      return responses.map((k) => reference.get(group)![k]!);
    }),
  );
  backend.write(
    tensors.h,
    indices.map((index) => infos[index]!.h),
  );
}

function weightsOf(
  indices: readonly number[],
  infos: readonly UnitInfo[],
  losses: ArrayLike<number>,
  tilt: ArrayLike<number>,
): GroupWeight[] {
  let total = 0;
  for (let i = 0; i < indices.length; i++) total += tilt[i]!;
  return indices.map((unit, i) => {
    const { row, source, h } = infos[unit]!;
    return {
      unit,
      row,
      source,
      h,
      loss: losses[i]!,
      weight: total > 0 ? (tilt[i]! / total) * indices.length : 0,
    };
  });
}
