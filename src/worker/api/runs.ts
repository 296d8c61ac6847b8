/** Runs: starting one, steering it, going on with one that broke off, and looking after those stored. */
import type { Digest } from "../../experiment/digest.ts";
import type { RunEvent, RunRecord, Stage } from "../../experiment/events.ts";
import type { PreparingStage } from "../../experiment/job.ts";
import type { Spec } from "../../experiment/spec.ts";

export type { PreparingStage } from "../../experiment/job.ts";

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  readonly datasetHash: string;
  readonly startedAt: string;
  readonly outcome: RunRecord["outcome"];
  readonly digest: string;
}

export interface RunOptions {
  /** Pause before the first step of this stage. */
  readonly waitsBefore?: Stage;
  /** What the link it comes from promises: the record then says how it compares. */
  readonly expected?: Digest;
  /** Strategies that were to run after this one; kept with its states, for the page to go on with. */
  readonly rest?: readonly string[];
}

/** A run that broke off, and the state that it can go on from. */
export interface KeptState {
  readonly run: string;
  readonly name: string;
  readonly strategy: string;
  readonly datasetHash: string;
  /** What was going on: the reference, or the policy. */
  readonly stage: "sft" | "train";
  /** Steps of it done, and asked for. */
  readonly step: number;
  readonly of: number;
  readonly rest: readonly string[];
  /** ISO 8601. */
  readonly savedAt: string;
  /** About. */
  readonly bytes: number;
}

export interface RunApi {
  /**
   * Starts a run. Resolves when it ends, with its record (stopped and failed runs too); it is stored. While it trains, its
   * state is kept every few seconds; a run whose GPU was lost says in its problem which step was kept.
   * @throws Problem-like TiltError when the spec or dataset cannot be run at all, or another run is going on
   */
  run(spec: Spec, onEvent: (event: RunEvent) => void, options?: RunOptions): Promise<RunRecord>;
  /**
   * Does one stage and what it needs. What it finds is remembered, so that a run with the same settings starts from it.
   * Nothing is stored. @param waits pause before its first step @throws as `run`
   */
  runStage(
    spec: Spec,
    stage: PreparingStage,
    onEvent: (event: RunEvent) => void,
    waits?: boolean,
  ): Promise<RunRecord>;
  /** Runs that broke off with their tab, their worker or their GPU, newest first. */
  keptStates(): Promise<readonly KeptState[]>;
  /** The settings of such a run; null when it is gone. */
  keptSpec(run: string): Promise<Spec | null>;
  /** Goes on from the kept state: as `run`, with the id of the run that broke off. @throws TiltError when it is gone */
  goOn(run: string, onEvent: (event: RunEvent) => void): Promise<RunRecord>;
  /** Forgets the kept state. */
  letGo(run: string): Promise<void>;
  pause(): Promise<void>;
  /** One optimiser step, then pause again. */
  step(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the run after the current step; what was computed is kept. */
  stop(): Promise<void>;
  runs(): Promise<readonly RunSummary[]>;
  runRecord(id: string): Promise<RunRecord | null>;
  deleteRun(id: string): Promise<void>;
}
