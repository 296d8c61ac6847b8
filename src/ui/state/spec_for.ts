/** Specs for a dataset and a strategy. */
import { type Spec, withField, withFields } from "../../experiment/spec.ts";
import type { DatasetSummary } from "../../worker/api.ts";

/** The address under which a spec names a dataset that is here. */
export function sourceOf(dataset: DatasetSummary): string {
  return dataset.builtin ? `builtin:${dataset.format}` : `file:${dataset.hash}`;
}

/** The loss that learns from responses judged one by one. */
export const ON_JUDGED = "kto";

/**
 * The settings moved to another dataset. Where it has no pairs but judged responses, the loss becomes the one that
 * learns from them; a loss of pairs would have nothing to do. What cannot hold there (exact ratios of a file, lists in
 * Plane) goes back to its default.
 */
export function specForDataset(spec: Spec, dataset: DatasetSummary): Spec {
  const source = sourceOf(dataset);
  if (spec.data.source === source) return spec;
  const { pairs, judged = 0 } = dataset;
  const loss: Record<string, string> = pairs === 0 && judged > 0 ? { "train.loss": ON_JUDGED } : {};
  try {
    return withFields(spec, { ...loss, "data.source": source });
  } catch {
    return withFields(spec, {
      ...loss,
      "data.source": source,
      "data.responses": 2,
      "ratio.source": "classifier",
    });
  }
}

/** The settings under another strategy, which starts from its own defaults. */
export function specForStrategy(spec: Spec, strategy: string): Spec {
  return spec.train.strategy === strategy ? spec : withField(spec, "train.strategy", strategy);
}
