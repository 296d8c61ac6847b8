/** Geometry of a chart of curves over steps. Pure: numbers in, numbers and paths out. */

import { pushApart } from "./labels.ts";
import type { Point } from "./path.ts";
import { bandPath, linePath, thin } from "./path.ts";
import { linear, logarithmic, logTicks, type Scale, ticks } from "./scale.ts";
import { smooth } from "./smooth.ts";

export interface Series {
  readonly id: string;
  readonly label: string;
  /** Name for charts without room for the whole one. */
  readonly short: string;
  /** Class that carries colour and dash. */
  readonly key: string;
  readonly points: readonly Point[];
  /** Step, lower and upper end: the spread over seeds around `points`, their mean. */
  readonly band?: readonly (readonly [step: number, low: number, high: number])[];
  /** How many seeds `points` is the mean of. */
  readonly over?: number;
  /** Single seeds, drawn thinly, where there are too few for a band. */
  readonly seeds?: readonly (readonly Point[])[];
}

/** How charts of one view are read; the same for all of them. */
export interface Reading {
  /** Weight of the past in the smoothed line, in [0, 1); 0 for none. */
  readonly smoothing: number;
  readonly logSteps: boolean;
  /** First and last step shown; null for all. */
  readonly range: readonly [number, number] | null;
}

export const PLAIN: Reading = { smoothing: 0, logSteps: false, range: null };

export interface CurveRequest {
  readonly width: number;
  readonly height: number;
  readonly series: readonly Series[];
  /** Last step of the axis. */
  readonly steps: number;
  /** Whether the value axis starts at 0: counts and shares do, losses do not. */
  readonly zero: boolean;
  /** Smallest and largest value the axis may ever need, where the quantity has them. */
  readonly bounds?: readonly [number, number];
  /** Step under the cursor; null for the end of each line. */
  readonly cursor: number | null;
  readonly reading?: Reading;
  /** Whether values are drawn on a logarithmic axis; only where all are above 0. */
  readonly logValues?: boolean;
  /** Values that the axis covers whatever the lines do: those of the other panels of a set. */
  readonly cover?: readonly number[];
  /** Pixels kept for labels; by the width when absent. */
  readonly labels?: number;
}

/** What SVG and canvas alike are drawn from: axes, and of each line the points in sight. */
export interface CurveFrame {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly decimals: number;
  readonly logValues: boolean;
  readonly lines: readonly FrameLine[];
  /** Where labels start. */
  readonly labelX: number;
}

export interface FrameLine {
  /** With its points, band and seeds cut to what is in sight, and one neighbour to each side. */
  readonly series: Series;
  /** Smoothed where that is asked for, else the points themselves. */
  readonly points: readonly Point[];
  readonly smoothed: boolean;
  /** Value and place at the cursor, or at the line's end. */
  readonly value: number | null;
  readonly at: Point | null;
  readonly labelY: number;
}

export interface CurveLayout extends CurveFrame {
  readonly lines: readonly (FrameLine & {
    readonly path: string;
    /** The line before smoothing; empty when nothing was smoothed. */
    readonly rawPath: string;
    readonly bandPath: string;
    readonly seedPaths: readonly string[];
  })[];
}

const TOP = 8;
const FOOT = 24;
/** Width kept for labels: names with values, or names alone. */
const WIDE = 124;
const NARROW = 82;
/** Charts narrower than this name lines without their values until a step is read out. */
export const ROOMY = 460;
/** Beside an empty chart: the unit of its last tick. */
const NO_NAMES = 44;
const GAP = 14;
/** Characters that ticks have room for at least: the picture does not move when they get one more digit. */
const ROOM_FOR_TICKS = 4;

