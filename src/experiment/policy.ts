/** The policy's part of a run: fine-tune, score with the reference, align, judge. Everything heavy is on the backend. */
import { type Backend, readFloats } from "../backend/backend.ts";
import { stream } from "../base/random.ts";
import type { TrainBatch } from "../model/batch.ts";
import type { ExportedFile } from "../model/checkpoint/export.ts";
import type { Llama } from "../model/llama.ts";
import { decodeReports } from "../objective/kernels/reports.ts";
import type { Objective } from "../objective/objective.ts";
import { batchCapacity } from "../text/batches.ts";
import type { Control } from "./control.ts";
import type { Training } from "./doors.ts";
import type { GroupWeight, RunEvent, UnitInfo } from "./events.ts";
import { judge } from "./judge.ts";
import { stepper } from "./learning_rate.ts";
import { objectiveOf } from "./objective_choice.ts";
import { exportPolicy } from "./policy_export.ts";
import { openModel } from "./policy_model.ts";
import { createPolicyStep, type StepReports, type StepState } from "./policy_step.ts";
import type { Prepared } from "./prepare.ts";
import { createScorer, type GroupLogps, type Scorer } from "./scoring.ts";
import { fineTune } from "./sft_stage.ts";
import type { Spec } from "./spec.ts";
import { roomFor, tokensRead, trainBatches } from "./train_batches.ts";
import type { Unit } from "./units.ts";

type Emit = (event: RunEvent) => void;

export interface Policy {
  /** Parameters of the reference. */
  fineTune(control: Control, emit: Emit): Promise<Float32Array>;
  /** Opens the model with the reference's parameters. */
  load(parameters: Float32Array): Promise<void>;
  /** The reference's log-probs of everything that will be trained on or judged. */
  score(control: Control, emit: Emit): Promise<GroupLogps>;
  /**
   * Trains from the loaded parameters, or goes on from a state.
   * @param reference as `score` gives it
   * @param training the doors through which others may use the model between two steps
   */
  align(
    reference: GroupLogps,
    control: Control,
    emit: Emit,
    states?: AlignStates,
    training?: Training,
  ): Promise<void>;
  /** Judges the policy as it is now on held-out units. */
  evaluate(reference: GroupLogps, step: number, emit: Emit): Promise<void>;
  /** Model files of the policy as it is now. */
  weights(): Promise<ExportedFile[]>;
  /** What training changes (weights, or adapters), as it is now: to go on from in another round. */
  trained(): Promise<Float32Array>;
  /** Goes on from such parameters; the reference's log-probs must have been taken before. */
  goOnFrom(trained: Float32Array): void;
  /** The loaded model, for writing with. */
  model(): Llama;
  close(): void;
}

/** Where training stands after a step: all that the next one starts from. */
export interface AlignState {
  /** Steps done. */
  readonly step: number;
  readonly carried: StepState;
}

/** States of training on their way in and out. */
export interface AlignStates {
  /** To go on from. */
  readonly from?: AlignState;
  /** Asked after each step and before the first: whether its state should be kept. */
  due(step: number): boolean;
  keep(state: AlignState): Promise<void>;
}

/** How many steps may be under way before their metrics are read. */
const RUN_AHEAD = 3;

/** The model once the reference is loaded. */
interface Loaded {
  readonly model: Llama;
  readonly batch: TrainBatch;
  readonly scorer: Scorer;
  /** The reference's parameters. */
  readonly start: Float32Array;
}

