/**
 * A live Plane session on the page: what is shown, and what every control does. The Play view has one with a slider for the
 * shift; a lesson makes its own with other strategies and settings.
 */
import { problemOf } from "../../base/errors.ts";
import { PLANE_STRATEGIES, planeSpec } from "../../experiment/plane/preset.ts";
import type { FieldValue } from "../../experiment/spec.ts";
import type { EngineApi, PlaneEvent, PlaneExtras, PlaneOpened } from "../../worker/api.ts";
import { NO_FRAMES, newestStep, type PlaneHistory, viewingStep, withFrame } from "./history.ts";
import type { Seeds } from "./words.ts";

/** Settings that differ from the published ones, by path; see `planeSpec`. */
export type Changes = Readonly<Record<string, FieldValue>>;

export interface PlayState {
  /** Where the controls stand; the session may still be on its way there. */
  readonly changes: Changes;
  readonly opened: PlaneOpened | null;
  /** Settings of the session that is shown. */
  readonly shown: Changes;
  readonly strategies: readonly string[];
  readonly history: PlaneHistory;
  readonly playing: boolean;
  /** Steps per second of the last stretch; kept while standing. */
  readonly rate: number;
  /** Steps per second wished for. */
  readonly pace: number;
  /** What happened to the session on its way, in words; empty when nothing did. */
  readonly note: string;
  readonly problem: { readonly what: string; readonly remedy?: string } | null;
  /** Whole runs of several seeds with the settings shown, so far. */
  readonly seeds: Seeds;
}

/** The shift of the first sight: where the biased source does most harm. */
export const FIRST_SHIFT = 0.75;
export const MOST_SHIFT = 1.5;

export const shiftOf = (changes: Changes): number => Number(changes["data.shift"] ?? 1);

export const PACES: readonly (readonly [pace: number, name: string])[] = [
  [8, "8 steps/s"],
  [40, "40 steps/s"],
  [Number.POSITIVE_INFINITY, "no limit"],
];
export const SEEDS = 8;
/** How long the slider rests before other seeds are run, ms. */
const REST = 500;

export interface PlayModel {
  readonly get: () => PlayState;
  /** @returns a function that ends it */
  subscribe(listener: () => void): () => void;
  /**
   * Opens the first session and plays it, or shows its last step where nothing may move by itself.
   * @param to step shown first; 0 waits at the start
   */
  start(quiet: boolean, to?: number): void;
  toggle(): void;
  play(): void;
  pause(): void;
  step(): void;
  reset(): void;
  /** Changes settings: the world bends at once, and training goes on where it stood. */
  change(changes: Changes): void;
  setPace(pace: number): void;
  view(step: number | null): void;
  /** Opens the session again on a new worker. */
  reopen(): void;
  /** Ends the session for good. */
  close(): void;
}

export interface PlayOptions {
  /** Pictures per second at most. */
  readonly frames: number;
  /** Registry ids, one panel each; the page's four when absent. */
  readonly strategies?: readonly string[];
  /** Settings to begin with; the first sight's when absent. */
  readonly changes?: Changes;
  readonly extras?: PlaneExtras;
  /** Seeds run once nothing moves; as many as Play runs when absent, 0 for none. */
  readonly seeds?: number;
}

