/** The stages of one run, from data to a judged policy. Each takes from the lab's memory what earlier runs found. */
import type { Backend } from "../backend/backend.ts";
import { TiltError } from "../base/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { lossById } from "../objective/losses/index.ts";
import { strategyById } from "../objective/strategies/index.ts";
import { clippingOf } from "./clipping.ts";
import type { RatioSummary } from "./events.ts";
import { comesWithFile } from "./given_ratio.ts";
import type { Job, PreparingStage, Reference } from "./job.ts";
import { type LabMemory, preparedKey, ratioKey, referenceKey, scoresKey } from "./lab_memory.ts";
import { objectiveOf } from "./objective_choice.ts";
import { selfTrain } from "./online/self_training.ts";
import { type AlignStates, openPolicy } from "./policy.ts";
import { loraConfig } from "./policy_model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { prepareSummary } from "./prepared_summary.ts";
import { noRatio, type Ratio } from "./ratio.ts";
import { estimateRatio } from "./ratio_stage.ts";
import type { RunLog } from "./run_log.ts";
import type { RunState } from "./run_state.ts";
import { fineTune, type SftStates } from "./sft_stage.ts";
import type { Spec } from "./spec.ts";
import { unitInfos } from "./unit_infos.ts";

/** A run on its way: what every stage of it reads. */
interface Run {
  readonly backend: Backend;
  readonly memory: LabMemory;
  readonly job: Job;
  readonly log: RunLog;
  readonly prepared: Prepared;
}

/**
 * Splits and tokenises the data of a job.
 * @returns a function that does its remaining stages
 * @throws TiltError when the data cannot carry the spec
 */
export async function prepareRun(
  backend: Backend,
  memory: LabMemory,
  job: Job,
  log: RunLog,
): Promise<() => Promise<void>> {
  const { spec, dataset, control, pretrained, only } = job;
  const prepared = await log.timed("data", "Splitting and tokenising", () =>
    memory.prepared(preparedKey(spec, dataset.hash), () =>
      prepare(spec, dataset, control.signal, pretrained),
    ),
  );
  const run: Run = { backend, memory, job, log, prepared };
  if (rowsAreGroups(spec)) {
    const estimates = memory.known.get(dataset.hash)?.estimates ?? null;
    memory.known.set(dataset.hash, { estimates, heldOut: new Set(prepared.heldOut) });
  }
  return async () => {
    if (only) await prepareAlone(run, only);
    else if (spec.online.rounds > 0) log.keepRatio((await trainInRounds(run)).summary);
    else await trainOnce(run);
  };
}

/** Single judged responses are groups of their own, so what is known of them says nothing about the dataset's rows. */
const rowsAreGroups = (spec: Spec): boolean => lossById(spec.train.loss).family !== "unpaired";

/** The state to go on from, once it is one of the policy: within the reference there is nothing of the policy yet. */
function stateOfPolicy({ checkpoints }: Job): RunState | undefined {
  return checkpoints?.from?.sft ? undefined : checkpoints?.from;
}

/** What was done before, without the batches, which are not kept. */
function tellAgain({ train, evaluation }: RunState, { emit }: Job): void {
  for (const record of train) emit({ kind: "train", record, batch: [] });
  for (const record of evaluation) emit({ kind: "eval", record });
}

async function prepareAlone(run: Run, stage: PreparingStage): Promise<void> {
  const { backend, job, log, prepared } = run;
  const { spec, dataset, emit } = job;
  emit({ kind: "prepared", summary: prepareSummary(backend, spec, prepared) });
  if (stage === "sft") await findReference(run);
  else if (stage === "ratio") {
    if (prepared.dataset.target < 0) throw withoutTarget(dataset);
    log.begin(unitInfos(spec, prepared, await findRatio(run)));
  }
}

async function findReference(run: Run): Promise<Reference> {
  const { backend, memory, job, log, prepared } = run;
  const { spec, dataset, control } = job;
  const from = stateOfPolicy(job);
  let trainedNow = false;
  const found = await log.timed("sft", "Fine-tuning the reference", () =>
    memory.reference(referenceKey(spec, dataset.hash), async () => {
      if (from) return from.reference;
      trainedNow = true;
      const parameters = await fineTune(backend, spec, prepared, control, log.record, statesOfReference(run));
      return { parameters, records: log.fineTuning() };
    }),
  );
  // A remembered reference brings its history, so that the record is that of a run of its own.
  if (!trainedNow) for (const step of found.records) log.record({ kind: "sft", record: step });
  return found;
}

