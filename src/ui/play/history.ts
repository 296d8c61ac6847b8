/** The frames of a session that the page keeps, and which of them is looked at. Pure. */
import type { PlaneFrame } from "../../worker/api.ts";

export interface PlaneHistory {
  /** In order of steps, the first one step 0 unless the session began later. */
  readonly frames: readonly PlaneFrame[];
  /** Step looked at; null for the newest. */
  readonly viewing: number | null;
}

export const NO_FRAMES: PlaneHistory = { frames: [], viewing: null };

/** Frames kept at most: every second one goes when there are more, the first and the newest stay. */
const MOST = 720;

/** Takes in a frame. One that lies before the newest starts the history over from there, as after a reset. */
export function withFrame({ frames, viewing }: PlaneHistory, frame: PlaneFrame): PlaneHistory {
  const before = frames.filter((one) => one.step < frame.step);
  const restarted = before.length < frames.length && frames.at(-1)!.step !== frame.step;
  const kept = before.length < MOST ? before : before.filter((_, i) => i % 2 === 0);
  return { frames: [...kept, frame], viewing: restarted ? null : viewing };
}

/** The newest step; 0 before the first frame. */
export function newestStep({ frames }: PlaneHistory): number {
  return frames.at(-1)?.step ?? 0;
}

/** The frame looked at: the last one not after the viewed step. */
export function shownFrame({ frames, viewing }: PlaneHistory): PlaneFrame | undefined {
  if (viewing === null) return frames.at(-1);
  return frames.findLast((frame) => frame.step <= viewing) ?? frames[0];
}

/** Looks at a step; the newest or one past it means "whatever is newest". */
export function viewingStep(history: PlaneHistory, step: number | null): PlaneHistory {
  const newest = newestStep(history);
  const wanted = step === null || step >= newest ? null : Math.max(0, Math.round(step));
  return wanted === history.viewing ? history : { ...history, viewing: wanted };
}

/** The step that a key of the scrubber leads to, or undefined for other keys. */
export function scrubKey(history: PlaneHistory, key: string): number | null | undefined {
  const at = shownFrame(history)?.step ?? 0;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return history.frames.findLast((frame) => frame.step < at)?.step ?? at;
    case "ArrowRight":
    case "ArrowUp":
      return history.frames.find((frame) => frame.step > at)?.step ?? null;
    case "PageUp":
      return at + 50;
    case "PageDown":
      return Math.max(0, at - 50);
    case "Home":
      return 0;
    case "End":
      return null;
    default:
      return undefined;
  }
}
