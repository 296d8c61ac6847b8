/** A dataset in numbers, for lists and headers. */
import { type Dataset, pairsOf } from "../../data/dataset.ts";
import { labelsOf } from "../../data/packed/groups.ts";
import type { DatasetSummary, Reading } from "../api.ts";
import { dataColumns } from "./row_columns.ts";

/** @param notes what was assumed while reading, in words @param reading how its files were read */
export function summarise(
  dataset: Dataset,
  builtin: boolean,
  notes: readonly string[] = [],
  reading?: Reading,
): DatasetSummary {
  const sources = dataset.sources.map((name) => ({ name, responses: 0, words: 0 }));
  const { words } = dataColumns(dataset);
  let responses = 0;
  let pairs = 0;
  for (const group of labelsOf(dataset.groups)) {
    pairs += pairsOf(group).length;
    for (const response of group.responses) {
      const source = sources[response.source];
      const length = words[responses++]!;
      if (!source) continue;
      source.responses++;
      source.words += length;
    }
  }
  return {
    hash: dataset.hash,
    name: dataset.name,
    format: dataset.format,
    builtin,
    sources: sources.map(({ name, responses: count, words: all }) => ({
      name,
      responses: count,
      meanWords: count > 0 ? all / count : 0,
    })),
    target: dataset.target,
    groups: dataset.groups.length,
    pairs,
    judged: dataset.unpaired.length,
    responses,
    rowsRead: dataset.rowsRead,
    rowsLeftOut: reading?.counts.rowsLeftOut ?? leftOut(dataset),
    problems: dataset.problems,
    problemsOmitted: dataset.problemsOmitted,
    notes,
    ...(reading && { reading }),
  };
}

/** Records that are neither a group nor an unpaired response. */
function leftOut(dataset: Dataset): number {
  const kept = new Set([...dataset.groups, ...dataset.unpaired].map((item) => item.row));
  return Math.max(0, dataset.rowsRead - kept.size);
}
