/** Runs: starting one, steering it, and looking after those stored. */
import type { Digest } from "../../experiment/digest.ts";
import type { RunEvent, RunRecord } from "../../experiment/events.ts";
import type { Spec } from "../../experiment/spec.ts";

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  readonly datasetHash: string;
  readonly startedAt: string;
  readonly outcome: RunRecord["outcome"];
  readonly digest: string;
}

export interface RunApi {
  /**
   * Starts a run. Resolves when it ends, with its record (stopped and failed runs too); it is stored.
   * @param expected what the link it comes from promises: the record then says how it compares
   * @throws Problem-like TiltError when the spec or dataset cannot be run at all, or another run is going on
   */
  run(spec: Spec, onEvent: (event: RunEvent) => void, expected?: Digest): Promise<RunRecord>;
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
