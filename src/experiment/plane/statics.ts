/** What can be drawn of a Plane world before anything is trained: sources, rewards, and the two yardsticks. */
import { BOX, GRID, planeGrid } from "../../data/worlds/plane_grid.ts";
import type { PlaneOptions } from "../../data/worlds/plane_options.ts";
import {
  HUMAN_HILLS,
  logDensity,
  OTHER_HILLS,
  PLANE_SOURCES,
  type Point,
  planeMixtures,
  rewardAt,
} from "../../data/worlds/plane_sources.ts";
import { contourLines, enclosingLevel, type Lattice } from "./contour.ts";

/** Shares of a source that its lines hold. */
const CONTOUR_MASS = [0.5, 0.9] as const;

export interface PlaneSourceShape {
  /** "human", "tilted", "scrape": the target first. */
  readonly name: string;
  /** Share of the training pairs. */
  readonly share: number;
  /** Lines that hold 50 % and 90 % of the source: [n, 2] points each, open where the box cuts them. */
  readonly lines: readonly (readonly Float32Array[])[];
  /** [GRID * GRID] density at the cells' centres, per unit area. */
  readonly density: Float32Array;
}

export interface PlaneWorldView {
  /** Cells per side; cells run row by row from the low corner, x fastest. */
  readonly grid: number;
  readonly box: { readonly low: number; readonly high: number };
  readonly sources: readonly PlaneSourceShape[];
  /** [GRID * GRID] the human reward, and the reward of the judge whom people do not share. */
  readonly humanReward: Float32Array;
  readonly otherReward: Float32Array;
  /** Expected human reward of the policy before training, and of the best policy under the KL penalty. */
  readonly referenceReward: number;
  readonly bestReward: number;
}

const LATTICE: Lattice = { size: 81, low: BOX.low, high: BOX.high };

/** A few milliseconds. */
export function planeWorldView({ shift, modes, shares }: PlaneOptions): PlaneWorldView {
  const { points, referenceReward, bestReward } = planeGrid();
  const centres = Array.from({ length: GRID * GRID }, (_, i): Point => [points[2 * i]!, points[2 * i + 1]!]);
  const step = (LATTICE.high - LATTICE.low) / (LATTICE.size - 1);
  const nodes = Array.from(
    { length: LATTICE.size ** 2 },
    (_, i): Point => [
      LATTICE.low + (i % LATTICE.size) * step,
      LATTICE.low + Math.floor(i / LATTICE.size) * step,
    ],
  );
  const sources = planeMixtures(shift, modes).map((mixture, k): PlaneSourceShape => {
    const densities = Float64Array.from(nodes, (node) => Math.exp(logDensity(mixture, node)));
    return {
      name: PLANE_SOURCES[k]!,
      share: shares[k]!,
      lines: CONTOUR_MASS.map((mass) => {
        const level = enclosingLevel(densities, step * step, mass);
        return level === null ? [] : contourLines(densities, LATTICE, level);
      }),
      density: Float32Array.from(centres, (centre) => Math.exp(logDensity(mixture, centre))),
    };
  });
  return {
    grid: GRID,
    box: BOX,
    sources,
    humanReward: Float32Array.from(centres, (centre) => rewardAt(HUMAN_HILLS, centre)),
    otherReward: Float32Array.from(centres, (centre) => rewardAt(OTHER_HILLS, centre)),
    referenceReward,
    bestReward,
  };
}