/** @throws TiltError when loss, strategy and data do not go together */
export function openPolicy(
  backend: Backend,
  spec: Spec,
  prepared: Prepared,
  infos: readonly UnitInfo[],
): Policy {
  const { objective, warnings } = objectiveOf(spec, prepared);
  const batches = trainBatches(spec, prepared);
  const target = limitUnits(prepared.targetUnits, spec.eval.groups, spec.seed);
  const mixture = limitUnits(prepared.mixtureUnits, spec.eval.groups, spec.seed);
  const judged = [...new Set([...target, ...mixture].map((unit) => unit.group))];
  const scored = [
    ...new Set([...batches.steps.flat().map((index) => prepared.units[index]!.group), ...judged]),
  ];
  let loaded: Loaded | undefined;

  const judgeAt = async (reference: GroupLogps, step: number, emit: Emit): Promise<void> => {
    if (judged.length === 0) return;
    const policy = await loaded!.scorer.score(judged, true);
    const values = {
      ...judge("eval_", target, prepared, objective, policy, reference),
      ...judge("eval_mixture_", mixture, prepared, objective, policy, reference),
    };
    emit({ kind: "eval", record: { step, values } });
  };

  return {
    fineTune: (control, emit) => fineTune(backend, spec, prepared, control, emit),

    async load(parameters) {
      const capacity = roomFor(
        batches.part,
        batchCapacity(
          prepared.encoded,
          scored.map((index) => [index]),
        ),
      );
      const model = openModel(backend, spec, prepared, capacity, "align");
      model.weights.load(parameters);
      model.initialiseAdapters(spec.seed);
      const batch = model.createBatch();
      const scorer = await createScorer(backend, model, batch, prepared.encoded);
      loaded = { model, batch, scorer, start: parameters };
    },

    score: (control, emit) =>
      loaded!.scorer.score(scored, false, async (done) => {
        emit({
          kind: "stage",
          stage: "reference",
          done,
          of: scored.length,
          note: "Scoring with the reference",
        });
        await control.gate();
      }),

    async align(reference, control, emit, states, training) {
      const { model, batch, start } = loaded!;
      const { steps, evalEvery } = spec.train;
      const { scalars, set } = stepper(spec.train);
      const parts = { model, batch, objective, prepared, batches, infos, reference, scalars };
      const policy = await createPolicyStep(backend, parts, RUN_AHEAD);
      for (const what of warnings) emit({ kind: "warning", what });
      let seen = 0;
      const waiting: { step: number; rate: number }[] = [];
      const take = async (): Promise<void> => {
        const reports = await policy.reports.take();
        const { step, rate } = waiting.shift()!;
        const indices = batches.steps[step]!;
        seen += tokensRead(batches, indices);
        const values = {
          ...decodeReports(objective, prepared.dataset.sources, reportsFor(objective, reports)),
          learning_rate: rate,
          grad_norm: reports.clip[0]!,
          epoch: ((step + 1) * batches.batchSize) / batches.tokens.length,
          num_tokens: seen,
        };
        emit({
          kind: "train",
          record: { step: step + 1, values },
          batch: weightsOf(indices, infos, reports),
        });
      };
      const drain = async (): Promise<void> => {
        while (policy.reports.inFlight > 0) await take();
      };
      const keepAt = async (step: number): Promise<void> => {
        if (!states?.due(step)) return;
        await drain();
        await states.keep({ step, carried: await policy.save() });
      };
      const first = states?.from?.step ?? 0;
      try {
        if (states?.from) {
          policy.restore(states.from.carried);
          for (const done of batches.steps.slice(0, first)) seen += tokensRead(batches, done);
        } else {
          await judgeAt(reference, 0, emit);
          await keepAt(0);
        }
        let done = first;
        training?.begin({ spec, prepared, model, reference: start, step: () => done });
        for (let step = first; step < steps; step++) {
          await control.gate();
          await training?.enter();
          try {
            waiting.push({ step, rate: set(step) });
            policy.run(step);
            emit({ kind: "stage", stage: "train", done: step + 1, of: steps, note: "Training the policy" });
            if (control.paused) await drain();
            else if (policy.reports.inFlight === RUN_AHEAD) await take();
            if (evalEvery > 0 && (step + 1) % evalEvery === 0 && step + 1 < steps) {
              await drain();
              await judgeAt(reference, step + 1, emit);
            }
            if (step + 1 < steps) await keepAt(step + 1);
            done = step + 1;
          } finally {
            // Whatever happens in a step, nobody waits for its end for ever.
            training?.leave();
          }
        }
      } finally {
        await training?.end();
        // After a stop, what was computed is still reported. A lost device has nothing left to read; that error is on its way.
        await drain().catch(() => {});
        policy.free();
      }
    },

    evaluate: judgeAt,

    weights: () => exportPolicy(loaded!.model, spec, prepared),

    trained: async () => Float32Array.from(await readFloats(backend, loaded!.model.trained!.parameters)),
    goOnFrom: (trained) => backend.write(loaded!.model.trained!.parameters, trained),
    model: () => loaded!.model,

    close() {
      loaded?.scorer.close();
      loaded?.batch.free();
      loaded?.model.free();
      loaded = undefined;
    },
  };
}

/** The baseline belongs to unpaired losses alone. */
function reportsFor({ loss }: Objective, { baseline, ...reports }: StepReports) {
  return loss.family === "unpaired" ? { ...reports, baseline } : reports;
}

/** Units of at most `most` groups (0: all), drawn by the seed. */
function limitUnits(units: readonly Unit[], most: number, seed: number): readonly Unit[] {
  const groups = [...new Set(units.map((unit) => unit.group))];
  if (most === 0 || groups.length <= most) return units;
  const kept = new Set(stream(seed, "eval/groups").shuffle(groups).slice(0, most));
  return units.filter((unit) => kept.has(unit.group));
}

/** Each unit's share of the batch's tilt weight, as a multiple of the equal share. */
function weightsOf(
  indices: readonly number[],
  infos: readonly UnitInfo[],
  { losses, tilt }: StepReports,
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
