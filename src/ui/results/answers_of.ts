/** The judged answers of a column: what is stored, and what is coming in. Pure. */
import type { JudgedRun, RewardSource, WorldReward } from "../../experiment/judge_types.ts";
import type { Column } from "./columns.ts";
import type { Coming } from "./model.ts";
import type { Answers } from "./verdicts.ts";

export interface ColumnAnswers extends Answers {
  readonly by: RewardSource | null;
  /** Whether more answers are coming, or a seed of the column has none yet. */
  readonly provisional: boolean;
  /** By seed, on worlds. */
  readonly worlds: ReadonlyMap<number, WorldReward>;
  /** How the answers were drawn, to tell judgements apart that cannot be compared. */
  readonly drawn: readonly string[];
}

export function answersOf(
  column: Column,
  judged: ReadonlyMap<string, JudgedRun>,
  coming: ReadonlyMap<string, Coming>,
): ColumnAnswers {
  const bySeed = new Map<number, JudgedRun["items"]>();
  const worlds = new Map<number, WorldReward>();
  const drawn = new Set<string>();
  let by: RewardSource | null = null;
  let of = 0;
  let provisional = false;
  for (const { id, spec } of column.runs) {
    const now = coming.get(id);
    const known = judged.get(id);
    const items = now?.items ?? known?.items;
    if (!items) continue;
    bySeed.set(spec!.seed, items);
    by ??= now?.by ?? known!.by;
    of += now?.of ?? items.length;
    if (now) provisional = true;
    else if (known) {
      drawn.add(`seed ${known.settings.seed}, temperature ${known.settings.temperature}`);
      if (known.world) worlds.set(spec!.seed, known.world);
    }
  }
  if (bySeed.size > 0 && bySeed.size < column.runs.length) provisional = true;
  return {
    key: column.key,
    label: column.label,
    bySeed,
    of: provisional && bySeed.size > 0 ? Math.ceil((of * column.runs.length) / bySeed.size) : of,
    by,
    provisional,
    worlds,
    drawn: [...drawn],
  };
}
