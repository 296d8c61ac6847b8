/** Runs a sweep's cells one after the other: pausable between two steps, stoppable, and every result is stored at once. */
import { messageOf, problemOf, TiltError } from "../../base/errors.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { RunModels } from "../builtin_models.ts";
import { type Control, createControl } from "../control.ts";
import type { Environment, RunEvent, Stage } from "../events.ts";
import type { Lab } from "../job.ts";
import { finished, moved, requeued, type SweepState, skipped, withStatus } from "./queue.ts";
import { type CellResult, cellResult, failedCell } from "./result.ts";
import { type TimeLeft, timeLeft } from "./time.ts";
import type { Cell, Plan } from "./types.ts";

/** What the runner needs of the place it runs in. */
export interface SweepHost {
  /**
   * Runs a cell to its end. Null when it was stopped: nothing of it is kept.
   * @throws when the engine itself is gone; the sweep then stops
   */
  run(cell: Cell, control: Control, emit: (event: RunEvent) => void): Promise<CellResult | null>;
  save(state: SweepState): Promise<void>;
  saveCell(result: CellResult, cell: Cell): Promise<void>;
  dropCell(cell: string): Promise<void>;
  /** Told of everything that happens; rare enough to be sent over a wire. */
  tell(event: SweepEvent): void;
}

/** How far the running cell is. */
export interface CellProgress {
  readonly cell: string;
  readonly stage: Stage;
  readonly done: number;
  readonly of: number;
  readonly note: string;
}

export type SweepEvent =
  | { readonly kind: "state"; readonly state: SweepState; readonly left: TimeLeft | null }
  | { readonly kind: "progress"; readonly progress: CellProgress }
  | { readonly kind: "result"; readonly result: CellResult };

export interface SweepRunner {
  state(): SweepState;
  /** The cell running, if one is. */
  current(): Cell | undefined;
  /** Runs until the queue is empty, or `stop`. Resolves with the state then. @throws what the host throws */
  start(): Promise<SweepState>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends after the current step; the running cell begins again when the sweep goes on. */
  stop(): Promise<void>;
  move(cell: string, to: number): Promise<void>;
  /** Takes a cell out; one that runs is stopped. */
  skip(cell: string): Promise<void>;
  /** Puts a skipped or finished cell back; its result is dropped. */
  again(cell: string): Promise<void>;
  /** Gives the engine away while paused: the running cell is put back whole. Resolves when it is free. */
  yieldEngine(): Promise<void>;
}

/** Milliseconds between two reports of progress. */
const REPORT_MS = 200;

/** @param state as stored @param known results by cell id, of the cells that are done */
export function createSweepRunner(
  plan: Plan,
  stored: SweepState,
  known: ReadonlyMap<string, CellResult>,
  host: SweepHost,
): SweepRunner {
  const cells = new Map(plan.cells.map((cell) => [cell.id, cell]));
  const results = new Map(known);
  let state = stored;
  let control: Control | undefined;
  let current: Cell | undefined;
  let stopping = false;
  let going: Promise<SweepState> | undefined;
  let cellEnded: Promise<unknown> = Promise.resolve();
  let wake: () => void = () => {};

  const left = (): TimeLeft | null => {
    const done = state.done.flatMap((id) => {
      const [cell, result] = [cells.get(id), results.get(id)];
      return cell && result ? [{ cell, result }] : [];
    });
    return timeLeft(
      done,
      state.queue.flatMap((id) => cells.get(id) ?? []),
    );
  };
  const change = async (next: SweepState): Promise<void> => {
    if (next === state) return;
    state = next;
    host.tell({ kind: "state", state, left: left() });
    await host.save(state);
  };

  async function runOne(cell: Cell): Promise<void> {
    const own = createControl();
    control = own;
    current = cell;
    let reported = 0;
    const emit = (event: RunEvent): void => {
      const now = performance.now();
      if (event.kind !== "stage" || (now - reported < REPORT_MS && event.done > 0)) return;
      reported = now;
      const { stage, done, of, note } = event;
      host.tell({ kind: "progress", progress: { cell: cell.id, stage, done, of, note } });
    };
    try {
      const result = await host.run(cell, own, emit);
      // A cell that was skipped while it ran is no longer in the queue.
      if (!result || !state.queue.includes(cell.id)) return;
      results.set(cell.id, result);
      await host.saveCell(result, cell);
      host.tell({ kind: "result", result });
      await change(finished(state, cell.id));
    } finally {
      control = undefined;
      current = undefined;
    }
  }

  async function loop(): Promise<SweepState> {
    stopping = false;
    await change(withStatus(state, "running"));
    try {
      while (!stopping) {
        if (state.status === "paused") {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const cell = cells.get(state.queue[0] ?? "");
        if (!cell) break;
        cellEnded = runOne(cell);
        await cellEnded;
      }
    } finally {
      await change(withStatus(state, state.queue.length === 0 ? "done" : "stopped"));
    }
    return state;
  }

  return {
    state: () => state,
    current: () => current,
    start() {
      going ??= loop().finally(() => {
        going = undefined;
      });
      return going;
    },
    async pause() {
      if (state.status !== "running") return;
      control?.pause();
      await change(withStatus(state, "paused"));
    },
    async resume() {
      if (state.status !== "paused") return;
      await change(withStatus(state, "running"));
      control?.resume();
      wake();
    },
    async stop() {
      stopping = true;
      control?.stop();
      wake();
      await going?.catch(() => {});
    },
    move: (cell, to) => change(moved(state, cell, to, current ? 1 : 0)),
    async skip(cell) {
      await change(skipped(state, cell));
      if (current?.id === cell) control?.stop();
    },
    async again(cell) {
      if (!state.skipped.includes(cell) && !state.done.includes(cell)) return;
      results.delete(cell);
      await host.dropCell(cell);
      await change(requeued(state, cell));
    },
    async yieldEngine() {
      if (state.status !== "paused" || !current) return;
      control?.stop();
      await cellEnded.catch(() => {});
    },
  };
}

/** One cell on a lab. What goes wrong with it is its result, not the sweep's end. */
export async function runCell(
  lab: Lab,
  environment: Environment,
  cell: Cell,
  bring: () => Promise<{ readonly dataset: Dataset } & RunModels>,
  control: Control,
  emit: (event: RunEvent) => void,
): Promise<CellResult | null> {
  const startedAt = new Date().toISOString();
  try {
    const record = await lab.run({ spec: cell.spec, control, emit, ...(await bring()) });
    return record.outcome === "stopped" ? null : cellResult(cell.id, record);
  } catch (thrown) {
    if (control.signal.aborted) return null;
    const problem = thrown instanceof TiltError ? problemOf(thrown) : { what: messageOf(thrown) };
    return failedCell(cell.id, problem, environment, startedAt);
  }
}
