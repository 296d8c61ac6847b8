/** Curves in the shape that the live canvas takes: one list of steps, and beside it a list of values per line. Pure. */
import type { CurveFrame } from "./curves.ts";
import { type Point, thin } from "./path.ts";

/** What a list of values is drawn as: a line, its faint original beside the smoothed one, a seed, an end of a band. */
export type LiveRole = "line" | "raw" | "seed" | "low" | "high";

export interface LiveLine {
  /** Class that carries colour and dash. */
  readonly key: string;
  readonly role: LiveRole;
}

export interface LiveData {
  readonly lines: readonly LiveLine[];
  readonly steps: readonly number[];
  /** Per line, a value per step: null where it is not a finite number (a gap), undefined where the line has no point. */
  readonly values: readonly (readonly (number | null | undefined)[])[];
}

/** Later lines are drawn over earlier ones; long lines keep the extremes of every pixel column. */
export function liveData({ lines, x }: Pick<CurveFrame, "lines" | "x">): LiveData {
  const all: { readonly line: LiveLine; readonly points: readonly Point[] }[] = [];
  const add = (key: string, role: LiveRole, points: readonly Point[]): void => {
    all.push({ line: { key, role }, points: thin(points, ([step]) => x(step)) });
  };
  for (const { series } of lines) {
    if (!series.band) continue;
    add(
      series.key,
      "low",
      series.band.map(([step, low]): Point => [step, low]),
    );
    add(
      series.key,
      "high",
      series.band.map(([step, , high]): Point => [step, high]),
    );
  }
  for (const { series } of lines) for (const seed of series.seeds ?? []) add(series.key, "seed", seed);
  for (const { series, smoothed } of lines) if (smoothed) add(series.key, "raw", series.points);
  for (const { series, points } of lines) add(series.key, "line", points);

  const steps = [...new Set(all.flatMap(({ points }) => points.map(([step]) => step)))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, i) => [step, i]));
  const values = all.map(({ points }) => {
    const own = new Array<number | null | undefined>(steps.length).fill(undefined);
    for (const [step, value] of points) own[place.get(step)!] = Number.isFinite(value) ? value : null;
    return own;
  });
  return { lines: all.map(({ line }) => line), steps, values };
}
