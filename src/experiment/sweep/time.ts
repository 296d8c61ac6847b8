/** How long the rest of a sweep takes: from the seconds of its own finished cells, and from nothing else. */
import { sharesWith } from "./plan.ts";
import type { CellResult } from "./result.ts";
import type { Cell } from "./types.ts";

export interface TimeLeft {
  readonly seconds: number;
  /** Finished cells that it was measured on. */
  readonly from: number;
}

/**
 * What a cell makes for those after it (data, reference, ratio) is counted once per such cell; the rest grows with steps
 * and batch.
 * @param done in the order they ran @param waiting in the order they will run
 * @returns null while no cell is done
 */
export function timeLeft(
  done: readonly { readonly cell: Cell; readonly result: CellResult }[],
  waiting: readonly Cell[],
): TimeLeft | null {
  const measured = done.filter(({ result }) => result.outcome === "done");
  if (measured.length === 0) return null;
  let shared = 0;
  let makers = 0;
  let training = 0;
  let amount = 0;
  for (const { cell, result } of measured) {
    const { data = 0, ratio = 0, sft = 0, train = 0, reference = 0, evaluate = 0 } = result.seconds;
    const own = data + ratio + sft;
    const before = done[done.findIndex((one) => one.cell === cell) - 1]?.cell.spec;
    if (!sharesWith(cell.spec, before)) {
      shared += own;
      makers++;
    }
    training += train + reference + evaluate;
    amount += work(cell);
  }
  const perMaker = makers > 0 ? shared / makers : 0;
  let before = done.at(-1)?.cell.spec;
  let seconds = 0;
  for (const cell of waiting) {
    if (!sharesWith(cell.spec, before)) seconds += perMaker;
    seconds += (training / amount) * work(cell);
    before = cell.spec;
  }
  return { seconds, from: measured.length };
}

/** Groups that training reads, and a few for judging. */
function work({ spec }: Cell): number {
  const { train, online, eval: judged } = spec;
  const rounds = Math.max(1, online.rounds);
  const evaluations = 2 + (train.evalEvery > 0 ? train.steps / train.evalEvery : 0);
  return rounds * (3 * train.steps * train.batch + evaluations * (judged.groups || 100));
}
