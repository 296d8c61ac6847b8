/** The live session behind the Play view: what is shown, and what every control does. */
import { problemOf } from "../../base/errors.ts";
import { PLANE_STRATEGIES, planeSpec } from "../../experiment/plane/preset.ts";
import type { EngineApi, PlaneEvent, PlaneOpened } from "../../worker/api.ts";
import { NO_FRAMES, newestStep, type PlaneHistory, viewingStep, withFrame } from "./history.ts";
import type { Seeds } from "./words.ts";

export interface PlayState {
  /** Where the slider stands; the session may still be on its way there. */
  readonly shift: number;
  readonly opened: PlaneOpened | null;
  /** Shift of the session that is shown. */
  readonly shownShift: number;
  readonly history: PlaneHistory;
  readonly playing: boolean;
  /** Steps per second of the last stretch; kept while standing. */
  readonly rate: number;
  /** Steps per second wished for. */
  readonly pace: number;
  /** What happened to the session on its way, in words; empty when nothing did. */
  readonly note: string;
  readonly problem: { readonly what: string; readonly remedy?: string } | null;
  /** Whole runs of several seeds at this shift, so far. */
  readonly seeds: Seeds;
}

export const STRATEGIES = PLANE_STRATEGIES;
/** The shift of the first sight: where the biased source does most harm. */
export const FIRST_SHIFT = 0.75;
export const MOST_SHIFT = 1.5;
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
  /** Opens the first session and plays it, or shows its last step where nothing may move by itself. */
  start(quiet: boolean): void;
  toggle(): void;
  play(): void;
  pause(): void;
  step(): void;
  reset(): void;
  setShift(shift: number): void;
  setPace(pace: number): void;
  view(step: number | null): void;
  /** Opens the session again on a new worker. */
  reopen(): void;
}

/** @param frames pictures per second at most */
export function createPlayModel(engine: EngineApi, frames: number): PlayModel {
  let state: PlayState = {
    shift: FIRST_SHIFT,
    opened: null,
    shownShift: FIRST_SHIFT,
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
  const request = (shift: number) => ({ spec: planeSpec({ "data.shift": shift }), strategies: STRATEGIES });
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
  async function open(shift: number, rushTo: number, device: "ready" | "cpu"): Promise<void> {
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
    const opened = await engine.openPlane({ ...request(shift), rushTo, device }, onEvent);
    id = opened.id;
    if (before) void engine.closePlane(before.id).catch(() => {});
    set({ opened, shownShift: shift, history: own, problem: null, seeds: [] });
    if (state.playing) void engine.playPlane(opened.id, state.pace, frames).catch(tell);
  }

  /** Opens the session of where the slider stands, and again while it moved on meanwhile. */
  async function follow(rushTo: number, device: "ready" | "cpu" = "ready"): Promise<void> {
    if (opening) return;
    opening = true;
    try {
      do {
        if (state.opened) await engine.pausePlane(state.opened.id);
        await open(state.shift, rushTo, device);
      } while (state.shift !== state.shownShift);
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
    resting = setTimeout(() => {
      if (!finished() || state.seeds.length >= SEEDS || document.hidden) return;
      const shift = state.shownShift;
      const onSeed = (seeds: Seeds): void => {
        if (shift === state.shownShift) set({ seeds });
      };
      engine.sweepPlane(request(shift), SEEDS, onSeed).catch(tell);
    }, REST);
  }

  function play(): void {
    if (state.playing) return;
    const again = finished();
    set({ playing: true, history: again ? NO_FRAMES : viewingStep(state.history, null) });
    if (opening) return;
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
    start(quiet) {
      if (state.opened || opening) return;
      set({ playing: !quiet });
      void follow(quiet ? Number.POSITIVE_INFINITY : 0);
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
    setShift(shift) {
      if (shift === state.shift) return;
      clearTimeout(resting);
      if (state.note !== "") set({ note: "" });
      void engine.stopPlaneSweep().catch(() => {});
      set({ shift });
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
