/** A sweep without a lab: results are a function of the spec, and runs end when the test says so. */
import type { Control } from "../../../src/experiment/control.ts";
import { planSweep } from "../../../src/experiment/sweep/plan.ts";
import { newState, type SweepState } from "../../../src/experiment/sweep/queue.ts";
import { readSweep } from "../../../src/experiment/sweep/read.ts";
import type { CellResult } from "../../../src/experiment/sweep/result.ts";
import type { SweepEvent, SweepHost } from "../../../src/experiment/sweep/runner.ts";
import type { Cell } from "../../../src/experiment/sweep/types.ts";

export const small = () =>
  readSweep({
    name: "Small",
    axes: [
      { field: "train.strategy", values: ["erm", "kl_dro"] },
      { field: "train.lambda", values: [0.1, 1, 10] },
    ],
    seeds: [1, 2],
  });

export const start = (sweep = small()) => {
  const plan = planSweep(sweep);
  return { sweep, plan, state: newState(sweep, plan, "2026-01-01T00:00:00.000Z") };
};

export const resultOf = (cell: Cell, value = cell.spec.train.lambda + cell.spec.seed): CellResult => ({
  id: cell.id,
  outcome: "done",
  startedAt: "2026-01-01T00:00:00.000Z",
  seconds: { data: 1, ratio: 2, sft: 3, train: 4 },
  metrics: { "eval_rewards/accuracies": value },
  curves: [],
  digest: cell.id,
  environment: { backend: "cpu", adapter: "fake", features: [], engine: "test", agent: "test" },
});

/** Runs pass the gate once per step; `fail` makes some cells fail, `broken` kills the engine at one. */
export function fakeHost(
  options: {
    readonly steps?: number;
    readonly fail?: (cell: Cell) => boolean;
    readonly broken?: (cell: Cell) => boolean;
  } = {},
) {
  const ran: string[] = [];
  const events: SweepEvent[] = [];
  const stored = { states: [] as SweepState[], cells: new Map<string, CellResult>() };
  const host: SweepHost = {
    async run(cell: Cell, control: Control, emit) {
      try {
        for (let step = 0; step < (options.steps ?? 2); step++) {
          emit({ kind: "stage", stage: "train", done: step, of: 2, note: "" });
          await control.gate();
        }
      } catch {
        return null;
      }
      if (options.broken?.(cell)) throw new Error("device lost");
      ran.push(cell.id);
      if (!options.fail?.(cell)) return resultOf(cell);
      return { ...resultOf(cell), outcome: "failed", problem: { what: "It diverged." }, metrics: {} };
    },
    async save(state) {
      stored.states.push(structuredClone(state));
    },
    async saveCell(result) {
      stored.cells.set(result.id, structuredClone(result));
    },
    async dropCell(cell) {
      stored.cells.delete(cell);
    },
    tell: (event) => void events.push(event),
  };
  return { host, ran, events, stored };
}
