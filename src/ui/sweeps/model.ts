/** What the sweeps view knows and does: the draft, the stored sweeps, and the one that is open. */
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import { type FieldValue, fieldsFor, type Spec } from "../../experiment/spec.ts";
import {
  type Axis,
  readSweep,
  SWEEP_PRESETS,
  type Sweep,
  sweepJson,
  withAxis,
  withBase,
} from "../../experiment/sweep.ts";
import type {
  CellProgress,
  CellResult,
  EngineApi,
  SweepEvent,
  SweepPlan,
  SweepState,
  SweepSummary,
  TimeLeft,
} from "../../worker/api.ts";

/** A stored sweep that is shown. */
export interface OpenSweep {
  readonly sweep: Sweep;
  readonly state: SweepState;
  readonly plan: SweepPlan;
  readonly results: ReadonlyMap<string, CellResult>;
  readonly left: TimeLeft | null;
  readonly progress: CellProgress | null;
}

export interface SweepsState {
  readonly draft: Sweep;
  /** Preset that the draft was made from; null once it stands for itself. */
  readonly preset: string | null;
  /** Of the draft; null while it is worked out. */
  readonly planned: SweepPlan | null;
  readonly list: readonly SweepSummary[];
  readonly open: OpenSweep | null;
  /** Id of the sweep that this page runs. */
  readonly running: string | null;
  readonly problem: Problem | null;
}

