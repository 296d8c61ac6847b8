/** A chart of curves as SVG: axes, words and what is pointed at; the lines too, where no canvas draws them. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { type CurveFrame, type CurveLayout, ROOMY } from "../chart/curves.ts";
import type { CurveMetric } from "../metrics.ts";
import { fixed, integer, plain } from "../text.ts";

type Told = Pick<CurveMetric, "id" | "title" | "unit" | "bounds" | "decimals">;

export interface CurveSvg {
  readonly metric: Told;
  readonly width: number;
  readonly height: number;
  /** Step that is read out; null for the picture that leaves the page. */
  readonly cursor: number | null;
  /** The stretch that is dragged over, in pixels. */
  readonly over?: readonly [number, number] | null;
  /** Whether there is room for short names alone. */
  readonly tight: boolean;
}

export function curveSvg(frame: CurveFrame | CurveLayout, picture: CurveSvg): TemplateResult {
  const { metric, width, height, cursor, over, tight } = picture;
  const drawn = frame.lines.some((line) => line.at !== null);
  const told = drawn || metric.bounds !== undefined;
  const reading = cursor !== null;
  return html`<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${finding(frame, metric)}>
    ${isLayout(frame) || !drawn ? paths(frame, told, `clip-${metric.id}`) : nothing} ${tickWords(frame, told)}
    ${frame.lines.map((line) => label(line, frame, metric, reading, width >= ROOMY, tight))}
    ${cursor === null || !drawn ? nothing : hairline(frame, cursor)}
    ${over ? stretch(frame, over) : nothing}
  </svg>`;
}

/** What the picture shows, in one sentence. */
function finding({ lines }: CurveFrame, { title, unit, decimals }: Told): string {
  const values = lines.filter((line) => line.value !== null);
  if (values.length === 0) return `${title}: nothing yet.`;
  const last = Math.max(...values.map((line) => line.series.points.at(-1)![0]));
  const each = values.map((line) => `${line.series.label} ${fixed(line.value, decimals)}`);
  return `${title}, ${unit}, at step ${integer(last)}: ${each.join(", ")}.`;
}

function isLayout(frame: CurveFrame | CurveLayout): frame is CurveLayout {
  return frame.lines.every((line) => "path" in line);
}

/** Grid, axes and lines, where no canvas draws them. @param told whether the value axis means anything yet */
function paths(frame: CurveFrame | CurveLayout, told: boolean, clip: string) {
  const { x, y, left, right, top, bottom, xTicks, yTicks } = frame;
  return svg`${yTicks.map((value) => svg`<path class="grid" d="M${left} ${y(value).toFixed(1)}H${right}"/>`)}
    <path class="axis" d="M${left} ${bottom}H${right}"/>
    ${xTicks.map((step) => svg`<path class="axis" d="M${x(step).toFixed(1)} ${bottom}v4"/>`)}
    ${
      told && isLayout(frame)
        ? svg`<defs><clipPath id=${clip}><rect x=${left} y=${top - 4} width=${Math.max(0, right - left + 3)} height=${bottom - top + 8}/></clipPath></defs>
          <g clip-path="url(#${clip})">${frame.lines.map(
            ({ series, path, rawPath, bandPath, seedPaths }) =>
              svg`${
                bandPath === "" ? nothing : svg`<path class="band b-${series.key}" d=${bandPath}/>`
              }${seedPaths.map((seed) => svg`<path class="curve seed k-${series.key}" d=${seed}/>`)}${
                rawPath === "" ? nothing : svg`<path class="curve raw k-${series.key}" d=${rawPath}/>`
              }<path class="curve k-${series.key}" d=${path}/>`,
          )}</g>`
        : nothing
    }`;
}

function tickWords({ x, y, left, bottom, xTicks, yTicks, decimals, logValues }: CurveFrame, told: boolean) {
  return svg`${yTicks.map(
    (value) =>
      svg`<text x=${left - 6} y=${y(value) + 4} text-anchor="end">${told ? (logValues ? plain(value) : fixed(value, decimals)) : nothing}</text>`,
  )}
    ${xTicks.map((step, i) => {
      const last = i === xTicks.length - 1;
      const words = integer(step);
      return svg`<text x=${x(step)} y=${bottom + 16} text-anchor="middle">${words}</text>${
        last ? svg`<text x=${x(step) + 5 + 3.5 * words.length} y=${bottom + 16}>steps</text>` : nothing
      }`;
    })}`;
}

function label(
  line: CurveFrame["lines"][number],
  frame: CurveFrame,
  metric: Pick<CurveMetric, "decimals">,
  reading: boolean,
  roomy: boolean,
  tight: boolean,
) {
  const { series, at, value, labelY } = line;
  if (!at || !Number.isFinite(at[1])) return nothing;
  const reads = fixed(value, metric.decimals);
  const short = reading || tight ? series.short : series.label;
  const text = tight
    ? reading
      ? reads
      : short
    : roomy
      ? `${series.label} ${reads}`
      : reading
        ? `${short} ${reads}`
        : short;
  return svg`<circle class="b-${series.key}" r="2.6" cx=${at[0]} cy=${at[1]}/>
    <text class="label b-${series.key}" x=${frame.labelX} y=${labelY + 4}>${text}</text>`;
}

function hairline({ x, bottom, right }: CurveFrame, step: number) {
  const at = x(step);
  const left = at > right - 60;
  return svg`<path class="head" d="M${at.toFixed(1)} 8V${bottom}"/><text class="ttl" x=${at + (left ? -5 : 5)} y="16" text-anchor=${left ? "end" : "start"}>step ${integer(step)}</text>`;
}

function stretch({ bottom, top }: CurveFrame, [from, to]: readonly [number, number]) {
  return svg`<rect class="stretch" x=${from} y=${top} width=${to - from} height=${bottom - top}/>`;
}
