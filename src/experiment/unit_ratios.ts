/** From ratios of responses to one per training unit. */
import type { Dataset } from "../data/dataset.ts";
import { calibrateRatios, type Reduction, recommendReduction, reduceRatios } from "../objective/reduction.ts";
import type { Ratio, RatioData } from "./ratio.ts";
import type { Spec } from "./spec.ts";

/** One calibrated h per training unit: reduced over its responses, clipped, divided by its mean. */
export function unitRatios(spec: Spec, prepared: RatioData, ratio: Ratio): number[] {
  const raw = rawUnitRatios(spec, prepared, ratio);
  if (!raw) return prepared.units.map(() => 1);
  const { hMin, hMax, normalise } = spec.ratio;
  return calibrateRatios(raw, { min: hMin, max: hMax, meanOne: normalise }).h;
}

/** One ratio per training unit, before clipping; null where there is no ratio. */
export function rawUnitRatios(spec: Spec, { units, dataset }: RatioData, ratio: Ratio): number[] | null {
  const { estimates, logSourceRatios, shares } = ratio;
  if (!estimates) return null;
  // A weight in the file is the row's own: as it is, whatever the row's responses.
  if (spec.ratio.source === "weight") return units.map(({ group }) => dataset.groups[group]!.weight ?? 1);
  const oneSourcePerGroup = units.every(({ group, responses }) => {
    const sources = responses.map((k) => dataset.groups[group]!.responses[k]!.source);
    return sources.every((source) => source === sources[0]);
  });
  const perSourceRatios = logSourceRatios !== null;
  const reduction: Reduction =
    spec.ratio.reduction === "auto"
      ? recommendReduction({ oneSourcePerGroup, perSourceRatios }).reduction
      : spec.ratio.reduction;
  return units.map(({ group, responses }) =>
    reduceRatios(
      reduction,
      {
        h: responses.map((k) => Math.exp(estimates[group]![k]!.logRatio)),
        ...(logSourceRatios && { logRatios: responses.map((k) => logSourceRatios[group]![k]!) }),
      },
      { shares, slot: targetSlot(dataset, group, responses) },
    ),
  );
}

/** The slot of the target's response in a unit; the last one where it has none. */
function targetSlot(dataset: Dataset, group: number, responses: readonly number[]): number {
  return responses.findIndex((k) => dataset.groups[group]!.responses[k]!.source === dataset.target);
}
