/** What to look out for in a dataset: rows that are copies, prompts on both sides of the split, lengths by source. */
import type { Dataset } from "../../data/dataset.ts";
import type { Copies } from "../../data/duplicates.ts";
import { labelsOf } from "../../data/packed/groups.ts";
import type { DataChecks, RowFlag } from "../api.ts";
import { dataColumns } from "./row_columns.ts";
import type { Knowledge } from "./row_knowledge.ts";
import { FLAG_NAMES } from "./row_page.ts";

const BINS = 32;

/** @param copies null where the comparison was stopped */
export function dataChecks(dataset: Dataset, knowledge: Knowledge, copies: Copies | null): DataChecks {
  const { choice, split, flags } = knowledge;
  const counts = Object.fromEntries(FLAG_NAMES.map(([flag]) => [flag, 0])) as Record<RowFlag, number>;
  for (const bits of flags ?? [])
    for (const [flag, bit] of FLAG_NAMES) if ((bits & bit) !== 0) counts[flag]++;
  return {
    split: {
      seed: choice.seed,
      share: choice.heldOut,
      train: split.train.length,
      heldOut: split.heldOut.length,
      prompts: split.prompts,
    },
    flags: copies ? counts : null,
    unsure: copies?.unsure ?? 0,
    lengths: lengthsBySource(dataset),
  };
}

/** Words per response by source. The bins end at the 99th percentile; the last one holds what is longer. */
function lengthsBySource(dataset: Dataset): DataChecks["lengths"] {
  const { words } = dataColumns(dataset);
  const all = words.slice().sort();
  const most = all[Math.floor(0.99 * (all.length - 1))] ?? 0;
  // Whole words per bin, so that no bin holds one length more than its neighbour.
  const width = Math.max(1, Math.ceil((most + 1) / BINS));
  const bins = Math.max(1, Math.ceil((most + 1) / width));
  const own = new Map<number, number[]>();
  let at = 0;
  for (const { responses } of labelsOf(dataset.groups))
    for (const { source } of responses) {
      const lengths = own.get(source) ?? [];
      own.set(source, lengths);
      lengths.push(words[at++]!);
    }
  return [...own].map(([source, lengths]) => {
    const counts = new Array<number>(bins).fill(0);
    for (const length of lengths) counts[Math.min(bins - 1, Math.floor(length / width))]!++;
    lengths.sort((a, b) => a - b);
    return { source, low: 0, high: bins * width, counts, median: lengths[lengths.length >> 1]! };
  });
}
