/** Whole runs of Plane without pictures: some 50 ms each at the published size, on the CPU in float64; and their differences. */
import { createCpuBackend } from "../../../src/backend/cpu/cpu_backend.ts";
import { type Interval, interval } from "../../../src/base/statistics.ts";
import type { PlaneMetrics } from "../../../src/experiment/plane/metrics.ts";
import { createPlaneSession } from "../../../src/experiment/plane/session.ts";
import type { PlaneExtras } from "../../../src/experiment/plane/setting.ts";
import type { PlaneSweep } from "../../../src/experiment/plane/sweep.ts";
import { type Spec, withField } from "../../../src/experiment/spec.ts";

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

/** One metric of strategy `a` less that of `b`, paired by seed. A difference is called one only if its interval excludes 0. */
export function pairedDifference(
  sweep: PlaneSweep,
  a: number,
  b: number,
  metric: "rew" | "rewK" | "accuracy" | "loss" | "ess",
): Interval {
  return interval(sweep.map((seed) => seed[a]![metric] - seed[b]![metric]));
}
