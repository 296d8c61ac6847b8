/** What a sweep will show once it ran, in words, before it does. Pure. */

import type { Sweep } from "../../experiment/sweep.ts";
import { count } from "../text.ts";
import { BAND_FROM } from "./panel_layout.ts";
import { arrangementOf, STEPS } from "./panels_of.ts";

/** One part of what comes out: what it is, and what is in it. */
export interface Outcome {
  readonly what: string;
  readonly holds: string;
}

/** @param metric name of the sweep's metric, for people */
export function outlookOf(sweep: Sweep, metric: string): readonly Outcome[] {
  const { axes, seeds, baseline } = sweep;
  const { lines, x } = arrangementOf(sweep);
  const labelOf = (id: string): string => axes.find((axis) => axis.id === id)?.label ?? id;
  const rest = axes.filter(({ id, values }) => id !== lines && id !== x && values.length > 1);
  const panels = rest.reduce((product, { values }) => product * values.length, 1);
  const settings = axes.reduce((product, { values }) => product * values.length, 1);
  const along = x === STEPS ? "training steps" : labelOf(x);
  const each =
    rest.length > 0 ? `, one for each ${rest.map(({ label }) => label.toLowerCase()).join(" and ")}` : "";
  const line = lines === "" ? "one line" : `a line for each ${labelOf(lines).toLowerCase()}`;
  const spread =
    seeds.length >= BAND_FROM ? "bands are 95 % intervals of the mean" : "each seed is drawn by itself";
  const against = axes.find(({ id }) => id === baseline?.axis)?.values[baseline?.value ?? 0]?.label;
  return [
    { what: count(panels, "chart"), holds: `${metric}${each}: ${line} along ${along}; ${spread}.` },
    {
      what: `A table of ${count(settings, "setting")}`,
      holds: `mean ± its interval${against && settings > 1 ? `, and the difference from ${against}, paired by seed` : ""}. Where an interval covers 0, no winner is named.`,
    },
    {
      what: "Files",
      holds: "every chart as SVG and PNG, every number as CSV, and the sweep itself to run elsewhere.",
    },
  ];
}
