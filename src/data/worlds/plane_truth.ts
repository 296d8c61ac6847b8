import type { Group } from "../dataset.ts";
import { type PlaneOptions, planeOptions } from "./plane_options.ts";
import {
  HUMAN_HILLS,
  logDensity,
  OTHER_HILLS,
  type Point,
  planeMixtures,
  rewardAt,
} from "./plane_sources.ts";
import { type GroupReduction, groupLogRatioBy, trueLogRatio } from "./true_ratio.ts";

/** All that is exactly known about one point. */
export interface PlaneScore {
  readonly point: Point;
  /** log Q_k per unit area, the human source first. */
  readonly logDensities: readonly number[];
  /** log Q0/P. */
  readonly logRatio: number;
  readonly humanReward: number;
  /** The other judge's reward alone. */
  readonly annotatorReward: number;
}

export interface PlaneTruth {
  /** Scores the text of a point; null when it is not one. The prompt says nothing here. */
  score(prompt: string, text: string): PlaneScore | null;
  /** Exact log-ratio of a pair (see trueGroupLogRatio). */
  groupLogRatio(group: Group, reduction: GroupReduction): number;
}

/** The exact densities and rewards of the world that these options describe. */
export function planeTruth(given: Partial<PlaneOptions> = {}): PlaneTruth {
  const { shift, shares, modes } = planeOptions(given);
  const mixtures = planeMixtures(shift, modes);
  const score = (_prompt: string, text: string): PlaneScore | null => {
    const point = parsePoint(text);
    if (!point) return null;
    const logDensities = mixtures.map((mixture) => logDensity(mixture, point));
    return {
      point,
      logDensities,
      logRatio: trueLogRatio(logDensities, shares),
      humanReward: rewardAt(HUMAN_HILLS, point),
      annotatorReward: rewardAt(OTHER_HILLS, point),
    };
  };
  return { score, groupLogRatio: groupLogRatioBy(score, shares, "Plane") };
}

/** A point as text, exact: "x y" with as many digits as it takes. */
export function pointText([x, y]: Point): string {
  return `${x} ${y}`;
}

/** Reads "x y"; null when the text is not two finite numbers. */
export function parsePoint(text: string): Point | null {
  const parts = text.trim().split(/\s+/);
  const [x, y] = parts.map(Number);
  return parts.length === 2 && Number.isFinite(x) && Number.isFinite(y) ? [x!, y!] : null;
}
