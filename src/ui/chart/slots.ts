/** Turns at drawing: as many figures a frame as fit into a few milliseconds, so that no view holds up the page. */

/** Milliseconds of drawing a frame; what is left over waits for the next. */
const BUDGET = 8;

const waiting: (() => void)[] = [];
let asked = false;

/** Calls `draw` in one of the next frames, after those that asked before. */
export function drawSoon(draw: () => void): void {
  waiting.push(draw);
  if (asked) return;
  asked = true;
  requestAnimationFrame(frame);
}

function frame(): void {
  const start = performance.now();
  asked = false;
  for (let draw = waiting.shift(); draw; draw = waiting.shift()) {
    draw();
    if (performance.now() - start > BUDGET) break;
  }
  if (waiting.length === 0) return;
  asked = true;
  requestAnimationFrame(frame);
}
