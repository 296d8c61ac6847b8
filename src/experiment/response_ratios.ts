/** Ratios of single responses, for the one strategy that weighs responses instead of groups. */
import { meanOf } from "../objective/numerics.ts";
import type { Prepared } from "./prepare.ts";
import type { Ratio } from "./ratio.ts";
import type { Spec } from "./spec.ts";

/** By training unit and slot: the ratio, clipped, and divided by the mean over all of them where the spec says so. */
export function responseRatios(spec: Spec, { units }: Prepared, { estimates }: Ratio): number[][] {
  const { hMin, hMax, normalise } = spec.ratio;
  const clipped = units.map(({ group, responses }) =>
    responses.map((k) =>
      estimates ? Math.min(hMax, Math.max(hMin, Math.exp(estimates[group]![k]!.logRatio))) : 1,
    ),
  );
  const mean = normalise ? meanOf(clipped.flat()) : 1;
  return clipped.map((row) => row.map((h) => (mean > 0 ? h / mean : h)));
}
