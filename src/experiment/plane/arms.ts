/** Several Plane experiments on the same seeds: what a claim compares, measured seed by seed. */
import { createCpuBackend } from "../../backend/cpu/cpu_backend.ts";
import { nextTask } from "../../base/pause.ts";
import type { FieldValue } from "../spec.ts";
import type { PlaneMetrics } from "./metrics.ts";
import { planeSpec } from "./preset.ts";
import { createPlaneSession } from "./session.ts";
import type { PlaneExtras } from "./setting.ts";

/** One world with its settings, and the strategies trained on it side by side. */
export interface PlaneArm {
  /** Departures from the published experiment, by path; see `planeSpec`. */
  readonly changes: Readonly<Record<string, FieldValue>>;
  /** Ids of the registry. */
  readonly strategies: readonly string[];
  readonly extras?: PlaneExtras;
}

/** [arm][strategy] of one seed. */
export type ArmRuns = readonly (readonly PlaneMetrics[])[];

/** Steps between two chances for other work. */
const SLICE = 10;

/**
 * Trains every arm once per seed (from, from + 1, …) on the CPU in float64, so that every machine gets the same numbers.
 * Yields the runs of each seed as it ends; other tasks get their turn every few milliseconds.
 * @param signal ends it early
 * @throws TiltError as `createPlaneSession`
 */
export async function* planeArms(
  arms: readonly PlaneArm[],
  from: number,
  seeds: number,
  signal?: AbortSignal,
): AsyncGenerator<ArmRuns, void> {
  const backend = createCpuBackend({ precision: "f64" });
  for (let seed = from; seed < from + seeds; seed++) {
    const runs: (readonly PlaneMetrics[])[] = [];
    for (const { changes, strategies, extras } of arms) {
      const spec = planeSpec({ ...changes, seed });
      const session = await createPlaneSession(backend, spec, strategies, extras);
      try {
        for (let at = 0; at < spec.train.steps; at = session.step(SLICE)) {
          await nextTask();
          if (signal?.aborted) return;
        }
        runs.push(await session.metrics());
      } finally {
        session.close();
      }
    }
    yield runs;
  }
}
