/** Sources of a ratio, target first, each with its look. */
import type { RatioSummary } from "../../experiment/events.ts";
import type { DatasetSummary } from "../../worker/api.ts";
import { sourceLooks } from "../names.ts";
import type { RatioRow } from "./log_ratio_chart.ts";

export function ratioRows(ratio: RatioSummary, dataset: DatasetSummary): readonly RatioRow[] {
  const looks = sourceLooks(dataset);
  const index = (name: string): number => dataset.sources.findIndex((source) => source.name === name);
  const rank = (name: string): number => {
    const at = looks.order.indexOf(index(name));
    return at < 0 ? looks.order.length : at;
  };
  // Several sources taken together are none of the dataset's own.
  const lookOf = (name: string) =>
    index(name) < 0 ? { name, letter: "…", key: "o" } : { ...looks.at(index(name)), name };
  return ratio.bySource
    .toSorted((a, b) => rank(a.source) - rank(b.source))
    .map((of) => ({ look: lookOf(of.source), of }));
}
