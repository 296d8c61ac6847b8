/** From the plane's coordinates to pixels of a panel, and what stands where. Pure. */
import type { PlaneWorldView } from "../../worker/api.ts";

/** The part of the box that a panel shows: all of its width, a little less of its height. */
export const SHOWN = { left: -4, right: 4, bottom: -3.4, top: 3.4 } as const;
/** Height of a panel as a share of its width. */
export const ASPECT = (SHOWN.top - SHOWN.bottom) / (SHOWN.right - SHOWN.left);

export interface PanelScale {
  readonly width: number;
  readonly height: number;
  x(value: number): number;
  y(value: number): number;
  /** The point of the plane at a pixel. */
  at(px: number, py: number): readonly [x: number, y: number];
}

export function panelScale(width: number): PanelScale {
  const height = Math.round(width * ASPECT);
  const kx = width / (SHOWN.right - SHOWN.left);
  const ky = height / (SHOWN.top - SHOWN.bottom);
  return {
    width,
    height,
    x: (value) => (value - SHOWN.left) * kx,
    y: (value) => (SHOWN.top - value) * ky,
    at: (px, py) => [SHOWN.left + px / kx, SHOWN.top - py / ky],
  };
}

/** Lines [n, 2] as one SVG path; a line that ends where it began is closed. */
export function contourPath(lines: readonly Float32Array[], { x, y }: PanelScale): string {
  return lines
    .map((line) => {
      const n = line.length / 2;
      const closed = n > 2 && line[0] === line[2 * n - 2] && line[1] === line[2 * n - 1];
      let path = "";
      for (let i = 0; i < (closed ? n - 1 : n); i++) {
        path += `${i === 0 ? "M" : "L"}${x(line[2 * i]!).toFixed(1)} ${y(line[2 * i + 1]!).toFixed(1)}`;
      }
      return closed ? `${path}Z` : path;
    })
    .join("");
}

/** Which side of its outer line a source's label hangs on: above, below, at the upper right. */
const LABEL_SIDES: readonly (readonly [x: number, y: number])[] = [
  [-0.35, 1],
  [0.25, -1],
  [0.8, 1],
];

/**
 * Where the label of source number `index` goes, in pixels, inside the panel.
 * @param width of the words
 */
export function labelPlace(
  lines: readonly Float32Array[],
  index: number,
  scale: PanelScale,
  width = 10,
): { readonly x: number; readonly y: number; readonly anchor: "start" | "middle" } | null {
  const [sx, sy] = LABEL_SIDES[index] ?? [1, 0];
  let best: readonly [number, number] | null = null;
  let score = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const [x, y] = [line[i]!, line[i + 1]!];
      const inside =
        x > SHOWN.left + 0.3 && x < SHOWN.right - 0.3 && y > SHOWN.bottom + 0.3 && y < SHOWN.top - 0.4;
      if (inside && sx * x + sy * y > score) {
        score = sx * x + sy * y;
        best = [x, y];
      }
    }
  }
  if (!best) return null;
  const beside = sx > 0.5;
  const [before, after] = beside ? [0, width] : [width / 2, width / 2];
  const wanted = scale.x(best[0]) + (beside ? 5 : 0);
  return {
    x: Math.max(before + 3, Math.min(scale.width - after - 3, wanted)),
    y: scale.y(best[1]) + (sy > 0 ? (beside ? -1 : -6) : 14),
    anchor: beside ? "start" : "middle",
  };
}

/** The cell under a point; null outside the box. */
export function cellAt(
  { grid, box }: Pick<PlaneWorldView, "grid" | "box">,
  x: number,
  y: number,
): number | null {
  const step = (box.high - box.low) / grid;
  const column = Math.floor((x - box.low) / step);
  const row = Math.floor((y - box.low) / step);
  return column < 0 || row < 0 || column >= grid || row >= grid ? null : row * grid + column;
}

/** Area of a cell: probability of a cell divided by it is a density. */
export function cellArea({ grid, box }: Pick<PlaneWorldView, "grid" | "box">): number {
  return ((box.high - box.low) / grid) ** 2;
}
