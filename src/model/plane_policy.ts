/**
 * The policy of Plane: pi(y) proportional to reference(y) * exp(f(y)), f a tanh network 2-H-H-1 or, with H = 0, a linear
 * function of the five quadratic features x, y, x^2, xy, y^2. Pair losses see differences of f only, so training
 * needs no normaliser. Here in float64, by the loops of its ops: a thousand steps take a fraction of a second.
 */
import { stream } from "../base/random.ts";
import { planeBackwardOp, planeForwardOp, planeParameterCount } from "../ops/plane.ts";

export interface PlanePolicy {
  /** H; 0 means quadratic features. */
  readonly hidden: number;
  /** W1 [H, 2], b1 [H], W2 [H, H], b2 [H], W3 [H]; for H = 0 the five feature weights. Changed in place by training. */
  readonly parameters: Float64Array;
}

/** Values of f at some points, with what the backward pass needs. */
export interface PlaneForward {
  /** [n] f. */
  readonly f: Float64Array;
  /** [n, 2] the points. */
  readonly points: Float64Array;
  /** [n, H] activations of the two hidden layers. */
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/**
 * A policy equal to the reference: the last layer is 0. The hidden layers are N(0, 1.2^2), biases N(0, 0.8^2), and
 * N(0, 1/H), which spreads the units over the box.
 */
export function createPlanePolicy(hidden: number, seed: number): PlanePolicy {
  const parameters = new Float64Array(planeParameterCount(hidden));
  if (hidden === 0) return { hidden, parameters };
  const draws = stream(seed, "plane/policy");
  const fill = (start: number, count: number, sd: number) => {
    for (let i = 0; i < count; i++) parameters[start + i] = sd * draws.normal();
  };
  fill(0, 2 * hidden, 1.2);
  fill(2 * hidden, hidden, 0.8);
  fill(3 * hidden, hidden * hidden, 1 / Math.sqrt(hidden));
  return { hidden, parameters };
}

/** f at points [n, 2]. */
export function planeForward(policy: PlanePolicy, points: ArrayLike<number>): PlaneForward {
  const { hidden, parameters } = policy;
  const n = points.length / 2;
  const forward = {
    points: points instanceof Float64Array ? points : Float64Array.from(points),
    f: new Float64Array(n),
    first: new Float64Array(n * hidden),
    second: new Float64Array(n * hidden),
  };
  planeForwardOp.cpu({ parameters, ...forward }, { points: n, hidden });
  return forward;
}

/**
 * Gradient of V in the parameters.
 * @param coefficients [n] dV/df at each point
 */
export function planeBackward(
  { hidden, parameters }: PlanePolicy,
  { points, first, second }: PlaneForward,
  coefficients: ArrayLike<number>,
): Float64Array {
  const coef = coefficients instanceof Float64Array ? coefficients : Float64Array.from(coefficients);
  const dparameters = new Float64Array(parameters.length);
  const buffers = { points, parameters, first, second, coef, dparameters };
  planeBackwardOp.cpu(buffers, { points: coef.length, hidden });
  return dparameters;
}
