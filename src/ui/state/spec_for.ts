/** Specs for a dataset and a strategy. */
import { type Spec, withField, withFields } from "../../experiment/spec.ts";
import type { DatasetSummary } from "../../worker/api.ts";

/** The address under which a spec names a dataset that is here. */
export function sourceOf(dataset: DatasetSummary): string {
  return dataset.builtin ? `builtin:${dataset.format}` : `file:${dataset.hash}`;
}

/** The settings moved to another dataset. What cannot hold there (exact ratios of a file, lists in Plane) goes back to its default. */
export function specForDataset(spec: Spec, dataset: DatasetSummary): Spec {
  const source = sourceOf(dataset);
  if (spec.data.source === source) return spec;
  try {
    return withField(spec, "data.source", source);
  } catch {
    return withFields(spec, { "data.source": source, "data.responses": 2, "ratio.source": "classifier" });
  }
}

/** The settings under another strategy, which starts from its own defaults. */
export function specForStrategy(spec: Spec, strategy: string): Spec {
  return spec.train.strategy === strategy ? spec : withField(spec, "train.strategy", strategy);
}
