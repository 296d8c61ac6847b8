/** Sweeps: one experiment over some axes, run cell by cell, kept cell by cell. */
import type { Plain } from "../../experiment/plain.ts";
import type { SweepState } from "../../experiment/sweep/queue.ts";
import type { CellResult } from "../../experiment/sweep/result.ts";
import type { SweepEvent } from "../../experiment/sweep/runner.ts";
import type { TimeLeft } from "../../experiment/sweep/time.ts";
import type { Setting } from "../../experiment/sweep/types.ts";

export type { SweepState } from "../../experiment/sweep/queue.ts";
export type { CellResult } from "../../experiment/sweep/result.ts";
export type { CellProgress, SweepEvent } from "../../experiment/sweep/runner.ts";
export type { TimeLeft } from "../../experiment/sweep/time.ts";

/** A line of the list of sweeps. */
export interface SweepSummary {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly status: SweepState["status"];
  readonly cells: number;
  readonly done: number;
}

/** A sweep's plan without its specs. */
export interface SweepPlan {
  readonly settings: readonly Setting[];
  readonly cells: readonly { readonly id: string; readonly name: string }[];
}

export interface SweepView {
  readonly state: SweepState;
  readonly plan: SweepPlan;
  readonly results: readonly CellResult[];
  /** From the seconds of its finished cells; null before the first. */
  readonly left: TimeLeft | null;
}

type SweepJson = { readonly [key: string]: Plain };

export interface SweepApi {
  /** Newest first. */
  sweeps(): Promise<readonly SweepSummary[]>;
  /** Null when there is no such sweep. */
  sweep(id: string): Promise<SweepView | null>;
  /** What a sweep would run. @throws TiltError when it is none */
  planSweep(sweep: SweepJson): Promise<SweepPlan>;
  /** Stores a new sweep; it does not run yet. @returns its id @throws TiltError when it is none */
  makeSweep(sweep: SweepJson): Promise<string>;
  /**
   * Runs what is left of a sweep, one cell at a time, each when the engine is free. Every finished cell is stored at
   * once. Resolves when nothing is left, or after `stopSweep`.
   * @throws TiltError when another sweep is going on
   */
  runSweep(id: string, onEvent: (event: SweepEvent) => void): Promise<SweepState>;
  /** Between two steps. A single run that wants the engine gets it then; the cell begins again afterwards. */
  pauseSweep(): Promise<void>;
  resumeSweep(): Promise<void>;
  stopSweep(): Promise<void>;
  /** @param to place in the queue, 0 first; the running cell stays where it is */
  moveCell(id: string, cell: string, to: number): Promise<void>;
  skipCell(id: string, cell: string): Promise<void>;
  /** Puts a skipped, failed or finished cell back into the queue. */
  repeatCell(id: string, cell: string): Promise<void>;
  /** Stops it, where it runs, and deletes it with all its results. */
  deleteSweep(id: string): Promise<void>;
}
