/** Where a spec's data comes from. Worlds are generated here; files and addresses are the caller's to bring. */
import { TiltError } from "../base/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { chatterWorld } from "../data/worlds/chatter.ts";
import type { Spec } from "./spec.ts";

/** The shares of target, first and second synthetic source. @throws TiltError when they exceed the whole */
export function worldShares({ shareTarget, shareFirst }: Spec["data"]): [number, number, number] {
  const rest = 1 - shareTarget - shareFirst;
  if (rest < -1e-9) {
    throw new TiltError(`The shares of the sources sum to ${(shareTarget + shareFirst).toFixed(2)}.`, {
      where: "data.shareFirst",
      remedy: `Use at most ${(1 - shareTarget).toFixed(2)} for the first synthetic source.`,
    });
  }
  return [shareTarget, shareFirst, Math.max(0, rest)];
}

/** The built-in text dataset of a spec; undefined when the spec names a file, an address, or the plane. */
export function builtinDataset(spec: Spec): Dataset | undefined {
  if (spec.data.source !== "builtin:chatter") return undefined;
  const { groups, responses, shift, kappa, lists } = spec.data;
  // Corruption is the runner's, after the split: held-out groups stay clean.
  return chatterWorld({
    seed: spec.seed,
    groups,
    responses,
    shift,
    kappa,
    lists,
    shares: worldShares(spec.data),
    corruption: 0,
  });
}
