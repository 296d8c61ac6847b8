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

/** Mean and 95 % half-width (Student's t) of some numbers; the half-width is NaN for fewer than two. */
export interface Estimate {
  readonly mean: number;
  readonly half: number;
  /** Standard deviation. */
  readonly sd: number;
  readonly n: number;
}

export function estimateOf(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { mean, sd, n, half: (quantile(n - 1) * sd) / Math.sqrt(n) };
}

/** One metric of strategy `a` less that of `b`, paired by seed. A difference is called one only if its interval excludes 0. */
export function pairedDifference(
  sweep: PlaneSweep,
  a: number,
  b: number,
  metric: "rew" | "rewK" | "accuracy" | "loss" | "ess",
): Estimate {
  return estimateOf(sweep.map((seed) => seed[a]![metric] - seed[b]![metric]));
}

/** 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5, to four terms); within 0.002 from 4 degrees of freedom up. */
function quantile(degrees: number): number {
  if (degrees < 1) return Number.NaN;
  const exact = [12.706, 4.303, 3.182];
  if (degrees <= exact.length) return exact[degrees - 1]!;
  const x = 1.959963984540054;
  const g1 = (x ** 3 + x) / 4;
  const g2 = (5 * x ** 5 + 16 * x ** 3 + 3 * x) / 96;
  const g3 = (3 * x ** 7 + 19 * x ** 5 + 17 * x ** 3 - 15 * x) / 384;
  const g4 = (79 * x ** 9 + 776 * x ** 7 + 1482 * x ** 5 - 1920 * x ** 3 - 945 * x) / 92160;
  return x + g1 / degrees + g2 / degrees ** 2 + g3 / degrees ** 3 + g4 / degrees ** 4;
}
