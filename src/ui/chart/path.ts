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
 */
export function thin(points: readonly Point[]): readonly Point[] {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length <= 4 * Math.max(1, Math.abs(last[0] - first[0]))) return points;
  const kept: Point[] = [];
  let column: Point[] = [];
  const flush = (): void => {
    if (column.length <= 4) kept.push(...column);
    else {
      const byY = column.toSorted((a, b) => a[1] - b[1]);
      const chosen = new Set([column[0]!, byY[0]!, byY.at(-1)!, column.at(-1)!]);
      kept.push(...column.filter((point) => chosen.has(point)));
    }
    column = [];
  };
  for (const point of points) {
    if (column.length > 0 && Math.floor(column[0]![0]) !== Math.floor(point[0])) flush();
    column.push(point);
  }
  flush();
  return kept;
}
