/** What is known of a sweep's progress, and every way it changes. Pure: it is stored after each change. */
import type { Plain } from "../plain.ts";
import { sweepHash, sweepJson } from "./read.ts";
import type { Plan, Sweep } from "./types.ts";

export interface SweepState {
  readonly id: string;
  /** Canonical form. */
  readonly sweep: { readonly [key: string]: Plain };
  /** ISO 8601. */
  readonly createdAt: string;
  /** Cells still to run, in order; the first is the one running. */
  readonly queue: readonly string[];
  /** Cells that a person took out. */
  readonly skipped: readonly string[];
  /** Cells with a result, in the order they ended. */
  readonly done: readonly string[];
  /** "stopped" waits for somebody to go on: after Stop, a reload or a crash. */
  readonly status: "running" | "paused" | "stopped" | "done";
}

/** @param now ISO 8601 */
export function newState(sweep: Sweep, plan: Plan, now: string): SweepState {
  return {
    id: `${now}-${sweepHash(sweep).slice(0, 8)}`,
    sweep: sweepJson(sweep),
    createdAt: now,
    queue: plan.cells.map(({ id }) => id),
    skipped: [],
    done: [],
    status: "stopped",
  };
}

/**
 * A stored state as it can go on: whoever ran it is gone, and cells whose result was stored are done, although the state
 * may have been stored a moment earlier.
 */
export function revived(state: SweepState, results: readonly string[]): SweepState {
  const done = [...state.done.filter((id) => results.includes(id))];
  for (const id of results) if (!done.includes(id)) done.push(id);
  const lost = state.done.filter((id) => !results.includes(id));
  const queue = [...lost, ...state.queue.filter((id) => !done.includes(id))];
  return { ...state, done, queue, status: queue.length === 0 ? "done" : "stopped" };
}

export function withStatus(state: SweepState, status: SweepState["status"]): SweepState {
  return { ...state, status };
}

export function finished(state: SweepState, cell: string): SweepState {
  return {
    ...state,
    queue: state.queue.filter((id) => id !== cell),
    done: [...state.done.filter((id) => id !== cell), cell],
  };
}

/**
 * Moves a waiting cell to a place in the queue. The running cell stays the first.
 * @param locked how many cells at the front stay where they are: 1 while one runs
 */
export function moved(state: SweepState, cell: string, to: number, locked: number): SweepState {
  const from = state.queue.indexOf(cell);
  if (from < locked) return state;
  const rest = state.queue.filter((id) => id !== cell);
  const at = Math.max(locked, Math.min(rest.length, to));
  return { ...state, queue: [...rest.slice(0, at), cell, ...rest.slice(at)] };
}

export function skipped(state: SweepState, cell: string): SweepState {
  if (!state.queue.includes(cell)) return state;
  return { ...state, queue: state.queue.filter((id) => id !== cell), skipped: [...state.skipped, cell] };
}

/** Puts a skipped or finished (failed, say) cell back at the end of the queue. */
export function requeued(state: SweepState, cell: string): SweepState {
  if (!state.skipped.includes(cell) && !state.done.includes(cell)) return state;
  return {
    ...state,
    queue: [...state.queue, cell],
    skipped: state.skipped.filter((id) => id !== cell),
    done: state.done.filter((id) => id !== cell),
    status: state.status === "done" ? "stopped" : state.status,
  };
}
