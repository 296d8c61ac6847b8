/**
 * Runs experiments on one backend, stage by stage, and keeps what later runs share: the same data, ratio and reference
 * serve ERM, reweighting, DRO and DoRA alike.
 */
import type { Backend } from "../backend/backend.ts";
import { canonicalJson } from "../base/canonical.ts";
import { problemOf, TiltError } from "../base/errors.ts";
import { remember } from "../base/remember.ts";
import { sha256 } from "../base/sha256.ts";
import type { Dataset } from "../data/dataset.ts";
import { lossById } from "../objective/losses/index.ts";
import { strategyById } from "../objective/strategies/index.ts";
import { specHash } from "./canonical.ts";
import { clippingOf } from "./clipping.ts";
import { Stopped } from "./control.ts";
import { curvesOf, metricHash } from "./digest.ts";
import { drawLog } from "./draws.ts";
import type {
  Environment,
  Problem,
  RatioSummary,
  RunEvent,
  RunRecord,
  Stage,
  StepRecord,
  UnitInfo,
} from "./events.ts";
import type { EvidenceOf, KeptEvidence } from "./evidence.ts";
import type { Known, Lab, PreparingStage, Progress } from "./job.ts";
import { readerName } from "./model_names.ts";
import { objectiveOf } from "./objective_choice.ts";
import type { OnlineRound } from "./online/round.ts";
import { selfTrain } from "./online/self_training.ts";
import { type AlignState, type AlignStates, openPolicy } from "./policy.ts";
import { loraConfig } from "./policy_model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { prepareSummary } from "./prepared_summary.ts";
import { comesWithFile, estimateRatio, noRatio, type Ratio } from "./ratio_stage.ts";
import { runName } from "./run_name.ts";
import { checkState, type RunState, runState } from "./run_state.ts";
import type { GroupLogps } from "./scoring.ts";
import { fineTune, type SftState, type SftStates } from "./sft_stage.ts";
import type { Spec } from "./spec.ts";
import { unitInfos } from "./unit_infos.ts";

/** A fine-tuned reference and how it got there. */
interface Reference {
  readonly parameters: Float32Array;
  readonly records: readonly StepRecord[];
}

