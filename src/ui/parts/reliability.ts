/** Whether "0.8 target" is target 8 times in 10: predicted against observed, with 95 % bars. */
import { html, svg, type TemplateResult } from "lit";
import type { RatioSummary } from "../../experiment/events.ts";
import { linear } from "../chart/scale.ts";
import { wilson } from "../chart/wilson.ts";
import { fixed } from "../text.ts";

const SIZE = 200;
const EDGE = 30;

export function reliability({ reliability: bins, ece }: RatioSummary): TemplateResult {
  const x = linear([0, 1], [EDGE, SIZE - 8]);
  const y = linear([0, 1], [SIZE - EDGE, 8]);
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const used = bins.filter((bin) => bin.count > 0);
  return html`<svg viewBox="0 0 ${SIZE} ${SIZE + 8}" width=${SIZE} height=${SIZE + 8} role="img" aria-label="Predicted against observed share of target responses; calibration error ${fixed(ece, 3)}.">
    ${[0, 0.5, 1].map(
      (at) =>
        svg`<path class="grid" d="M${x(0)} ${y(at)}H${x(1)}M${x(at)} ${y(0)}V${y(1)}"/><text x=${EDGE - 5} y=${y(at) + 4} text-anchor="end">${at}</text><text x=${x(at)} y=${y(0) + 14} text-anchor="middle">${at}</text>`,
    )}
    <path class="zero" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" />
    ${used.map(({ predicted, observed, count }) => {
      const [low, high] = wilson(observed, count);
      return svg`<path class="head" d="M${x(predicted).toFixed(1)} ${y(low).toFixed(1)}V${y(high).toFixed(1)}"/><circle class="f-h" cx=${x(predicted)} cy=${y(observed)} r=${1.5 + 3.5 * Math.sqrt(count / most)}/>`;
    })}
    <text x=${x(1)} y=${y(0) + 28} text-anchor="end">said: P(target)</text>
    <text x=${x(0) + 4} y="14">was target</text>
  </svg>`;
}
