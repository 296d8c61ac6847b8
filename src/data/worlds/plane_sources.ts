/** The geography of Plane: where each source writes, and what each judge likes. */

export type Point = readonly [x: number, y: number];

/** One round Gaussian of a source. */
export interface Bump {
  readonly share: number;
  readonly mean: Point;
  readonly sd: number;
}

/** One hill of a reward: height * exp(-|y - centre|^2 / (2 width^2)). */
export interface Hill {
  readonly height: number;
  readonly centre: Point;
  readonly width: number;
}

/** Source names; the first is the target. */
export const PLANE_SOURCES = ["human", "tilted", "scrape"] as const;

/** What people like: two places near where they write. */
export const HUMAN_HILLS: readonly Hill[] = [
  { height: 4, centre: [-1.5, 1.2], width: 1.2 },
  { height: 3, centre: [-1.3, -2.2], width: 0.8 },
];

/** What the judge of the tilted source likes: a place to the right. */
export const OTHER_HILLS: readonly Hill[] = [{ height: 5, centre: [2, -0.4], width: 1.2 }];

/** The Gaussian mixtures of all sources, the human one first. */
export function planeMixtures(shift: number, modes: readonly [number, number]): readonly (readonly Bump[])[] {
  return [
    [
      { share: modes[0], mean: [-0.5, 0.6], sd: 0.7 },
      { share: modes[1], mean: [-0.7, -1.5], sd: 0.5 },
    ],
    [{ share: 1, mean: [-0.5 + 2.2 * shift, 0.6 - 0.8 * shift], sd: 0.8 }],
    [{ share: 1, mean: [0, 0], sd: 1.5 }],
  ];
}

/** log density of a mixture at a point, per unit area. */
export function logDensity(mixture: readonly Bump[], point: Point): number {
  let total = Number.NEGATIVE_INFINITY;
  for (const { share, mean, sd } of mixture) {
    if (share === 0) continue;
    const term = Math.log(share / (2 * Math.PI * sd * sd)) - squaredDistance(point, mean) / (2 * sd * sd);
    const max = Math.max(total, term);
    total = max + Math.log(Math.exp(total - max) + Math.exp(term - max));
  }
  return total;
}

/** Height of the landscape at a point. */
export function rewardAt(hills: readonly Hill[], point: Point): number {
  let sum = 0;
  for (const { height, centre, width } of hills) {
    sum += height * Math.exp(-squaredDistance(point, centre) / (2 * width * width));
  }
  return sum;
}

function squaredDistance(a: Point, b: Point): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
}
