/** What the limits on h do: to how many training units, and how much of the sample is left after weighting. */
import { effectiveShare } from "../objective/reduction.ts";
import type { Clipping, ClippingAt } from "./events.ts";
import type { Prepared } from "./prepare.ts";
import type { Ratio } from "./ratio.ts";
import type { Spec } from "./spec.ts";
import { rawUnitRatios } from "./unit_ratios.ts";

/** Limits looked at beside the one in force, equally far apart in log h. */
const LIMITS = 49;
const LOWEST = 1;
/** Where no h is larger, the limits end here all the same. */
const AT_LEAST = 4;

/** Undefined where there is no ratio. */
export function clippingOf(
  spec: Spec,
  prepared: Pick<Prepared, "dataset" | "train" | "heldOut" | "units">,
  ratio: Ratio,
): Clipping | undefined {
  const raw = rawUnitRatios(spec, prepared, ratio);
  if (!raw || raw.length === 0) return undefined;
  const { dataset, units } = prepared;
  const fromTarget = units.map(
    ({ group, responses }) =>
      dataset.target >= 0 && dataset.groups[group]!.responses[responses[0]!]!.source === dataset.target,
  );
  const { hMin, hMax } = spec.ratio;
  const top = Math.max(AT_LEAST, ...raw.filter(Number.isFinite).map((value) => 1.02 * value));
  const limits = Array.from({ length: LIMITS }, (_, i) =>
    Number((LOWEST * (top / LOWEST) ** (i / (LIMITS - 1))).toPrecision(3)),
  );
  const all = [...new Set([...limits, hMax])].sort((a, b) => a - b);
  return { hMin, hMax, units: raw.length, curve: all.map((limit) => at(raw, fromTarget, hMin, limit)) };
}

function at(raw: readonly number[], fromTarget: readonly boolean[], hMin: number, hMax: number): ClippingAt {
  const h = raw.map((value) => Math.min(hMax, Math.max(hMin, value)));
  const total = h.reduce((sum, value) => sum + value, 0);
  const target = h.reduce((sum, value, i) => sum + (fromTarget[i] ? value : 0), 0);
  return {
    hMax,
    clipped: h.filter((value, i) => value !== raw[i]).length,
    ess: effectiveShare(h),
    onTarget: fromTarget.includes(true) && total > 0 ? target / total : null,
  };
}
