/** Geometry of estimate against truth: one dot per response, the diagonal, the fitted line. Pure. */
import type { RatioDetails } from "../../experiment/events.ts";
import { linear, type Scale, ticks } from "../chart/scale.ts";

type Truth = NonNullable<RatioDetails["truth"]>;

export interface ScatterLayout {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
  readonly ticks: readonly number[];
  readonly decimals: number;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly source: number }[];
  /** Ends of the least-squares line, inside the plot. */
  readonly fit: readonly [x1: number, y1: number, x2: number, y2: number];
}

const LEFT = 38;
const FOOT = 32;
const TOP = 8;
const RIGHT = 12;
const MOST = 264;

/**
 * Slope of the true log-ratio on the estimated one: 1 where an estimate of z means z on average. The slope kept with a run is
 * that of the estimate on the truth, which noise in the estimate lowers; their product is r^2.
 */
export function calibrationSlope({ correlation, slope }: Pick<Truth, "correlation" | "slope">): number {
  return slope === 0 ? 0 : correlation ** 2 / slope;
}

/** @param width of the place; both axes have one scale, so that the diagonal is the truth */
export function layoutScatter(width: number, truth: Truth): ScatterLayout {
  const { points } = truth;
  const own = calibrationSlope(truth);
  const slope = own === 0 ? 0 : 1 / own;
  const side = Math.max(60, Math.min(MOST, width - LEFT - RIGHT));
  const truths = points.map(([truth]) => truth);
  const values = [...truths, ...points.map(([, estimate]) => estimate)];
  const axis = ticks(Math.min(0, ...values), Math.max(0, ...values), 4);
  const [low, high] = [axis.values[0]!, axis.values.at(-1)!];
  const x = linear([low, high], [LEFT, LEFT + side]);
  const y = linear([low, high], [TOP + side, TOP]);
  const n = Math.max(1, points.length);
  const meanTruth = truths.reduce((sum, truth) => sum + truth, 0) / n;
  const meanEstimate = points.reduce((sum, [, estimate]) => sum + estimate, 0) / n;
  const at = (truth: number): number => meanEstimate + slope * (truth - meanTruth);
  // Where the line leaves the square, it ends.
  const inside = (truth: number): number => {
    if (slope === 0) return truth;
    const estimate = Math.min(high, Math.max(low, at(truth)));
    return meanTruth + (estimate - meanEstimate) / slope;
  };
  const from = inside(Math.min(...truths));
  const to = inside(Math.max(...truths));
  return {
    x,
    y,
    width: LEFT + side + RIGHT,
    height: TOP + side + FOOT,
    ticks: axis.values,
    decimals: axis.decimals,
    dots: points.map(([truth, estimate, source]) => ({ x: x(truth), y: y(estimate), source })),
    fit: [x(from), y(at(from)), x(to), y(at(to))],
  };
}
