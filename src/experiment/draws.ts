/** The weight and loss of every unit at every step it was drawn, packed: what a group's curve over time is read from. */
import type { Draws, GroupWeight } from "./events.ts";

/** Draws kept of one run, 16 bytes each: beyond that the older half is let go. */
const MOST = 500_000;

export interface DrawLog {
  add(step: number, batch: readonly GroupWeight[]): void;
  /** Draws so far, forgotten ones too: grows whenever something changed. */
  count(): number;
  /** A copy of what is kept so far. */
  draws(): Draws;
}

/** @param most even number of draws kept @param from draws to go on from */
export function drawLog(most = MOST, from?: Draws): DrawLog {
  let count = from?.step.length ?? 0;
  let forgotten = from?.forgotten ?? 0;
  let room = Math.min(most, Math.max(1024, count));
  let columns = makeColumns(room);
  if (from) {
    columns.step.set(from.step);
    columns.unit.set(from.unit);
    columns.weight.set(from.weight);
    columns.loss.set(from.loss);
  }

  function makeRoom(): void {
    const held = columns;
    let from = 0;
    if (count === most) {
      from = most / 2;
      forgotten += from;
    } else room = Math.min(most, 2 * room);
    columns = makeColumns(room);
    columns.step.set(held.step.subarray(from, count));
    columns.unit.set(held.unit.subarray(from, count));
    columns.weight.set(held.weight.subarray(from, count));
    columns.loss.set(held.loss.subarray(from, count));
    count -= from;
  }

  return {
    add(step, batch) {
      for (const { unit, weight, loss } of batch) {
        if (count === room) makeRoom();
        columns.step[count] = step;
        columns.unit[count] = unit;
        columns.weight[count] = weight;
        columns.loss[count] = loss;
        count++;
      }
    },
    count: () => forgotten + count,
    draws: () => ({
      step: columns.step.slice(0, count),
      unit: columns.unit.slice(0, count),
      weight: columns.weight.slice(0, count),
      loss: columns.loss.slice(0, count),
      forgotten,
    }),
  };
}

function makeColumns(length: number) {
  return {
    step: new Uint32Array(length),
    unit: new Uint32Array(length),
    weight: new Float32Array(length),
    loss: new Float32Array(length),
  };
}
