/** Pause, step, resume and stop: a gate that long work passes between two steps. */
import { nextTask } from "../base/pause.ts";

/** Thrown by the gate once a run was stopped. Not an error to show. */
export class Stopped extends Error {
  constructor() {
    super("stopped");
    this.name = "Stopped";
  }
}

export interface Control {
  pause(): void;
  /** Lets one step through, then pauses again. */
  step(): void;
  resume(): void;
  stop(): void;
  readonly paused: boolean;
  /** Aborted by `stop`; for work that takes a signal. */
  readonly signal: AbortSignal;
  /**
   * Called before every step. Yields to other tasks; returns at once while running, waits while paused.
   * @throws Stopped after `stop`
   */
  gate(): Promise<void>;
}

/**
 * @param onPaused called each time the work comes to rest at the gate
 * @param onResumed called when it goes on after that
 */
export function createControl(onPaused: () => void = () => {}, onResumed: () => void = () => {}): Control {
  const abort = new AbortController();
  let paused = false;
  let allowed = 0;
  let wake: () => void = () => {};

  return {
    pause() {
      paused = true;
    },
    step() {
      paused = true;
      allowed++;
      wake();
    },
    resume() {
      paused = false;
      allowed = 0;
      wake();
    },
    stop() {
      abort.abort(new Stopped());
      wake();
    },
    get paused() {
      return paused;
    },
    signal: abort.signal,
    async gate() {
      await nextTask();
      if (paused && allowed === 0 && !abort.signal.aborted) {
        onPaused();
        while (paused && allowed === 0 && !abort.signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (!abort.signal.aborted) onResumed();
      }
      if (abort.signal.aborted) throw new Stopped();
      if (allowed > 0) allowed--;
    },
  };
}
