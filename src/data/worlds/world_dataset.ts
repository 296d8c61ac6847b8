/** A world's groups as a dataset: nothing was read, so nothing was wrong with it. */
import type { Dataset } from "../dataset.ts";

/** @param world the first of its sources is the target */
export function worldDataset(
  world: Pick<Dataset, "name" | "hash" | "format" | "sources" | "groups">,
): Dataset {
  return {
    ...world,
    target: 0,
    unpaired: [],
    rowsRead: world.groups.length,
    problems: [],
    problemsOmitted: 0,
  };
}
