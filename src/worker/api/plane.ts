/** The Plane world live: strategies trained side by side, a frame at a time, for the Play view and for lessons. */
import type { Environment } from "../../experiment/events.ts";
import type { PlaneMetrics } from "../../experiment/plane/metrics.ts";
import type { PlaneFrame } from "../../experiment/plane/session.ts";
import type { PlaneExtras } from "../../experiment/plane/setting.ts";
import type { PlaneWorldView } from "../../experiment/plane/statics.ts";
import type { Spec } from "../../experiment/spec.ts";

export type { PlaneMetrics } from "../../experiment/plane/metrics.ts";
export type { PlaneFrame } from "../../experiment/plane/session.ts";
export type { PlaneExtras } from "../../experiment/plane/setting.ts";
export type { PlaneWorldView } from "../../experiment/plane/statics.ts";

export interface PlaneRequest {
  readonly spec: Spec;
  /** Ids of the registry, trained side by side. */
  readonly strategies: readonly string[];
  readonly extras?: PlaneExtras;
  /** Steps taken at once, without a frame for each, before anything is shown: to carry on where another session stood. */
  readonly rushTo?: number;
  /**
   * What to compute on. "ready" (the default) takes the GPU when it is open and its kernels are compiled, and otherwise starts on
   * the CPU at once, which is fast enough for Plane; "cpu" never asks.
   */
  readonly device?: "ready" | "cpu";
}

export interface PlaneOpened {
  /** Names the session in the other calls. */
  readonly id: number;
  readonly world: PlaneWorldView;
  readonly backend: Environment["backend"];
  /** Adapter or engine, in words. */
  readonly adapter: string;
  /** Steps of the whole run. */
  readonly steps: number;
  /** [training pairs] Q0/P of each pair, calibrated. */
  readonly h: Float32Array;
}

/** One event of a session's stream. */
export type PlaneEvent =
  | {
      readonly kind: "frame";
      readonly frame: PlaneFrame /** Steps per second lately; 0 when standing. */;
      readonly rate: number;
    }
  | { readonly kind: "failed"; readonly what: string; readonly remedy?: string };

/** After each seed: all that is done so far, [seed][strategy]. */
export type PlaneSweepListener = (done: readonly (readonly PlaneMetrics[])[]) => void;

export interface PlaneApi {
  /**
   * Makes the world and the policies, shows step 0 (or `rushTo`) and waits. Sessions are independent of runs of the
   * workbench and share the worker's time with them; close those no longer looked at.
   * @throws TiltError when the spec is not about Plane or a strategy does not go with it
   */
  openPlane(request: PlaneRequest, onEvent: (event: PlaneEvent) => void): Promise<PlaneOpened>;
  /**
   * Trains and sends frames until the last step or a pause. A frame is sent only when the one before was taken, so a slow
   * page slows the pictures, never the numbers.
   * @param pace steps per second; Infinity for as fast as it goes
   * @param frames at most so many frames per second
   */
  playPlane(id: number, pace: number, frames?: number): Promise<void>;
  pausePlane(id: number): Promise<void>;
  /** Some steps and a frame, then waits. */
  stepPlane(id: number, steps?: number): Promise<void>;
  /** Back to step 0 with the same seed, and waits there. */
  resetPlane(id: number): Promise<void>;
  closePlane(id: number): Promise<void>;
  /**
   * The same experiment with other seeds (spec.seed, spec.seed + 1, …), run to the end on the CPU in the background.
   * Resolves with [seed][strategy]; a later sweep or `stopPlaneSweep` ends it early with what is done.
   */
  sweepPlane(
    request: Omit<PlaneRequest, "rushTo" | "device">,
    seeds: number,
    onSeed?: PlaneSweepListener,
  ): Promise<readonly (readonly PlaneMetrics[])[]>;
  stopPlaneSweep(): Promise<void>;
}
