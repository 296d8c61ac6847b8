/** Turns at drawing: each figure in a task of its own, a few a frame, so that no view holds up the page. */
import { nextTask } from "../../base/pause.ts";

/** Milliseconds of drawing a frame; what is left over waits for the next. */
const BUDGET = 8;

const waiting: (() => void)[] = [];
let busy = false;

/** Calls `draw` in one of the next frames, after those that asked before. */
export function drawSoon(draw: () => void): void {
  waiting.push(draw);
  if (busy) return;
  busy = true;
  requestAnimationFrame(frame);
}

async function frame(): Promise<void> {
  const start = performance.now();
  for (let draw = waiting.shift(); draw; draw = waiting.shift()) {
    try {
      draw();
    } catch (thrown) {
      reportError(thrown); // the others are drawn all the same
    }
    await nextTask();
    if (performance.now() - start > BUDGET) break;
  }
  if (waiting.length > 0) requestAnimationFrame(frame);
  else busy = false;
}
