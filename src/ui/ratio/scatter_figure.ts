/** On worlds the true log-ratio is known: does the estimate follow it. */
import { html, svg } from "lit";
import type { RatioDetails } from "../../experiment/events.ts";
import type { SourceLook } from "../names.ts";
import type { Drawn } from "../parts/drawn.ts";
import { fixed, integer, signed } from "../text.ts";
import { calibrationSlope, layoutScatter } from "./scatter_layout.ts";

/** @param looks by index of the source in the ratio, target first */
export function scatterFigure(
  truth: NonNullable<RatioDetails["truth"]>,
  looks: readonly SourceLook[],
): Drawn {
  const shown =
    truth.points.length < truth.of
      ? `${integer(truth.points.length)} of ${integer(truth.of)} responses`
      : `${integer(truth.of)} responses`;
  return {
    heading: "Estimated against true",
    unit: `log Q0/P, nats, ${shown}; dashed: equal`,
    draw(width) {
      const layout = layoutScatter(width, truth);
      const { x, y, ticks: at, decimals, fit } = layout;
      const [low, high] = x.domain;
      return html`<svg viewBox="0 0 ${layout.width} ${layout.height}" width=${layout.width} height=${layout.height} role="img" aria-label="The estimated log-ratio against the world’s: correlation ${fixed(truth.correlation, 3)}, slope of the true on the estimated one ${fixed(calibrationSlope(truth), 2)}.">
        ${at.map(
          (value) =>
            svg`<path class="grid" d="M${x(low)} ${y(value).toFixed(1)}H${x(high)}"/><text x=${x(low) - 6} y=${y(value) + 4} text-anchor="end">${signed(value, decimals)}</text><text x=${x(value)} y=${y(low) + 14} text-anchor="middle">${signed(value, decimals)}</text>`,
        )}
        <path class="axis" d=${`M${x(low)} ${y(low)}H${x(high)}`} />
        <path class="zero" d=${`M${x(low)} ${y(low)}L${x(high)} ${y(high)}`} />
        ${layout.dots.map((dot) => svg`<circle class="dot f-${looks[dot.source]?.key ?? "o"}" cx=${dot.x.toFixed(1)} cy=${dot.y.toFixed(1)} r="1.8"/>`)}
        <path class="fit" d=${`M${fit[0].toFixed(1)} ${fit[1].toFixed(1)}L${fit[2].toFixed(1)} ${fit[3].toFixed(1)}`} />
        <g class="haloed"><text class="ttl" x=${x(low) + 6} y=${y(high) + 12}>r ${fixed(truth.correlation, 3)}</text>
        <text x=${x(low) + 6} y=${y(high) + 26}>slope, true on estimated, ${fixed(calibrationSlope(truth), 2)}</text></g>
        <text x=${x(high)} y=${y(low) + 28} text-anchor="end">true, nats</text>
      </svg>`;
    },
    table: () => ({
      columns: [
        { name: "source" },
        { name: "true log-ratio", unit: "nats", decimals: 2 },
        { name: "estimated", unit: "nats", decimals: 2 },
      ],
      rows: truth.points.map(([real, estimate, source]) => [
        looks[source]?.name ?? "unknown",
        real,
        estimate,
      ]),
    }),
  };
}
