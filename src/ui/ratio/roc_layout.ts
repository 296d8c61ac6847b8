/** Geometry of ROC curves: one per synthetic source, and what length alone gives beside it. Pure. */
import type { SourceScore } from "../../experiment/events.ts";
import { linePath } from "../chart/path.ts";
import { linear, type Scale } from "../chart/scale.ts";

export interface RocLayout {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
  readonly curves: readonly {
    readonly source: string;
    readonly path: string;
    /** By length alone. */
    readonly lengthPath: string;
    /** Where the two lines of its label stand, anchored at their end. */
    readonly labelY: number;
  }[];
  readonly labelX: number;
}

const LEFT = 34;
const FOOT = 32;
/** Room for the name of the vertical axis, above the curves that end there. */
const TOP = 20;
const RIGHT = 10;
/** Largest side of the plot. */
const MOST = 264;
const LABEL = 29;

/** @param width of the place; the plot is square */
export function layoutRoc(width: number, scores: readonly SourceScore[]): RocLayout {
  const side = Math.max(60, Math.min(MOST, width - LEFT - RIGHT));
  const x = linear([0, 1], [LEFT, LEFT + side]);
  const y = linear([0, 1], [TOP + side, TOP]);
  const place = (points: readonly (readonly [number, number])[]): string =>
    linePath(points.map(([a, b]) => [x(a), y(b)] as const));
  const first = y(0) - 8 - LABEL * (scores.length - 1);
  return {
    x,
    y,
    width: LEFT + side + RIGHT,
    height: TOP + side + FOOT,
    curves: scores.map((score, i) => ({
      source: score.source,
      path: place(score.roc),
      lengthPath: place(score.byLength.roc),
      labelY: first + LABEL * i,
    })),
    labelX: x(1) - 6,
  };
}
