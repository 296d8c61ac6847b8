/** Many seeds of one Plane experiment, paired: what a single run cannot tell. */
import { createCpuBackend } from "../../backend/cpu/cpu_backend.ts";
import { nextTask } from "../../base/pause.ts";
import { type Spec, withField } from "../spec.ts";
import type { PlaneMetrics } from "./metrics.ts";
import { createPlaneSession } from "./session.ts";
import type { PlaneExtras } from "./setting.ts";

/** [seed][strategy]: every seed's runs share world, start and batches, so differences between strategies are paired. */
export type PlaneSweep = readonly (readonly PlaneMetrics[])[];

/** Steps between two chances for other work. */
const SLICE = 10;

/**
 * Runs the spec once per seed (spec.seed, spec.seed + 1, …), all strategies side by side. Yields what is done after
 * each seed. Other tasks get their turn every few milliseconds.
 * @param signal ends it with what is done
 */
export async function* planeSweep(
  spec: Spec,
  strategies: readonly string[],
  seeds: number,
  extras: PlaneExtras = {},
  signal?: AbortSignal,
): AsyncGenerator<PlaneSweep, PlaneSweep> {
  const done: (readonly PlaneMetrics[])[] = [];
  const backend = createCpuBackend({ precision: "f64" });
  for (let i = 0; i < seeds; i++) {
    const own = withField(spec, "seed", spec.seed + i);
    const session = await createPlaneSession(backend, own, strategies, extras);
    try {
      for (let at = 0; at < own.train.steps; at = session.step(SLICE)) {
        await nextTask();
        if (signal?.aborted) return done;
      }
      done.push(await session.metrics());
    } finally {
      session.close();
    }
    yield [...done];
  }
  return done;
}
