/** Smoothed curves. The raw line stays beside them, so that no spike is hidden. */
import type { Point } from "./path.ts";

/**
 * Exponential moving average over steps, with the start's bias divided out (as Adam does, arXiv 1412.6980, section 3),
 * so that the first values are not pulled towards zero. Values that are not finite are passed over and left as gaps.
 * @param weight of what came before, in [0, 1); 0 gives the points back
 */
export function smooth(points: readonly Point[], weight: number): readonly Point[] {
  if (weight <= 0) return points;
  let sum = 0;
  let mass = 0;
  return points.map(([x, y]) => {
    if (!Number.isFinite(y)) return [x, y];
    sum = weight * sum + (1 - weight) * y;
    mass = weight * mass + (1 - weight);
    return [x, sum / mass];
  });
}
