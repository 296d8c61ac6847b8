/** What one run has said and measured so far: its steps, its clock, its weights; in the end its record. */
import type { Dataset } from "../data/dataset.ts";
import { specHash } from "./canonical.ts";
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
import type { Progress, Reference } from "./job.ts";
import type { OnlineRound } from "./online/round.ts";
import type { RoundsState } from "./online/self_training.ts";
import type { AlignState } from "./policy.ts";
import { runName } from "./run_name.ts";
import { type RunState, runState } from "./run_state.ts";
import type { SftState } from "./sft_stage.ts";
import type { Spec } from "./spec.ts";

export interface RunLog {
  /** Takes an event into the record and passes it on. */
  record(event: RunEvent): void;
  /** Announces a stage, and adds the seconds that `work` takes to it, whichever way it ends. */
  timed<T>(stage: Stage, note: string, work: () => Promise<T>): Promise<T>;
  /** Training on these units begins: of their weights nothing is known but what the kept state says. */
  begin(units: readonly UnitInfo[]): Progress;
  endRound(round: OnlineRound): void;
  /** What the ratio stage found; of a run without one, null. */
  keepRatio(summary: RatioSummary | null): void;
  /** Steps of the reference so far. */
  fineTuning(): readonly StepRecord[];
  /** All of it as a state to go on from. @param within where the reference stands while it is not done */
  state(state: AlignState, reference: Reference, within?: SftState): RunState;
  /** The same between two self-training rounds. */
  stateAfterRound(rounds: RoundsState, reference: Reference): RunState;
  end(how: Ending): RunRecord;
}

export interface Ending {
  readonly outcome: RunRecord["outcome"];
  readonly problem?: Problem;
  readonly environment: Environment;
}

/** @param kept the state that the run goes on from, if any */
export function runLog(
  spec: Spec,
  dataset: Dataset,
  kept: RunState | undefined,
  emit: (event: RunEvent) => void,
): RunLog {
  const startedAt = kept?.startedAt ?? new Date().toISOString();
  const id = `${startedAt}-${specHash(spec).slice(0, 8)}`;
  /** Within the reference there is nothing of the policy yet. */
  const from = kept?.sft ? undefined : kept;
  const seconds: Partial<Record<Stage, number>> = { ...kept?.seconds };
  const sft: StepRecord[] = [];
  const train: StepRecord[] = [...(from?.train ?? [])];
  const evaluation: StepRecord[] = [...(from?.evaluation ?? [])];
  const rounds: OnlineRound[] = [...(from?.rounds?.done ?? [])];
  /** A round's weights are those of its own units. */
  const within = from?.rounds ? undefined : from;
  const warnings: string[] = [];
  let ratio: RatioSummary | null = null;
  let units: readonly UnitInfo[] = [];
  let lastWeights: (number | null)[] = [];
  let draws = drawLog();

  const soFar = () => ({
    id,
    spec,
    datasetHash: dataset.hash,
    startedAt,
    seconds: { ...seconds },
    train: train.slice(),
    evaluation: evaluation.slice(),
    lastWeights: lastWeights.slice(),
    draws: draws.draws(),
  });

  return {
    record(event) {
      if (event.kind === "sft") sft.push(event.record);
      if (event.kind === "train") {
        train.push(event.record);
        for (const { unit, weight } of event.batch) lastWeights[unit] = weight;
        draws.add(event.record.step, event.batch);
      }
      if (event.kind === "eval") evaluation.push(event.record);
      if (event.kind === "warning") {
        // Every round of self-training says the same.
        if (warnings.includes(event.what)) return;
        warnings.push(event.what);
      }
      emit(event);
    },
    async timed(stage, note, work) {
      const start = performance.now();
      emit({ kind: "stage", stage, done: 0, of: 1, note });
      try {
        return await work();
      } finally {
        seconds[stage] = (seconds[stage] ?? 0) + (performance.now() - start) / 1000;
      }
    },
    begin(next) {
      units = next;
      lastWeights = within ? [...within.lastWeights] : units.map(() => null);
      draws = drawLog(undefined, within?.draws);
      return { datasetHash: dataset.hash, spec, units, lastWeights, draws };
    },
    endRound: (round) => void rounds.push(round),
    keepRatio(summary) {
      ratio = summary;
    },
    fineTuning: () => sft.slice(),
    state: (state, reference, within) =>
      runState({ ...state, ...(within && { sft: within }), ...soFar(), reference }),
    stateAfterRound: (after, reference) =>
      runState({
        step: after.done.length * spec.train.steps,
        carried: {},
        rounds: after,
        ...soFar(),
        reference,
      }),
    end: ({ outcome, problem, environment }) => ({
      id,
      name: runName(spec),
      spec,
      specHash: specHash(spec),
      datasetHash: dataset.hash,
      datasetName: dataset.name,
      environment,
      startedAt,
      seconds,
      outcome,
      ...(problem && { problem }),
      ratio,
      ...(warnings.length > 0 && { warnings }),
      sft,
      train,
      evaluation,
      ...(rounds.length > 0 && { rounds }),
      units,
      lastWeights,
      digest: metricHash(curvesOf({ sft, train, evaluation })),
    }),
  };
}
