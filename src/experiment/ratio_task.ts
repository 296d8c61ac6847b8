/** From responses with their sources and folds to what the source classifier is trained on, whatever its features are. */
import type { Csr } from "../base/csr.ts";
import type { RatioTask } from "../ratio/ratio_options.ts";
import type { RatioSamples } from "./ratio_samples.ts";

/** @returns the task for features with a row per response; all else of it is made once */
export function ratioTask({
  texts,
  category,
  names,
  fold,
  folds,
  prompt,
}: Pick<RatioSamples, "texts" | "category" | "names" | "fold" | "folds" | "prompt">): (
  features: Csr,
) => RatioTask {
  const known = {
    category,
    synthetic: names.length - 1,
    fold,
    folds,
    ...(prompt && { prompt }),
    lengths: texts.map((text) => text.length),
    names,
  };
  return (features) => ({ features, ...known });
}
