/** Whole runs of Plane without pictures: some 50 ms each at the published size, on the CPU in float64. */
import { createCpuBackend } from "../../backend/cpu/cpu_backend.ts";
import { type Spec, withField } from "../spec.ts";
import type { PlaneMetrics } from "./metrics.ts";
import { createPlaneSession } from "./session.ts";
import type { PlaneExtras } from "./setting.ts";

/**
 * Trains strategies on one world to the spec's last step, side by side.
 * @returns metrics in the order of `strategies`
 * @throws TiltError as `createPlaneSession`
 */
export async function planeRuns(
  spec: Spec,
  strategies: readonly string[],
  seed: number = spec.seed,
  extras: PlaneExtras = {},
): Promise<readonly PlaneMetrics[]> {
  const own = seed === spec.seed ? spec : withField(spec, "seed", seed);
  const session = await createPlaneSession(createCpuBackend({ precision: "f64" }), own, strategies, extras);
  session.step(own.train.steps);
  const metrics = await session.metrics();
  session.close();
  return metrics;
}

/** One strategy, one seed: see `planeRuns`. */
export async function planeRun(
  spec: Spec,
  strategy: string,
  seed: number = spec.seed,
  extras: PlaneExtras = {},
): Promise<PlaneMetrics> {
  const [metrics] = await planeRuns(spec, [strategy], seed, extras);
  return metrics!;
}
