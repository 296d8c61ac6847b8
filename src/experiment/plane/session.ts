/**
 * A Plane session: several strategies trained side by side, step by step, from the same start on the same batches, and
 * looked at whenever one likes. Everything is a function of the spec: a rerun or a reset gives the same numbers, bit for
 * bit on one backend. Works on the GPU and, without one, on the CPU.
 *
 *     const session = await createPlaneSession(createCpuBackend(), planeSpec({ "data.shift": 0.5 }), ["erm", "reweight"]);
 *     await session.step(300);
 *     const [erm, reweight] = await session.metrics();
 *     session.close();
 *
 * For whole runs without pictures see run.ts, for many seeds sweep.ts.
 */
import type { Backend } from "../../backend/backend.ts";
import { planeGrid } from "../../data/worlds/plane_grid.ts";
import { planeBatches } from "../../model/plane_batches.ts";
import { stepper } from "../learning_rate.ts";
import type { Spec } from "../spec.ts";
import { type Arm, createArm } from "./arm.ts";
import { type PlaneLook, type PlaneMetrics, planeMetrics } from "./metrics.ts";
import { type PlaneExtras, type PlaneSetting, planeObjective, planeSetting } from "./setting.ts";

/** Everything that can be drawn after a step; strategies in the session's order, each array one strategy after the other. */
export interface PlaneFrame {
  /** Steps done, from 0. */
  readonly step: number;
  /** [strategies, cells] probability of each cell of the grid. */
  readonly density: Float32Array;
  readonly metrics: readonly PlaneMetrics[];
  /** The last batch; empty before the first step. */
  readonly batch: {
    /** [batch] which training pair, its source and its ratio. */
    readonly pairs: Uint32Array;
    readonly sources: Uint8Array;
    readonly h: Float32Array;
    /** [strategies, batch] loss, nats, and tilt weight as a multiple of the equal share. */
    readonly losses: Float32Array;
    readonly weights: Float32Array;
  };
}

export interface PlaneSession {
  readonly setting: PlaneSetting;
  readonly strategies: readonly string[];
  /** Steps done. */
  readonly at: number;
  /**
   * Takes up to `count` steps, no further than the spec's last. On the CPU the work is done when this returns, and
   * 100 steps of four strategies take some 50 ms; on the GPU it is submitted.
   * @returns steps done
   */
  step(count?: number): number;
  /** Density, metrics and last batch of every strategy. */
  frame(): Promise<PlaneFrame>;
  metrics(): Promise<readonly PlaneMetrics[]>;
  /** Back to step 0: the same start, the same batches, the same numbers. */
  reset(): void;
  /** Frees everything; the backend stays the caller's. */
  close(): void;
}

/**
 * @param strategies ids of the registry, e.g. PLANE_STRATEGIES; each with the spec's λ or ρ where it has one
 * @throws TiltError when the spec is not about Plane, or a strategy does not go with it
 */
export async function createPlaneSession(
  backend: Backend,
  spec: Spec,
  strategies: readonly string[],
  extras: PlaneExtras = {},
): Promise<PlaneSession> {
  const setting = await planeSetting(spec, extras);
  const { pairs, batch, test, steps } = setting;
  const objectives = strategies.map((strategy) => planeObjective(setting, strategy));
  const grid = planeGrid();
  const cells = grid.points.length / 2;
  const looks = [grid.points, pairs.points, test];
  const lookCount = looks.reduce((sum, points) => sum + points.length / 2, 0);
  const shared = {
    batch: backend.tensor("plane batch", "f32", 4 * batch),
    looks: backend.tensor("plane looking points", "f32", 2 * lookCount),
    lookCount,
  };
  let offset = 0;
  for (const points of looks) {
    backend.write(shared.looks, points, offset);
    offset += points.length;
  }
  const rate = stepper(spec.train);
  const arms: Arm[] = await Promise.all(
    objectives.map((objective) => createArm(backend, setting, objective, shared, rate)),
  );
  let batches = planeBatches(pairs.count, batch, spec.seed);
  let last: readonly number[] = [];
  let at = 0;

  function advance(): void {
    last = batches.next().value;
    const points = new Float64Array(4 * batch);
    const sources = new Uint32Array(2 * batch);
    last.forEach((pair, i) => {
      points.set(pairs.points.subarray(4 * pair, 4 * pair + 4), 4 * i);
      sources.fill(pairs.sources[pair]!, 2 * i, 2 * i + 2);
    });
    const h = last.map((pair) => pairs.h[pair]!);
    backend.write(shared.batch, points);
    rate.set(at);
    for (const arm of arms) {
      arm.load(h, sources);
      arm.step();
    }
    at++;
  }

  async function lookOf(arm: Arm): Promise<PlaneLook> {
    const f = await arm.look();
    const middle = cells + 2 * pairs.count;
    return { grid: f.subarray(0, cells), pairs: f.subarray(cells, middle), test: f.subarray(middle) };
  }

  const judge = (arm: Arm, look: PlaneLook): PlaneMetrics => planeMetrics(grid, arm.objective, pairs, look);

  return {
    setting,
    strategies,
    get at() {
      return at;
    },
    step(count = 1) {
      for (let i = 0; i < count && at < steps; i++) advance();
      return at;
    },
    async metrics() {
      return Promise.all(arms.map(async (arm) => judge(arm, await lookOf(arm))));
    },
    async frame() {
      const step = at;
      const drawn = last;
      const seen = await Promise.all(arms.map((arm) => Promise.all([lookOf(arm), arm.batch()])));
      const density = new Float32Array(arms.length * cells);
      const losses = new Float32Array(arms.length * drawn.length);
      const weights = new Float32Array(arms.length * drawn.length);
      const metrics = seen.map(([look, done], s) => {
        density.set(grid.policy(look.grid), s * cells);
        if (drawn.length > 0) {
          losses.set(done.losses, s * drawn.length);
          weights.set(asShares(done.tilt), s * drawn.length);
        }
        return judge(arms[s]!, look);
      });
      const sources = Uint8Array.from(drawn, (pair) => pairs.sources[pair]!);
      const h = Float32Array.from(drawn, (pair) => pairs.h[pair]!);
      return {
        step,
        density,
        metrics,
        batch: { pairs: Uint32Array.from(drawn), sources, h, losses, weights },
      };
    },
    reset() {
      for (const arm of arms) arm.reset();
      batches = planeBatches(pairs.count, batch, spec.seed);
      last = [];
      at = 0;
    },
    close() {
      for (const arm of arms) arm.free();
      backend.free(shared.batch);
      backend.free(shared.looks);
    },
  };
}

/** Tilt weights as multiples of their mean. */
function asShares(tilt: ArrayLike<number>): Float32Array {
  let total = 0;
  for (let i = 0; i < tilt.length; i++) total += tilt[i]!;
  return Float32Array.from(tilt, (weight) => (total > 0 ? (weight * tilt.length) / total : 0));
}