export function createLab(backend: Backend, environment: Environment): Lab {
  const preparedFor = remember<Prepared>();
  const ratioFor = remember<Ratio>();
  const referenceFor = remember<Reference>();
  const scoresFor = remember<GroupLogps>();
  const known = new Map<string, Known>();
  let progress: Progress | undefined;
  // Of one dataset only: it holds a classifier's weights.
  let evidence:
    | {
        readonly datasetHash: string;
        readonly key: string;
        readonly of: EvidenceOf | undefined;
        readonly kept: KeptEvidence | undefined;
      }
    | undefined;

  return {
    known: (datasetHash) => known.get(datasetHash),
    progress: () => progress,
    evidence(datasetHash, spec) {
      if (evidence?.datasetHash !== datasetHash) return undefined;
      return spec && evidence.key !== ratioKeyOf(spec, datasetHash) ? undefined : evidence.of;
    },
    keptEvidence(datasetHash, spec) {
      const key = ratioKeyOf(spec, datasetHash);
      return evidence?.kept && evidence.key === key ? { id: sha256(key), kept: evidence.kept } : undefined;
    },

    async run(job) {
      const {
        spec,
        dataset,
        control,
        pretrained,
        reader,
        keep,
        keepTrained,
        only,
        checkpoints,
        training,
        emit,
      } = job;
      const kept = checkpoints?.from;
      if (kept) checkState(kept, spec, dataset.hash);
      /** A state of the policy's training; within the reference there is nothing of it yet. */
      const from = kept?.sft ? undefined : kept;
      const startedAt = kept?.startedAt ?? new Date().toISOString();
      const id = `${startedAt}-${specHash(spec).slice(0, 8)}`;
      const seconds: Partial<Record<Stage, number>> = { ...kept?.seconds };
      const sft: StepRecord[] = [];
      const train: StepRecord[] = [...(from?.train ?? [])];
      const evaluation: StepRecord[] = [...(from?.evaluation ?? [])];
      let outcome: RunRecord["outcome"] = "done";
      let problem: Problem | undefined;
      let summary: RatioSummary | null = null;
      let units: UnitInfo[] = [];
      let lastWeights: (number | null)[] = [];
      const rounds: OnlineRound[] = [];
      let draws = drawLog();
      progress = undefined;

      const record = (event: RunEvent): void => {
        if (event.kind === "sft") sft.push(event.record);
        if (event.kind === "train") {
          train.push(event.record);
          for (const { unit, weight } of event.batch) lastWeights[unit] = weight;
          draws.add(event.record.step, event.batch);
        }
        if (event.kind === "eval") evaluation.push(event.record);
        emit(event);
      };
      const timed = async <T>(stage: Stage, note: string, work: () => Promise<T>): Promise<T> => {
        const start = performance.now();
        emit({ kind: "stage", stage, done: 0, of: 1, note });
        try {
          return await work();
        } finally {
          seconds[stage] = (seconds[stage] ?? 0) + (performance.now() - start) / 1000;
        }
      };

      const dataKey = dataKeyOf(spec, dataset.hash);
      const prepared = await timed("data", "Splitting and tokenising", () =>
        preparedFor(
          canonicalJson({ dataKey, loss: spec.train.loss, model: spec.model, sft: spec.sft.on }),
          () => prepare(spec, dataset, control.signal, pretrained),
        ),
      );
      const heldOut = new Set(prepared.heldOut);
      // Single judged responses are groups of their own, so what is known of them says nothing about the dataset's rows.
      const rowsAreGroups = lossById(spec.train.loss).family !== "unpaired";
      if (rowsAreGroups)
        known.set(dataset.hash, { estimates: known.get(dataset.hash)?.estimates ?? null, heldOut });

      const referenceKey = canonicalJson({ dataKey, model: spec.model, sft: spec.sft });
      const referenceOf = async (): Promise<Reference> => {
        let trainedNow = false;
        const start = await timed("sft", "Fine-tuning the reference", () =>
          referenceFor(referenceKey, async () => {
            if (from) return from.reference;
            trainedNow = true;
            const parameters = await fineTune(backend, spec, prepared, control, record, sftStates());
            return { parameters, records: sft.slice() };
          }),
        );
        // A remembered reference brings its history, so that the record is that of a run of its own.
        if (!trainedNow) for (const step of start.records) record({ kind: "sft", record: step });
        return start;
      };
      const stateOf = (state: AlignState, reference: Reference, within?: SftState): RunState =>
        runState({
          ...state,
          ...(within && { sft: within }),
          id,
          spec,
          datasetHash: dataset.hash,
          startedAt,
          seconds: { ...seconds },
          reference,
          train: train.slice(),
          evaluation: evaluation.slice(),
          lastWeights: lastWeights.slice(),
          draws: draws.draws(),
        });
      const sftStates = (): SftStates | undefined =>
        checkpoints && {
          ...(kept?.sft && { from: { ...kept.sft, records: kept.reference.records } }),
          due: (step) => checkpoints.referenceDue?.(step) ?? false,
          keep: (state) => {
            const reference = { parameters: new Float32Array(0), records: sft.slice() };
            return checkpoints.keep(stateOf({ step: 0, carried: {} }, reference, state));
          },
        };
      const begin = (next: UnitInfo[]): void => {
        units = next;
        lastWeights = from ? [...from.lastWeights] : units.map(() => null);
        draws = drawLog(undefined, from?.draws);
        progress = { datasetHash: dataset.hash, spec, units, lastWeights, draws };
      };
      /** @returns the ratio of the last round */
      const inRounds = async (): Promise<Ratio> => {
        if (prepared.dataset.target < 0) throw withoutTarget(dataset);
        objectiveOf(spec, prepared); // refuses what cannot be, before anything is trained
        const { parameters: reference } = await referenceOf();
        return selfTrain({
          backend,
          spec,
          prepared,
          reference,
          ...(reader && { reader }),
          control,
          emit: record,
          timed,
          onUnits: begin,
          onRound: (round) => rounds.push(round),
          ...(training && { training }),
          ...(keep && { keep }),
          ...(keepTrained && {
            keepTrained: (trained: Float32Array) => keepTrained({ referenceKey, reference, trained }),
          }),
        });
      };
      const estimate = async (): Promise<Ratio> => {
        const found = await timed("ratio", "Estimating the likelihood ratio", async () => {
          const { flags } = strategyById(spec.train.strategy);
          if (prepared.dataset.target < 0 && !(flags.usesRatio && comesWithFile(spec))) {
            if (flags.usesRatio) throw withoutTarget(dataset);
            return noRatio(prepared);
          }
          return ratioFor(ratioKeyOf(spec, dataset.hash), () =>
            estimateRatio(backend, spec, prepared, control, emit, reader),
          );
        });
        summary = summaryOf(spec, prepared, found);
        if (summary) emit({ kind: "ratio", summary });
        if (rowsAreGroups) {
          known.set(dataset.hash, { estimates: found.estimates, heldOut });
          evidence = {
            datasetHash: dataset.hash,
            key: ratioKeyOf(spec, dataset.hash),
            of: found.evidence,
            kept: found.kept,
          };
        }
        return found;
      };
      const once = async (): Promise<void> => {
        begin(unitInfos(spec, prepared, await estimate()));

        const policy = openPolicy(backend, spec, prepared, units);
        try {
          const start = await referenceOf();
          const { loss, steps, batch } = spec.train;
          const stored = loraConfig(spec) ? spec.train.frozen : "f32";
          const scores = await timed("reference", "Scoring with the reference", async () => {
            await policy.load(start.parameters);
            const key = canonicalJson({ referenceKey, stored, loss, steps, batch, judged: spec.eval.groups });
            return scoresFor(key, () => policy.score(control, emit));
          });
          if (from) {
            // What was done before, without the batches, which are not kept.
            for (const done of from.train) emit({ kind: "train", record: done, batch: [] });
            for (const done of from.evaluation) emit({ kind: "eval", record: done });
          }
          const states: AlignStates | undefined = checkpoints && {
            ...(from && { from }),
            due: (step) => checkpoints.due(step),
            keep: (state) => checkpoints.keep(stateOf(state, start)),
          };
          await timed("train", "Training the policy", () =>
            policy.align(scores, control, record, states, training),
          );
          await timed("evaluate", "Judging on held-out rows", () => policy.evaluate(scores, steps, record));
          if (keep) await keep(await policy.weights());
          if (keepTrained)
            await keepTrained({
              referenceKey,
              reference: start.parameters,
              trained: await policy.trained(),
            });
        } finally {
          policy.close();
        }
      };

      const alone = async (stage: PreparingStage): Promise<void> => {
        emit({ kind: "prepared", summary: prepareSummary(backend, spec, prepared) });
        if (stage === "sft") await referenceOf();
        else if (stage === "ratio" && prepared.dataset.target < 0) throw withoutTarget(dataset);
        else if (stage === "ratio") {
          units = unitInfos(spec, prepared, await estimate());
          lastWeights = units.map(() => null);
        }
      };

      try {
        if (only) await alone(only);
        else if (spec.online.rounds > 0) summary = (await inRounds()).summary;
        else await once();
      } catch (thrown) {
        if (thrown instanceof Stopped || control.signal.aborted) outcome = "stopped";
        else {
          outcome = "failed";
          problem = problemOf(thrown);
        }
      }

      return {
        id,
        name: runName(spec),
        spec,
        specHash: specHash(spec),
        datasetHash: dataset.hash,
        datasetName: dataset.name,
        environment: { ...environment, choices: { ...backend.info.choices } },
        startedAt,
        seconds,
        outcome,
        ...(problem && { problem }),
        ratio: summary,
        sft,
        train,
        evaluation,
        ...(rounds.length > 0 && { rounds }),
        units,
        lastWeights,
        digest: metricHash(curvesOf({ sft, train, evaluation })),
      };
    },
  };
}

/** With what the limits on h do to these units: a ratio that is remembered may serve others. */
function summaryOf(spec: Spec, prepared: Prepared, ratio: Ratio): RatioSummary | null {
  const clipping = clippingOf(spec, prepared, ratio);
  return ratio.summary && { ...ratio.summary, ...(clipping && { clipping }) };
}

/** Equal keys mean the same split and label noise of the same data, in the same groups: single judged responses are others. */
function dataKeyOf({ seed, data, train }: Spec, dataset: string): string {
  return canonicalJson({ dataset, seed, data, single: lossById(train.loss).family === "unpaired" });
}

/** Equal keys mean the same ratio. */
function ratioKeyOf(spec: Spec, dataset: string): string {
  return canonicalJson({ dataKey: dataKeyOf(spec, dataset), ratio: spec.ratio, reader: readerName(spec) });
}

function withoutTarget(dataset: Dataset): TiltError {
  return new TiltError("No source is named as the target, so there is no ratio.", {
    where: dataset.name,
    remedy: "Say which responses people wrote, or run ERM or DRO.",
  });
}