export function createPlayModel(engine: EngineApi, options: PlayOptions): PlayModel {
  const { frames, extras, strategies = PLANE_STRATEGIES, changes = { "data.shift": FIRST_SHIFT } } = options;
  const { seeds: wanted = SEEDS } = options;
  let closed = false;
  let state: PlayState = {
    changes,
    opened: null,
    shown: changes,
    strategies,
    history: NO_FRAMES,
    playing: false,
    rate: 0,
    pace: PACES[1]![0],
    note: "",
    problem: null,
    seeds: [],
  };
  const listeners = new Set<() => void>();
  let opening = false;
  let resting: ReturnType<typeof setTimeout> | undefined;

  function set(change: Partial<PlayState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }
  const finished = (): boolean => state.opened !== null && newestStep(state.history) >= state.opened.steps;
  const request = (settings: Changes) => ({
    spec: planeSpec(settings),
    strategies,
    ...(extras && { extras }),
  });
  const tell = (thrown: unknown): void => set({ problem: problemOf(thrown), playing: false });
  /** Asks the open session for something. */
  const ask = (act: (id: number) => Promise<unknown>): void => {
    if (state.opened) act(state.opened.id).catch(tell);
  };

  /** A session on the GPU that failed goes on where it stood, on the CPU; one on the CPU can only say why. */
  function failed(id: number | null, { what, remedy }: Extract<PlaneEvent, { kind: "failed" }>): void {
    if (id !== null && id !== state.opened?.id) return;
    if (state.opened?.backend !== "webgpu" || id === null) {
      set({ problem: { what, ...(remedy && { remedy }) }, playing: false });
      return;
    }
    void engine.closePlane(state.opened.id).catch(() => {});
    set({ opened: null, note: "The GPU stopped answering; this goes on on the CPU" });
    void follow(newestStep(state.history), "cpu");
  }

  /** Frames of a session that is not shown yet are kept until it is. */
  async function open(settings: Changes, rushTo: number, device: "ready" | "cpu"): Promise<void> {
    let own = NO_FRAMES;
    let id: number | null = null;
    const onEvent = (event: PlaneEvent): Promise<void> | undefined => {
      if (event.kind === "failed") {
        failed(id, event);
        return undefined;
      }
      if (id === null) {
        own = withFrame(own, event.frame);
        return undefined;
      }
      if (id !== state.opened?.id) return undefined;
      const history = withFrame(state.history, event.frame);
      const done = event.frame.step >= state.opened.steps;
      set({ history, ...(event.rate > 0 && { rate: event.rate }), ...(done && { playing: false }) });
      if (done) rest();
      return painted();
    };
    const before = state.opened;
    const opened = await engine.openPlane({ ...request(settings), rushTo, device }, onEvent);
    if (closed) {
      void engine.closePlane(opened.id).catch(() => {});
      return;
    }
    id = opened.id;
    if (before) void engine.closePlane(before.id).catch(() => {});
    set({ opened, shown: settings, history: own, problem: null, seeds: [] });
    if (state.playing) void engine.playPlane(opened.id, state.pace, frames).catch(tell);
  }

  /** Opens the session of where the controls stand, and again while they moved on meanwhile. */
  async function follow(rushTo: number, device: "ready" | "cpu" = "ready"): Promise<void> {
    if (opening) return;
    opening = true;
    try {
      do {
        if (state.opened) await engine.pausePlane(state.opened.id);
        await open(state.changes, rushTo, device);
      } while (state.changes !== state.shown && !closed);
      if (!state.playing) rest();
    } catch (thrown) {
      tell(thrown);
    } finally {
      opening = false;
    }
  }

  /** Other seeds of the same world, once nothing moves. */
  function rest(): void {
    clearTimeout(resting);
    if (wanted === 0) return;
    resting = setTimeout(() => {
      if (closed || !finished() || state.seeds.length >= wanted || document.hidden) return;
      const settings = state.shown;
      const onSeed = (seeds: Seeds): void => {
        if (settings === state.shown) set({ seeds });
      };
      engine.sweepPlane(request(settings), wanted, onSeed).catch(tell);
    }, REST);
  }

  function play(): void {
    if (state.playing) return;
    const again = finished();
    // The next run may have the GPU, which was not ready when a page's first session began.
    const upgrade = again && state.opened?.backend === "cpu";
    set({ playing: true, history: again && !upgrade ? NO_FRAMES : viewingStep(state.history, null) });
    if (opening) return;
    if (upgrade) {
      void follow(0);
      return;
    }
    ask(async (id) => {
      if (again) await engine.resetPlane(id);
      await engine.playPlane(id, state.pace, frames);
    });
  }

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(quiet, to = quiet ? Number.POSITIVE_INFINITY : 0) {
      if (state.opened || opening) return;
      set({ playing: !quiet });
      void follow(to);
    },
    toggle: () => (state.playing ? pause() : play()),
    play,
    pause,
    step() {
      set({ playing: false, history: viewingStep(state.history, null) });
      ask((id) => engine.stepPlane(id));
    },
    reset() {
      set({ playing: false });
      ask((id) => engine.resetPlane(id));
    },
    change(wanted) {
      const next = { ...state.changes, ...wanted };
      if (Object.entries(wanted).every(([path, value]) => state.changes[path] === value)) return;
      clearTimeout(resting);
      if (state.note !== "") set({ note: "" });
      void engine.stopPlaneSweep().catch(() => {});
      set({ changes: next });
      void follow(newestStep(state.history));
    },
    setPace(pace) {
      set({ pace });
      if (state.playing) ask((id) => engine.playPlane(id, pace, frames));
    },
    view: (step) => set({ history: viewingStep(state.history, step) }),
    reopen() {
      const rushTo = newestStep(state.history);
      opening = false;
      set({ opened: null, problem: null });
      void follow(rushTo);
    },
    close() {
      closed = true;
      clearTimeout(resting);
      listeners.clear();
      if (state.opened) void engine.closePlane(state.opened.id).catch(() => {});
    },
  };

  function pause(): void {
    if (!state.playing) return;
    set({ playing: false });
    ask((id) => engine.pausePlane(id));
  }
}

/** Resolves once the page has drawn: the worker sends the next frame after that. A hidden page does not hold it up. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, 250);
    requestAnimationFrame(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
