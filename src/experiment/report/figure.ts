/** A chart of curves over steps as inline SVG: hairlines, round ticks, a name at the end of each line. */
import { type Markup, markup } from "./markup.ts";
import { digits } from "./numbers.ts";

export interface Line {
  readonly label: string;
  /** Class that carries colour and dash: see style.ts. */
  readonly look: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

export interface Figure {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** A step to mark, with a word. */
  readonly mark?: { readonly step: number; readonly word: string };
}

/** About as wide as a phone: a chart is read at its own size there, and a little larger beside another. */
const WIDTH = 400;
const HEIGHT = 200;
const LEFT = 46;
const RIGHT = WIDTH - 150;
const TOP = 8;
const BOTTOM = HEIGHT - 24;
/** Most points drawn of one line. */
const MAX_POINTS = 400;

/** A <figure> with its chart and a sentence for those who do not see it; null when no line has a point. */
export function figure({ title, unit, lines, mark }: Figure): Markup | null {
  const drawn = lines
    .map((line) => ({ ...line, points: thinned(line.points.filter(([, y]) => Number.isFinite(y))) }))
    .filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return null;
  const steps = Math.max(1, ...drawn.map(({ points }) => points.at(-1)![0]));
  const axis = ticks(drawn.flatMap(({ points }) => points.map(([, y]) => y)));
  const [low, high] = [axis[0]!, axis.at(-1)!];
  const x = (step: number) => LEFT + (step / steps) * (RIGHT - LEFT);
  const y = (value: number) => BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP);
  const spots = apart(drawn.map(({ points }) => y(points.at(-1)![1])));
  const sentence = `${title}${unit ? `, ${unit}` : ""}, over ${steps} steps. ${drawn
    .map(({ label, points }) => `${label} ends at ${digits(points.at(-1)![1])}`)
    .join("; ")}.`;
  return markup`<figure>
<figcaption><b>${title}</b> <span>${unit}</span></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${sentence}">
${axis.map((value) => markup`<path class="grid" d="M${LEFT} ${at(y(value))}H${RIGHT}"/><text x="${LEFT - 6}" y="${at(y(value) + 4)}" text-anchor="end">${digits(value)}</text>`)}
<path class="axis" d="M${LEFT} ${BOTTOM}H${RIGHT}"/>
${[0, Math.round(steps / 2), steps].map((step) => markup`<text x="${at(x(step))}" y="${HEIGHT - 8}" text-anchor="middle">${step}</text>`)}
<text x="${at(RIGHT + 6 + 3.5 * String(steps).length)}" y="${HEIGHT - 8}">steps</text>
${mark ? markup`<path class="mark" d="M${at(x(mark.step))} ${TOP}V${BOTTOM}"/><text x="${at(x(mark.step) + 4)}" y="${TOP + 10}">${mark.word}</text>` : null}
${drawn.map(
  ({ label, look, points }, i) =>
    markup`<path class="line ${look}" d="${points.map(([step, value], j) => `${j ? "L" : "M"}${at(x(step))} ${at(y(value))}`).join("")}"/><text class="end ${look}" x="${RIGHT + 8}" y="${at(spots[i]! + 4)}">${label} ${digits(points.at(-1)![1], 3)}</text>`,
)}
</svg></figure>`;
}

const at = (pixel: number): string => pixel.toFixed(1);

/** Every n-th point, the last always. */
function thinned<T>(points: readonly T[]): readonly T[] {
  const every = Math.ceil(points.length / MAX_POINTS);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/** Three to six round values around all of them. */
function ticks(values: readonly number[]): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (high - low < 1e-9 * Math.max(1, Math.abs(high))) {
    const room = Math.abs(high) * 0.05 || 0.5;
    [low, high] = [low - room, high + room];
  }
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw)!;
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Positions at least a text line apart, in the order of those wanted. */
function apart(wanted: readonly number[]): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const result = [...wanted];
  let from = TOP;
  for (const i of order) from = (result[i] = Math.max(wanted[i]!, from)) + 14;
  let to = BOTTOM;
  for (const i of order.reverse()) to = (result[i] = Math.min(result[i]!, to)) - 14;
  return result;
}