function statesOfReference({ job: { checkpoints }, log }: Run): SftStates | undefined {
  const kept = checkpoints?.from;
  return (
    checkpoints && {
      ...(kept?.sft && { from: { ...kept.sft, records: kept.reference.records } }),
      due: (step) => checkpoints.referenceDue?.(step) ?? false,
      keep: (state) => {
        const reference = { parameters: new Float32Array(0), records: log.fineTuning() };
        return checkpoints.keep(log.state({ step: 0, carried: {} }, reference, state));
      },
    }
  );
}

async function findRatio(run: Run): Promise<Ratio> {
  const { backend, memory, job, log, prepared } = run;
  const { spec, dataset, control, reader, emit } = job;
  const key = ratioKey(spec, dataset.hash);
  const found = await log.timed("ratio", "Estimating the likelihood ratio", async () => {
    const { flags } = strategyById(spec.train.strategy);
    if (prepared.dataset.target < 0 && !(flags.usesRatio && comesWithFile(spec))) {
      if (flags.usesRatio) throw withoutTarget(dataset);
      return noRatio(prepared);
    }
    return memory.ratio(key, () => estimateRatio(backend, spec, prepared, control, emit, reader));
  });
  const summary = summaryOf(spec, prepared, found);
  log.keepRatio(summary);
  if (summary) emit({ kind: "ratio", summary });
  if (rowsAreGroups(spec)) {
    memory.known.set(dataset.hash, { estimates: found.estimates, heldOut: new Set(prepared.heldOut) });
    memory.evidence = { datasetHash: dataset.hash, key, of: found.evidence, kept: found.kept };
  }
  return found;
}

/** @returns the ratio of the last round */
async function trainInRounds(run: Run): Promise<Ratio> {
  const { backend, memory, job, log, prepared } = run;
  const { spec, dataset, control, reader, keep, keepTrained, checkpoints, training } = job;
  if (prepared.dataset.target < 0) throw withoutTarget(dataset);
  objectiveOf(spec, prepared); // refuses what cannot be, before anything is trained
  const found = await findReference(run);
  const reference = found.parameters;
  const from = stateOfPolicy(job);
  if (from) tellAgain(from, job);
  return selfTrain({
    backend,
    spec,
    prepared,
    reference,
    ...(reader && { reader }),
    control,
    emit: log.record,
    timed: log.timed,
    onUnits: (units) => {
      memory.progress = log.begin(units);
    },
    onRound: log.endRound,
    ...(from?.rounds && { from: from.rounds }),
    ...(checkpoints && {
      // Between rounds, however long ago the last state was kept: what would be lost is a whole round.
      keepRound: (state) => checkpoints.keep(log.stateAfterRound(state, found)),
    }),
    ...(training && { training }),
    ...(keep && { keep }),
    ...(keepTrained && {
      keepTrained: (trained: Float32Array) =>
        keepTrained({ referenceKey: referenceKey(spec, dataset.hash), reference, trained }),
    }),
  });
}

async function trainOnce(run: Run): Promise<void> {
  const { backend, memory, job, log, prepared } = run;
  const { spec, dataset, control, keep, keepTrained, checkpoints, training, emit } = job;
  const units = unitInfos(spec, prepared, await findRatio(run));
  memory.progress = log.begin(units);
  const policy = openPolicy(backend, spec, prepared, units);
  try {
    const reference = await findReference(run);
    const stored = loraConfig(spec) ? spec.train.frozen : "f32";
    const scores = await log.timed("reference", "Scoring with the reference", async () => {
      await policy.load(reference.parameters);
      return memory.scores(scoresKey(spec, dataset.hash, stored), () => policy.score(control, emit));
    });
    const from = stateOfPolicy(job);
    if (from) tellAgain(from, job);
    const states: AlignStates | undefined = checkpoints && {
      ...(from && { from }),
      due: (step) => checkpoints.due(step),
      keep: (state) => checkpoints.keep(log.state(state, reference)),
    };
    await log.timed("train", "Training the policy", () =>
      policy.align(scores, control, log.record, states, training),
    );
    await log.timed("evaluate", "Judging on held-out rows", () =>
      policy.evaluate(scores, spec.train.steps, log.record),
    );
    if (keep) await keep(await policy.weights());
    if (keepTrained) {
      const trained = await policy.trained();
      await keepTrained({
        referenceKey: referenceKey(spec, dataset.hash),
        reference: reference.parameters,
        trained,
      });
    }
  } finally {
    policy.close();
  }
}

/** With what the limits on h do to these units: a ratio that is remembered may serve others. */
function summaryOf(spec: Spec, prepared: Prepared, ratio: Ratio): RatioSummary | null {
  const clipping = clippingOf(spec, prepared, ratio);
  return ratio.summary && { ...ratio.summary, ...(clipping && { clipping }) };
}

function withoutTarget(dataset: Dataset): TiltError {
  return new TiltError("No source is named as the target, so there is no ratio.", {
    where: dataset.name,
    remedy: "Say which responses people wrote, or run ERM or DRO.",
  });
}
