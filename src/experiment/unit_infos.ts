/** What is told of each training unit: where it comes from, and its h. */
import type { UnitInfo } from "./events.ts";
import type { Prepared } from "./prepare.ts";
import type { Ratio } from "./ratio.ts";
import { responseRatios } from "./response_ratios.ts";
import type { Spec } from "./spec.ts";
import { unitRatios } from "./unit_ratios.ts";

export function unitInfos(spec: Spec, prepared: Prepared, ratio: Ratio): UnitInfo[] {
  const h = unitRatios(spec, prepared, ratio);
  const byResponse =
    spec.train.strategy === "released_rrhf" ? responseRatios(spec, prepared, ratio) : undefined;
  return prepared.units.map((unit, index): UnitInfo => {
    const group = prepared.dataset.groups[unit.group]!;
    const source = group.responses[unit.responses[0]!]!.source;
    const responseH = byResponse?.[index];
    return {
      group: group.id,
      row: group.row,
      responses: unit.responses,
      source,
      h: h[index]!,
      ...(responseH && { responseH }),
    };
  });
}