export function frameCurves(request: CurveRequest): CurveFrame {
  const { width, height, zero, bounds, cursor, reading = PLAIN } = request;
  const [first, last] = reading.range ?? [0, Math.max(1, request.steps)];
  const from = reading.logSteps ? Math.max(1, first) : first;
  const shown = (step: number): boolean => step >= from && step <= last;
  // Smoothed before it is cut: a closer look does not change the line.
  const lines = request.series.map((whole) => ({
    series: cut(whole, from, last),
    points: within(smooth(whole.points, reading.smoothing), from, last),
  }));
  const values = lines.flatMap(({ series: { points, band, seeds } }) => [
    ...points.map(([, y]) => y),
    ...(band ?? []).flatMap(([, low, high]) => [low, high]),
    ...(seeds ?? []).flatMap((seed) => seed.map(([, y]) => y)),
  ]);
  const known = [...values, ...(request.cover ?? [])].filter(Number.isFinite);
  const logValues = request.logValues === true && known.length > 0 && known.every((value) => value > 0);
  const axis = logValues ? logAxis(known) : valueAxis(known, zero, bounds);
  const left =
    12 + 6.5 * Math.max(ROOM_FOR_TICKS, ...axis.values.map((value) => tickLength(value, axis.decimals)));
  const named = width >= ROOMY ? WIDE : NARROW;
  const right = width - (request.labels ?? (request.series.length === 0 ? NO_NAMES : named));
  const bottom = height - FOOT;
  const x = (reading.logSteps ? logarithmic : linear)([from, Math.max(from + 1, last)], [left, right]);
  const y = (logValues ? logarithmic : linear)([axis.values[0]!, axis.values.at(-1)!], [bottom, TOP]);

  const drawn = lines.map(({ series, points }) => {
    const seen = points.filter(([step]) => shown(step));
    const read = cursor === null ? seen.at(-1) : nearest(seen, cursor);
    return {
      series,
      points,
      smoothed: reading.smoothing > 0,
      value: read?.[1] ?? null,
      at: read ? ([x(read[0]), y(read[1])] as const) : null,
      end: seen.at(-1)?.[0] ?? from,
    };
  });
  const labelled = drawn.filter((line) => line.at !== null);
  const spots = pushApart(
    labelled.map((line) => (Number.isFinite(line.at![1]) ? line.at![1] : bottom)),
    GAP,
    TOP,
    bottom - 2,
  );
  const furthest = Math.max(left, ...drawn.map((line) => x(line.end)));
  const parts = width < 300 ? 2 : width < 420 ? 3 : 5;
  const xTicks = reading.logSteps
    ? logTicks(from, Math.max(from + 1, last))
    : ticks(from, last, parts).values;
  return {
    x,
    y,
    left,
    right,
    top: TOP,
    bottom,
    xTicks: xTicks.filter((step) => shown(step) && Number.isInteger(step)),
    yTicks: axis.values,
    decimals: axis.decimals,
    logValues,
    lines: drawn.map((line) => ({ ...line, labelY: spots[labelled.indexOf(line)] ?? 0 })),
    labelX: Math.min(furthest, right) + 8,
  };
}

/** The frame with its lines as SVG paths. */
export function layoutCurves(request: CurveRequest): CurveLayout {
  const frame = frameCurves(request);
  const { x, y } = frame;
  const path = (points: readonly Point[]): string =>
    linePath(thin(points.map(([step, value]): Point => [x(step), y(value)])));
  return {
    ...frame,
    lines: frame.lines.map((line) => ({
      ...line,
      path: path(line.points),
      rawPath: line.smoothed ? path(line.series.points) : "",
      bandPath: bandPath((line.series.band ?? []).map(([step, low, high]) => [x(step), y(low), y(high)])),
      seedPaths: (line.series.seeds ?? []).map(path),
    })),
  };
}

/** The part of a line that is shown. */
function cut(series: Series, from: number, last: number): Series {
  return {
    ...series,
    points: within(series.points, from, last),
    ...(series.band && { band: within(series.band, from, last) }),
    ...(series.seeds && { seeds: series.seeds.map((seed) => within(seed, from, last)) }),
  };
}

/** Points from one step to another, and one more to each side, so that lines run out of the picture, not up to its edge. */
function within<P extends readonly [number, ...number[]]>(
  points: readonly P[],
  from: number,
  last: number,
): readonly P[] {
  const start = points.findIndex(([step]) => step >= from);
  if (start < 0) return [];
  const end = points.findLastIndex(([step]) => step <= last);
  // On a logarithmic axis step 0 has no place.
  const before = from >= 1 && points[start - 1]?.[0] === 0 ? start : start - 1;
  return end < 0 ? [] : points.slice(Math.max(0, before), end + 2);
}

/** Smallest and largest; a run of a hundred thousand steps is too long for Math.min(...). */
function extent(values: readonly number[]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function logAxis(values: readonly number[]) {
  const found = logTicks(...extent(values));
  return { values: found, decimals: Math.max(0, Math.ceil(-Math.log10(found[0]!) - 1e-9)) };
}

function valueAxis(values: readonly number[], zero: boolean, bounds?: readonly [number, number]) {
  if (values.length === 0) return ticks(bounds?.[0] ?? 0, bounds?.[1] ?? 1);
  let [low, high] = extent(values);
  if (zero) low = Math.min(0, low);
  if (high - low < 1e-9) {
    low -= zero ? 0 : 0.05 * Math.abs(low) || 0.5;
    high += 0.05 * Math.abs(high) || 0.5;
  }
  const found = ticks(low, high);
  if (!bounds) return found;
  const inside = found.values.filter((value) => value >= bounds[0] - 1e-9 && value <= bounds[1] + 1e-9);
  return { values: inside.length >= 2 ? inside : found.values, decimals: found.decimals };
}

function tickLength(value: number, decimals: number): number {
  return value.toFixed(decimals).length;
}

/** The point whose step is nearest; points are in order of steps. */
export function nearest<P extends readonly [number, ...number[]]>(
  points: readonly P[],
  step: number,
): P | undefined {
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] < step) low = middle;
    else high = middle;
  }
  const [a, b] = [points[low], points[high]];
  if (!a || !b) return a ?? b;
  return Math.abs(a[0] - step) <= Math.abs(b[0] - step) ? a : b;
}
