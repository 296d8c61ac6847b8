/** Which groups a run trains on, and which it keeps for judging. */
import { stream } from "../base/random.ts";
import type { Dataset } from "../data/dataset.ts";
import { splitByPrompt } from "../data/split.ts";
import type { Spec } from "./spec.ts";

/** Group indices, ascending. @throws TiltError when no prompt is left to train on */
export function splitOfRun(
  { seed, data }: Spec,
  dataset: Pick<Dataset, "groups" | "unpaired">,
): { readonly train: readonly number[]; readonly heldOut: readonly number[] } {
  const { train, heldOut } = splitByPrompt(dataset, { seed, heldOut: data.heldOut });
  return { train: limited(train, data.maxGroups, seed), heldOut };
}

/** At most `most` of the indices (0: all), drawn by the seed, in their old order. */
function limited(indices: readonly number[], most: number, seed: number): number[] {
  if (most === 0 || indices.length <= most) return indices.slice();
  return stream(seed, "data/limit")
    .shuffle(indices)
    .slice(0, most)
    .sort((a, b) => a - b);
}
