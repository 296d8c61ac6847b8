/** Geometry of a reliability diagram: predicted against observed, with 95 % bars. Pure. */

import { wilson } from "../../base/statistics.ts";
import type { Reliability } from "../../experiment/events.ts";
import { linear, type Scale } from "../chart/scale.ts";

export interface ReliabilityLayout {
  readonly x: Scale;
  readonly y: Scale;
  readonly side: number;
  readonly height: number;
  readonly dots: readonly {
    readonly x: number;
    readonly y: number;
    readonly low: number;
    readonly high: number;
    readonly r: number;
  }[];
}

const LEFT = 26;
const TOP = 22;
const FOOT = 32;
const RIGHT = 8;

/**
 * @param offset where the diagram starts, in pixels @param width of the diagram with its axis
 */
export function layoutReliability({ bins }: Reliability, offset: number, width: number): ReliabilityLayout {
  const side = Math.max(40, width - LEFT - RIGHT);
  const x = linear([0, 1], [offset + LEFT, offset + LEFT + side]);
  const y = linear([0, 1], [TOP + side, TOP]);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  return {
    x,
    y,
    side,
    height: TOP + side + FOOT,
    dots: bins.map(({ predicted, observed, count, effective }) => {
      const [low, high] = wilson(observed, effective);
      return {
        x: x(predicted),
        y: y(observed),
        low: y(low),
        high: y(high),
        r: 1.4 + 2.2 * Math.sqrt(count / most),
      };
    }),
  };
}
