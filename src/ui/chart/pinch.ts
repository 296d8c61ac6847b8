/** Two fingers on an axis: they stretch and move it, and what lies under them stays under them. Pure. */
import type { Scale } from "./scale.ts";

/** Pixels between two fingers that count as no less: closer, a hair's breadth would be a leap. */
const APART = 24;

/** Where an axis was when two fingers touched it, in pixels. */
export interface Grip {
  readonly x: Scale;
  readonly left: number;
  readonly right: number;
  readonly fingers: readonly [number, number];
}

/**
 * The range of values in sight once the fingers have moved, as wide as before where they only moved together.
 * @param fingers where they are now, in the order of the grip
 * @param limits the range never reaches beyond them
 */
export function pinched(
  { x, left, right, fingers: [first, second] }: Grip,
  fingers: readonly [number, number],
  limits: readonly [number, number],
): readonly [number, number] {
  const sign = second < first ? -1 : 1;
  const before = sign * Math.max(APART, Math.abs(second - first));
  const now = sign * Math.max(APART, sign * (fingers[1] - fingers[0]));
  const [held, at] = [(first + second) / 2, (fingers[0] + fingers[1]) / 2];
  /** Pixel of the axis as it was that is now at this pixel. */
  const was = (pixel: number): number => held + ((pixel - at) * before) / now;
  let [from, to] = [was(left), was(right)];
  const [lowest, highest] = [x(limits[0]), x(limits[1])];
  if (Number.isFinite(lowest) && from < lowest) [from, to] = [lowest, to + lowest - from];
  if (to > highest) [from, to] = [from + highest - to, highest];
  return [Math.max(limits[0], x.invert(from)), Math.min(limits[1], x.invert(to))];
}
