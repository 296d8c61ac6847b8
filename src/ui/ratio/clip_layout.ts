/** Geometry of what a limit on h does: effective sample and clipped share over the limit. Pure. */
import type { Clipping } from "../../experiment/events.ts";
import { linePath } from "../chart/path.ts";
import { linear, logarithmic, logTicks, type Scale } from "../chart/scale.ts";

export interface ClipLayout {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
  readonly xTicks: readonly number[];
  readonly essPath: string;
  readonly clippedPath: string;
}

const LEFT = 34;
const RIGHT = 8;
const TOP = 8;
const FOOT = 20;
const HEIGHT = 130;

export function layoutClip(width: number, { curve, units }: Clipping): ClipLayout {
  const limits = curve.map(({ hMax }) => hMax);
  const [low, high] = [limits[0]!, Math.max(limits[0]! * 1.01, limits.at(-1)!)];
  const x = logarithmic([low, high], [LEFT, Math.max(LEFT + 40, width - RIGHT)]);
  const y = linear([0, 100], [HEIGHT - FOOT, TOP]);
  return {
    x,
    y,
    width,
    height: HEIGHT,
    xTicks: logTicks(low, high).filter((limit) => limit >= low * 0.999 && limit <= high * 1.001),
    essPath: linePath(curve.map(({ hMax, ess }) => [x(hMax), y(100 * ess)])),
    clippedPath: linePath(curve.map(({ hMax, clipped }) => [x(hMax), y((100 * clipped) / units)])),
  };
}

/** The point of the curve at a limit: the last one not above it, the first when all are. */
export function clipIndex({ curve }: Pick<Clipping, "curve">, hMax: number): number {
  return Math.max(
    0,
    curve.findLastIndex((point) => point.hMax <= hMax * (1 + 1e-9)),
  );
}