export interface SweepsModel {
  get(): SweepsState;
  /** @returns a function that ends the subscription */
  subscribe(listener: () => void): () => void;
  usePreset(id: string): void;
  useSpec(spec: Spec): void;
  useFile(file: File): Promise<void>;
  setAxis(id: string, axis: Axis | null): void;
  setSeeds(seeds: readonly number[]): void;
  setBaseline(axis: string, value: number): void;
  /** @returns what is wrong with the value, or null */
  setField(path: string, value: FieldValue): Problem | null;
  resetField(path: string): void;
  refresh(): Promise<void>;
  /** Shows a stored sweep; null shows none. */
  show(id: string | null): Promise<void>;
  /** Stores the draft and runs it. @returns its id, or null when it is no sweep */
  start(): Promise<string | null>;
  /** Runs what is left of a stored sweep. */
  goOn(id: string): void;
  pause(): void;
  resume(): void;
  stop(): void;
  move(cell: string, to: number): void;
  skip(cell: string): void;
  repeat(cell: string): void;
  /** Takes a sweep out of sight, and ends it where it runs; what is stored stays until `remove`. */
  hide(id: string): void;
  /** Takes `hide` back. */
  unhide(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  dismiss(): void;
}

/** Milliseconds between redraws while a sweep runs. */
const REDRAW = 200;
/** Milliseconds of rest before a changed draft is planned anew. */
const REST = 250;

export function createSweepsModel(engine: EngineApi): SweepsModel {
  const first = SWEEP_PRESETS[0]!;
  let state: SweepsState = {
    draft: first.make(),
    preset: first.id,
    planned: null,
    list: [],
    open: null,
    running: null,
    problem: null,
  };
  const listeners = new Set<() => void>();
  let drawing: ReturnType<typeof setTimeout> | undefined;
  let planning: ReturnType<typeof setTimeout> | undefined;
  const hidden = new Set<string>();

  function change(next: Partial<SweepsState>, soon = false): void {
    state = { ...state, ...next };
    if (soon) {
      drawing ??= setTimeout(tell, REDRAW);
    } else tell();
  }
  function tell(): void {
    clearTimeout(drawing);
    drawing = undefined;
    for (const listener of listeners) listener();
  }
  const failed = (thrown: unknown): void => change({ problem: problemOf(thrown) });
  const ask = (work: Promise<unknown>): void => void work.catch(failed);

  function draft(next: Sweep, preset: string | null = null): void {
    change({ draft: next, preset, planned: null, problem: null });
    clearTimeout(planning);
    planning = setTimeout(() => ask(plan(next)), REST);
  }
  async function plan(of: Sweep): Promise<void> {
    const planned = await engine.planSweep(sweepJson(of));
    if (state.draft === of) change({ planned });
  }

  function onEvent(id: string, event: SweepEvent): void {
    const { open } = state;
    if (open?.state.id !== id) return;
    if (event.kind === "progress") change({ open: { ...open, progress: event.progress } }, true);
    else if (event.kind === "state") {
      const progress =
        event.state.status === "running" || event.state.status === "paused" ? open.progress : null;
      change({ open: { ...open, state: event.state, left: event.left, progress } }, true);
    } else {
      const results = new Map(open.results).set(event.result.id, event.result);
      change({ open: { ...open, results, progress: null } }, true);
    }
  }

  async function refresh(): Promise<void> {
    const list = await engine.sweeps();
    change({ list: list.filter(({ id }) => !hidden.has(id)) });
  }

  async function show(id: string | null): Promise<void> {
    if (id === null) return change({ open: null });
    const found = hidden.has(id) ? null : await engine.sweep(id);
    if (!found) {
      return change({
        open: null,
        problem: {
          what: "This sweep is not stored in this browser.",
          where: id,
          remedy: "Choose another, or start it again.",
        },
      });
    }
    const results = new Map(found.results.map((result) => [result.id, result]));
    const progress = state.open?.state.id === id ? state.open.progress : null;
    change({ open: { ...found, sweep: readSweep(found.state.sweep), results, progress } });
  }

  function goOn(id: string): void {
    change({ running: id, problem: null });
    engine
      .runSweep(id, (event) => onEvent(id, event))
      .catch(failed)
      .finally(async () => {
        change({ running: null });
        await refresh().catch(failed);
        if (state.open?.state.id === id) await show(id).catch(failed);
      });
  }

  /** Changes the queue of the open sweep; one that does not run is read again. */
  function alter(act: (id: string) => Promise<void>): void {
    const id = state.open?.state.id;
    if (id === undefined) return;
    ask(
      act(id).then(async () => {
        if (state.running !== id) await show(id);
      }),
    );
  }

  draft(state.draft, state.preset);
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    usePreset(id) {
      const preset = SWEEP_PRESETS.find((one) => one.id === id);
      if (preset) draft(preset.make(), id);
    },
    useSpec: (base) => draft({ ...state.draft, base, name: "Sweep" }),
    async useFile(file) {
      try {
        draft(readSweep(JSON.parse(await file.text())));
      } catch (thrown) {
        failed(thrown instanceof SyntaxError ? new Error(`${file.name} is not JSON.`) : thrown);
      }
    },
    setAxis: (id, axis) => draft(withAxis(state.draft, id, axis), state.preset),
    setSeeds: (seeds) => draft({ ...state.draft, seeds }, state.preset),
    setBaseline: (axis, value) => draft({ ...state.draft, baseline: { axis, value } }, state.preset),
    setField(path, value) {
      try {
        draft(withBase(state.draft, { [path]: value }), state.preset);
        return null;
      } catch (thrown) {
        return problemOf(thrown);
      }
    },
    resetField(path) {
      const field = fieldsFor(state.draft.base).find((one) => one.path === path);
      if (field) draft(withBase(state.draft, { [path]: field.default }), state.preset);
    },
    refresh,
    show,
    async start() {
      try {
        const id = await engine.makeSweep(sweepJson(state.draft));
        await refresh();
        await show(id);
        goOn(id);
        return id;
      } catch (thrown) {
        failed(thrown);
        return null;
      }
    },
    goOn,
    pause: () => ask(engine.pauseSweep()),
    resume: () => ask(engine.resumeSweep()),
    stop: () => ask(engine.stopSweep()),
    move: (cell, to) => alter((id) => engine.moveCell(id, cell, to)),
    skip: (cell) => alter((id) => engine.skipCell(id, cell)),
    repeat: (cell) => alter((id) => engine.repeatCell(id, cell)),
    hide(id) {
      hidden.add(id);
      if (state.running === id) ask(engine.stopSweep());
      change({
        list: state.list.filter((stored) => stored.id !== id),
        ...(state.open?.state.id === id && { open: null }),
      });
    },
    async unhide(id) {
      hidden.delete(id);
      await refresh().catch(failed);
    },
    async remove(id) {
      try {
        await engine.deleteSweep(id);
        if (state.open?.state.id === id) change({ open: null });
        await refresh();
      } catch (thrown) {
        failed(thrown);
      }
    },
    dismiss: () => change({ problem: null }),
  };
}
