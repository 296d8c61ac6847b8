/** Whether "0.8 target" is target 8 times in 10, before and after calibration. */
import { html, svg } from "lit";
import { wilson } from "../../base/statistics.ts";
import type { Reliability } from "../../experiment/events.ts";
import type { Drawn } from "../parts/drawn.ts";
import { fixed } from "../text.ts";
import { layoutReliability } from "./reliability_layout.ts";

const GAP = 12;
const MOST = 200;

/** @param before null where nothing was calibrated @param heading says of which source, where not of all */
export function reliabilityFigure(
  before: Reliability | null,
  after: Reliability,
  heading = "Is the classifier honest?",
): Drawn {
  const parts = before
    ? ([
        ["before", before],
        ["after", after],
      ] as const)
    : ([["not calibrated", after]] as const);
  return {
    heading,
    unit: `${after.bins.length} bins of equal mass; bars: 95 %`,
    draw(width) {
      const each = Math.min(MOST, (width - GAP * (parts.length - 1)) / parts.length);
      const laid = parts.map(([name, of], i) => ({
        name,
        of,
        layout: layoutReliability(of, i * (each + GAP), each),
      }));
      const { height } = laid[0]!.layout;
      const whole = parts.length * each + GAP * (parts.length - 1);
      const told = laid.map(({ name, of }) => `${name} ${fixed(of.ece, 3)}`).join(", ");
      return html`<svg viewBox="0 0 ${whole} ${height}" width=${whole} height=${height} role="img" aria-label="Predicted against observed share of target responses. Expected calibration error: ${told}.">
        ${laid.map(({ name, of, layout: { x, y, dots } }, i) => {
          return svg`${[0, 0.5, 1].map(
            (at) =>
              svg`<path class="grid" d="M${x(0)} ${y(at)}H${x(1)}M${x(at)} ${y(0)}V${y(1)}"/>${i === 0 ? svg`<text x=${x(0) - 5} y=${y(at) + 4} text-anchor="end">${at}</text>` : ""}<text x=${x(at)} y=${y(0) + 14} text-anchor="middle">${at}</text>`,
          )}
          <path class="zero" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/>
          ${dots.map((dot) => svg`<path class="head" d="M${dot.x.toFixed(1)} ${dot.low.toFixed(1)}V${dot.high.toFixed(1)}"/><circle class="f-h" cx=${dot.x.toFixed(1)} cy=${dot.y.toFixed(1)} r=${dot.r.toFixed(1)}/>`)}
          <text class="ttl" x=${x(0)} y="13">${name}</text><text x=${x(1)} y="13" text-anchor="end">ECE ${fixed(of.ece, 3)}</text>
          ${i === laid.length - 1 ? svg`<text x=${x(1)} y=${y(0) + 28} text-anchor="end">said: P(target)</text>` : ""}
          ${i === 0 ? svg`<text x=${x(0) + 4} y=${y(1) + 12}>was target</text>` : ""}`;
        })}
      </svg>`;
    },
    table: () => ({
      columns: [
        { name: "bin" },
        { name: "calibration" },
        { name: "said", decimals: 3 },
        { name: "was target", decimals: 3 },
        { name: "95 % from", decimals: 3 },
        { name: "to", decimals: 3 },
        { name: "responses" },
      ],
      rows: parts.flatMap(([name, { bins }]) =>
        bins.map(({ predicted, observed, count, effective }, i) => [
          i + 1,
          name,
          predicted,
          observed,
          ...wilson(observed, effective),
          count,
        ]),
      ),
    }),
  };
}
