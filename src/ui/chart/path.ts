/** Lines as SVG paths. */

export type Point = readonly [x: number, y: number];

/** A path through points in pixels; points that are not finite leave a gap. */
export function linePath(points: readonly Point[]): string {
  let path = "";
  let pen = false;
  for (const [x, y] of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = false;
      continue;
    }
    path += `${pen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = true;
  }
  return path;
}

/** A closed path between lower and upper ends, in pixels; ends that are not finite are left out. */
export function bandPath(ends: readonly (readonly [x: number, low: number, high: number])[]): string {
  const good = ends.filter((end) => end.every(Number.isFinite));
  if (good.length < 2) return "";
  const upper = good.map(([x, , high]): Point => [x, high]);
  const lower = good.map(([x, low]): Point => [x, low]).reverse();
  return `${linePath(upper)}${linePath(lower).replace("M", "L")}Z`;
}

/**
 * At most four points for each pixel column: its first, lowest, highest and last. Extremes survive, so a spike of
 * one step stays visible in a run of a million.
 * @param column of a point, in pixels
 */
export function thin(
  points: readonly Point[],
  column: (point: Point) => number = ([x]) => x,
): readonly Point[] {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length <= 4 * Math.max(1, Math.abs(column(last) - column(first))))
    return points;
  const kept: Point[] = [];
  let held: Point[] = [];
  let at = Number.NaN;
  const flush = (): void => {
    if (held.length <= 4) kept.push(...held);
    else {
      const byY = held.filter(([, y]) => Number.isFinite(y)).sort((a, b) => a[1] - b[1]);
      const chosen = new Set([held[0], byY[0], byY.at(-1), held.at(-1)]);
      kept.push(...held.filter((point) => chosen.has(point)));
    }
    held = [];
  };
  for (const point of points) {
    const own = Math.floor(column(point));
    if (own !== at) flush();
    at = own;
    held.push(point);
  }
  flush();
  return kept;
}
