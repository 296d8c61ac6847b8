/** From ratios of responses to one per training unit. */
import type { Dataset } from "../data/dataset.ts";
import { calibrateRatios, type Reduction, recommendReduction, reduceRatios } from "../objective/reduction.ts";
import { logPooledRatio, logRatioByForm, logReleasedWeight, type RatioForm } from "../ratio/estimators.ts";
import type { Ratio, RatioData } from "./ratio.ts";
import { orderOfRun } from "./run_responses.ts";
import type { Spec } from "./spec.ts";

/** One calibrated h per training unit: reduced over its responses, clipped, divided by its mean. */
export function unitRatios(spec: Spec, prepared: RatioData, ratio: Ratio): number[] {
  const raw = rawUnitRatios(spec, prepared, ratio);
  if (!raw) return prepared.units.map(() => 1);
  const { hMin, hMax, normalise } = spec.ratio;
  return calibrateRatios(raw, { min: hMin, max: hMax, meanOne: normalise }).h;
}

/** One ratio per training unit, before clipping; null where there is no ratio. */
export function rawUnitRatios(spec: Spec, prepared: RatioData, ratio: Ratio): number[] | null {
  const { units, dataset } = prepared;
  const { estimates, logSourceRatios, shares } = ratio;
  if (!estimates) return null;
  // A weight in the file is the row's own: as it is, whatever the row's responses.
  if (spec.ratio.source === "weight") return units.map(({ group }) => dataset.groups[group]!.weight ?? 1);
  const oneSourcePerGroup = units.every(({ group, responses }) => {
    const sources = responses.map((k) => dataset.groups[group]!.responses[k]!.source);
    return sources.every((source) => source === sources[0]);
  });
  const perSourceRatios = logSourceRatios !== null;
  const form = formOf(spec);
  // The released code averages its weights, which are a response's own, over the list.
  const usual = (): Reduction =>
    form === "released" ? "mean" : recommendReduction({ oneSourcePerGroup, perSourceRatios }).reduction;
  const reduction = spec.ratio.reduction === "auto" ? usual() : spec.ratio.reduction;
  if (reduction === "joint" && logSourceRatios && form) {
    const order = orderOfRun(prepared);
    return units.map(({ group, responses }) =>
      jointRatio(
        form,
        responses.map((k) => logSourceRatios[group]![k]!),
        shares,
        order.of(dataset.groups[group]!.responses[responses[0]!]!.source),
      ),
    );
  }
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

/** A form that is no exact one, and so is not what `reduceRatios` makes of a group. */
type InexactForm = Exclude<RatioForm, "mixture" | "posterior">;

/** The form asked for, where it is not exact; a ratio that nobody estimates has no form. */
function formOf({ ratio: { source, form } }: Spec): InexactForm | undefined {
  return source !== "classifier" || form === "mixture" || form === "posterior" ? undefined : form;
}

/**
 * The form of a whole group from one source: its log w_i = log Q0/Qi are the responses', added up per source.
 * @param logRatios [response][source] @param shares target first @param category the group's own source, for `released`
 */
function jointRatio(
  form: InexactForm,
  logRatios: readonly (readonly number[])[],
  [alpha, ...beta]: readonly number[],
  category: number,
): number {
  const logW = beta.map((_, source) => logRatios.reduce((sum, own) => sum + own[source]!, 0));
  if (form !== "released") return Math.exp(logRatioByForm(form, logW, { alpha: alpha!, beta }));
  const share = category > 0 ? beta[category - 1]! : alpha!;
  const others = beta.map((one) => one / (1 - alpha!));
  return Math.exp(logReleasedWeight(logPooledRatio(logW, others), 1 / (beta.length + 1), share));
}

/** The slot of the target's response in a unit; the last one where it has none. */
function targetSlot(dataset: Dataset, group: number, responses: readonly number[]): number {
  return responses.findIndex((k) => dataset.groups[group]!.responses[k]!.source === dataset.target);
}
