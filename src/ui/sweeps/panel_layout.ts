/** Geometry of small multiples: panels that share their axes. Pure: numbers in, numbers and paths out. */
import { pushApart } from "../chart/labels.ts";
import { linePath, type Point } from "../chart/path.ts";
import { linear, type Scale, ticks } from "../chart/scale.ts";

/** One line of a panel: means with half-widths of their intervals, or single seeds where too few make one. */
export interface Line {
  readonly id: string;
  readonly label: string;
  /** Class that carries colour and dash. */
  readonly key: string;
  readonly points: readonly { readonly x: number; readonly mean: number; readonly half: number }[];
  /** Seeds in it. */
  readonly n: number;
  readonly each: readonly (readonly Point[])[];
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** What all panels have in common. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly { readonly at: number; readonly label: string }[];
  readonly yTicks: readonly number[];
  readonly decimals: number;
}

/** From this many seeds on an interval is drawn; below, each seed by itself. */
export const BAND_FROM = 3;
const TOP = 10;
const FOOT = 22;
const LABELS = 92;

/** @param names of the places along x, where x is an axis of the sweep; else x is steps */
export function frameOf(
  panels: readonly Panel[],
  width: number,
  height: number,
  names: readonly string[] | null,
  bounds?: readonly [number, number],
): Frame {
  const lines = panels.flatMap((panel) => panel.lines);
  const values = lines.flatMap((line) =>
    line.n >= BAND_FROM
      ? line.points.flatMap(({ mean, half }) => [mean - half, mean + half])
      : line.each.flatMap((seed) => seed.map(([, y]) => y)),
  );
  const finite = values.filter(Number.isFinite);
  const within = (value: number): number =>
    bounds ? Math.min(bounds[1], Math.max(bounds[0], value)) : value;
  const low = within(finite.length > 0 ? Math.min(...finite) : (bounds?.[0] ?? 0));
  const high = within(finite.length > 0 ? Math.max(...finite) : (bounds?.[1] ?? 1));
  const pad = high > low ? 0 : Math.abs(high) * 0.05 || 0.5;
  const axis = ticks(within(low - pad), within(high + pad), 4);
  const left = 12 + 6.5 * Math.max(...axis.values.map((value) => value.toFixed(axis.decimals).length));
  const right = width - LABELS;
  const bottom = height - FOOT;
  const last = Math.max(1, ...lines.flatMap((line) => line.points.map((point) => point.x)));
  const x = names
    ? linear([-0.4, Math.max(0.6, names.length - 0.6)], [left, right])
    : linear([0, last], [left, right]);
  const xTicks = names
    ? names.map((label, at) => ({ at, label }))
    : ticks(0, last, 3)
        .values.filter((step) => step <= last)
        .map((at) => ({ at, label: String(at) }));
  const y = linear([axis.values[0]!, axis.values.at(-1)!], [bottom, TOP]);
  return { width, height, left, right, bottom, x, y, xTicks, yTicks: axis.values, decimals: axis.decimals };
}

export interface DrawnLine {
  readonly line: Line;
  readonly path: string;
  /** The interval as an area; empty where single seeds are drawn. */
  readonly band: string;
  readonly seeds: readonly string[];
  /** Points with their intervals, where x is an axis. */
  readonly marks: readonly {
    readonly x: number;
    readonly y: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly end: Point | null;
  readonly labelY: number;
}

/** @param apart moves the lines of ordinal panels beside each other, so that intervals do not hide each other */
export function drawLines({ lines }: Panel, frame: Frame, apart: boolean): DrawnLine[] {
  const { x, y } = frame;
  const [bottom, top] = [y(frame.yTicks[0]!), y(frame.yTicks.at(-1)!)];
  /** Intervals may reach past what the quantity can be; the drawing does not. */
  const inside = (pixel: number): number => Math.min(bottom, Math.max(top, pixel));
  const drawn = lines.map((line, i) => {
    const shift = apart ? (i - (lines.length - 1) / 2) * 5 : 0;
    const place = (px: number, py: number): Point => [x(px) + shift, y(py)];
    const banded = line.n >= BAND_FROM;
    const edge = (px: number, py: number): Point => [place(px, py)[0], inside(y(py))];
    const upper = line.points.map(({ x: px, mean, half }) => edge(px, mean + half));
    const lower = line.points.map(({ x: px, mean, half }) => edge(px, mean - half)).reverse();
    const last = line.points.at(-1);
    return {
      line,
      path: linePath(line.points.map(({ x: px, mean }) => place(px, mean))),
      band: banded && !apart && line.points.length > 1 ? `${linePath([...upper, ...lower])}Z` : "",
      seeds: banded ? [] : line.each.map((seed) => linePath(seed.map(([px, py]) => place(px, py)))),
      marks: apart
        ? line.points.map(({ x: px, mean, half }) => {
            const [at, middle] = place(px, mean);
            const shown = banded && Number.isFinite(half);
            return {
              x: at,
              y: middle,
              low: shown ? inside(y(mean - half)) : middle,
              high: shown ? inside(y(mean + half)) : middle,
            };
          })
        : [],
      end: last ? place(last.x, last.mean) : null,
    };
  });
  const ended = drawn.filter((one) => one.end !== null);
  const spots = pushApart(
    ended.map((one) => one.end![1]),
    14,
    TOP,
    frame.bottom - 2,
  );
  return drawn.map((one) => ({ ...one, labelY: spots[ended.indexOf(one)] ?? 0 }));
}
