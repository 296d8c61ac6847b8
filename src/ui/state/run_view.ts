/** A run as the page shows it: one shape for the run going on and for those read back from storage. */
import type { Check } from "../../experiment/check.ts";
import type {
  Environment,
  GroupWeight,
  PreparedSummary,
  Problem,
  RatioSummary,
  RunEvent,
  RunRecord,
  Stage,
  StepRecord,
  UnitInfo,
} from "../../experiment/events.ts";
import type { Spec } from "../../experiment/spec.ts";
import type { PreparingStage, RunSummary } from "../../worker/api.ts";
import { addMoment, type Moment } from "./pace.ts";

export type RunStatus = "running" | "paused" | "done" | "stopped" | "failed";

export interface StageProgress {
  readonly stage: Stage;
  readonly done: number;
  readonly of: number;
  readonly note: string;
}

export interface RunView {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  readonly datasetHash: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly status: RunStatus;
  /** False for a stored run of which only the summary is here. */
  readonly loaded: boolean;
  readonly spec: Spec | null;
  readonly progress: StageProgress | null;
  /** Recent progress with times, for the pace. */
  readonly moments: readonly Moment[];
  readonly ratio: RatioSummary | null;
  readonly sft: readonly StepRecord[];
  readonly train: readonly StepRecord[];
  readonly evaluation: readonly StepRecord[];
  /** What was measured of the policy's own answers, while this page was open. */
  readonly sampled: readonly StepRecord[];
  /** The last batch of the run going on. */
  readonly batch: readonly GroupWeight[];
  readonly units: readonly UnitInfo[];
  readonly lastWeights: readonly (number | null)[];
  readonly environment: Environment | null;
  readonly seconds: Readonly<Partial<Record<Stage, number>>>;
  readonly problem: Problem | null;
  readonly digest: string;
  /** How it compares with what its link promised; null for runs that came from no link. */
  readonly check: Check | null;
  /** The stage that is run by itself; null for whole runs. */
  readonly only: PreparingStage | null;
  /** What a person should know of its objective. */
  readonly warnings: readonly string[];
  /** What the data stage counted; null where it was not asked. */
  readonly prepared: PreparedSummary | null;
}

/** A run that is about to start. */
export function newRun(
  id: string,
  spec: Spec,
  datasetHash: string,
  startedAt: string,
  only: PreparingStage | null = null,
): RunView {
  return {
    only,
    prepared: null,
    id,
    name: "",
    strategy: spec.train.strategy,
    datasetHash,
    startedAt,
    status: "running",
    loaded: true,
    spec,
    progress: null,
    moments: [],
    ratio: null,
    warnings: [],
    sft: [],
    train: [],
    evaluation: [],
    sampled: [],
    batch: [],
    units: [],
    lastWeights: [],
    environment: null,
    seconds: {},
    problem: null,
    digest: "",
    check: null,
  };
}

/** A stored run, before its record was read. */
export function fromSummary(summary: RunSummary): RunView {
  const { id, name, strategy, datasetHash, startedAt, outcome, digest } = summary;
  const empty = {
    loaded: false,
    spec: null,
    progress: null,
    ratio: null,
    problem: null,
    environment: null,
    check: null,
    only: null,
    prepared: null,
  };
  const lists = {
    warnings: [],
    sft: [],
    train: [],
    evaluation: [],
    sampled: [],
    batch: [],
    units: [],
    lastWeights: [],
    moments: [],
  };
  return {
    id,
    name,
    strategy,
    datasetHash,
    startedAt,
    status: outcome,
    digest,
    seconds: {},
    ...empty,
    ...lists,
  };
}

/** A stored run with everything; `before` gives the last batch, which records do not keep. */
export function fromRecord(record: RunRecord, before?: RunView): RunView {
  return {
    id: record.id,
    name: record.name,
    strategy: record.spec.train.strategy,
    datasetHash: record.datasetHash,
    startedAt: record.startedAt,
    status: record.outcome,
    loaded: true,
    spec: record.spec,
    progress: null,
    moments: [],
    ratio: record.ratio,
    warnings: record.warnings ?? [],
    sft: record.sft,
    train: record.train,
    evaluation: record.evaluation,
    sampled: before?.sampled ?? [],
    batch: before?.batch ?? [],
    units: record.units,
    lastWeights: record.lastWeights,
    environment: record.environment,
    seconds: record.seconds,
    problem: record.problem ?? null,
    digest: record.digest,
    check: record.check ?? null,
    only: before?.only ?? null,
    prepared: before?.prepared ?? null,
  };
}

/** The view after some events, in order. @param at when they were handed over, in milliseconds */
export function applyEvents(run: RunView, events: readonly RunEvent[], at: number): RunView {
  let next = run;
  const sft: StepRecord[] = [];
  const train: StepRecord[] = [];
  const evaluation: StepRecord[] = [];
  for (const event of events) {
    switch (event.kind) {
      case "stage": {
        const { stage, done, of, note } = event;
        next = { ...next, progress: { stage, done, of, note } };
        break;
      }
      case "prepared":
        next = { ...next, prepared: event.summary };
        break;
      case "ratio":
        next = { ...next, ratio: event.summary };
        break;
      case "sft":
        sft.push(event.record);
        next = { ...next, progress: advanced(next, "sft", event.record.step) };
        break;
      case "train":
        train.push(event.record);
        next = { ...next, batch: event.batch, progress: advanced(next, "train", event.record.step) };
        break;
      case "eval":
        evaluation.push(event.record);
        break;
      case "warning":
        next = { ...next, warnings: [...next.warnings, event.what] };
        break;
      case "paused":
        next = { ...next, status: "paused", moments: [] };
        break;
      case "resumed":
        next = { ...next, status: "running" };
        break;
    }
  }
  const { progress } = next;
  if (progress && progress !== run.progress && next.status === "running") {
    next = { ...next, moments: addMoment(next.moments, { stage: progress.stage, done: progress.done, at }) };
  }
  const joined = (all: readonly StepRecord[], more: StepRecord[]) => (more.length ? [...all, ...more] : all);
  return {
    ...next,
    sft: joined(next.sft, sft),
    train: joined(next.train, train),
    evaluation: joined(next.evaluation, evaluation),
  };
}

/** A training step is progress, too, whether or not the engine says so by itself. */
function advanced(run: RunView, stage: "sft" | "train", step: number): StageProgress {
  const { progress } = run;
  const of = (progress?.stage === stage ? progress.of : 0) || run.spec?.[stage].steps || 0;
  const done = progress?.stage === stage ? Math.max(progress.done, step) : step;
  return { stage, done, of, note: progress?.stage === stage ? progress.note : "" };
}

/** Whether a run has not ended. */
export function isGoing(run: Pick<RunView, "status">): boolean {
  return run.status === "running" || run.status === "paused";
}
