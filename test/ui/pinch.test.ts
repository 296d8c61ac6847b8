import { describe, expect, it } from "vitest";
import { type Grip, pinched } from "../../src/ui/chart/pinch.ts";
import { linear, logarithmic } from "../../src/ui/chart/scale.ts";

const grip = (fingers: readonly [number, number], domain: readonly [number, number] = [0, 100]): Grip => ({
  x: linear(domain, [50, 250]),
  left: 50,
  right: 250,
  fingers,
});
const LIMITS = [0, 100] as const;

describe("two fingers on an axis", () => {
  it("keep under them what they touched", () => {
    const [from, to] = pinched(grip([120, 180]), [90, 210], LIMITS);
    const moved = linear([from, to], [50, 250]);
    expect(moved(35)).toBeCloseTo(90, 9); // 120 was step 35
    expect(moved(65)).toBeCloseTo(210, 9);
    // In either order.
    expect(pinched(grip([180, 120]), [210, 90], LIMITS)).toEqual([from, to]);
  });

  it("move it where they move together, as far as there are steps", () => {
    const part = grip([100, 200], [20, 60]);
    expect(pinched(part, [150, 250], LIMITS)).toEqual([10, 50]);
    expect(pinched(part, [400, 500], LIMITS)).toEqual([0, 40]);
    expect(pinched(part, [-400, -300], LIMITS)).toEqual([60, 100]);
  });

  it("closing on the whole leave the whole; crossing or meeting do not turn it round", () => {
    expect(pinched(grip([100, 200]), [140, 160], LIMITS)).toEqual([0, 100]);
    const [from, to] = pinched(grip([100, 200], [20, 60]), [180, 120], LIMITS);
    expect(from).toBeLessThan(to);
    expect(pinched(grip([150, 150], [20, 60]), [150, 150], LIMITS)).toEqual([20, 60]);
  });

  it("do the same on a logarithmic axis, which has no 0", () => {
    const x = logarithmic([1, 1000], [0, 300]);
    const held: Grip = { x, left: 0, right: 300, fingers: [100, 200] };
    const [from, to] = pinched(held, [50, 250], [0, 1000]);
    expect(logarithmic([from, to], [0, 300])(10)).toBeCloseTo(50, 6);
    expect(logarithmic([from, to], [0, 300])(100)).toBeCloseTo(250, 6);
  });
});
