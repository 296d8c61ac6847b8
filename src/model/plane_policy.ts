/**
 * The policy of Plane: pi(y) proportional to reference(y) * exp(f(y)), f a tanh network 2-H-H-1 or, with H = 0, a linear
 * function of the five quadratic features x, y, x^2, xy, y^2. Pair losses see differences of f only, so training
 * needs no normaliser. Plain float64 loops: a thousand steps take a fraction of a second.
 */
import { stream } from "../base/random.ts";

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
  readonly points: ArrayLike<number>;
  /** [n, H] activations of the two hidden layers. */
  readonly first: Float64Array;
  readonly second: Float64Array;
}

const FEATURES = 5;

/**
 * A policy equal to the reference: the last layer is 0. The hidden layers are N(0, 1.2^2), biases N(0, 0.8^2), and
 * N(0, 1/H), which spreads the units over the box.
 */
export function createPlanePolicy(hidden: number, seed: number): PlanePolicy {
  if (hidden === 0) return { hidden, parameters: new Float64Array(FEATURES) };
  const draws = stream(seed, "plane/policy");
  const parameters = new Float64Array(hidden * hidden + 5 * hidden);
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
  const { hidden: H, parameters: p } = policy;
  const n = points.length / 2;
  const f = new Float64Array(n);
  const first = new Float64Array(n * H);
  const second = new Float64Array(n * H);
  const b1 = 2 * H;
  const w2 = 3 * H;
  const b2 = w2 + H * H;
  const w3 = b2 + H;
  for (let i = 0; i < n; i++) {
    const x = points[2 * i]!;
    const y = points[2 * i + 1]!;
    if (H === 0) {
      f[i] = p[0]! * x + p[1]! * y + p[2]! * x * x + p[3]! * x * y + p[4]! * y * y;
      continue;
    }
    for (let j = 0; j < H; j++) first[i * H + j] = Math.tanh(p[2 * j]! * x + p[2 * j + 1]! * y + p[b1 + j]!);
    let sum = 0;
    for (let j = 0; j < H; j++) {
      let z = p[b2 + j]!;
      for (let k = 0; k < H; k++) z += p[w2 + j * H + k]! * first[i * H + k]!;
      const unit = Math.tanh(z);
      second[i * H + j] = unit;
      sum += p[w3 + j]! * unit;
    }
    f[i] = sum;
  }
  return { f, points, first, second };
}

/**
 * Gradient of V in the parameters.
 * @param coefficients [n] dV/df at each point
 */
export function planeBackward(
  policy: PlanePolicy,
  { points, first, second }: PlaneForward,
  coefficients: ArrayLike<number>,
): Float64Array {
  const { hidden: H, parameters: p } = policy;
  const g = new Float64Array(p.length);
  const b1 = 2 * H;
  const w2 = 3 * H;
  const b2 = w2 + H * H;
  const w3 = b2 + H;
  const down = new Float64Array(H);
  for (let i = 0; i < coefficients.length; i++) {
    const c = coefficients[i]!;
    const x = points[2 * i]!;
    const y = points[2 * i + 1]!;
    if (H === 0) {
      g[0]! += c * x;
      g[1]! += c * y;
      g[2]! += c * x * x;
      g[3]! += c * x * y;
      g[4]! += c * y * y;
      continue;
    }
    down.fill(0);
    for (let j = 0; j < H; j++) {
      const unit = second[i * H + j]!;
      g[w3 + j]! += c * unit;
      const dz = c * p[w3 + j]! * (1 - unit * unit);
      g[b2 + j]! += dz;
      for (let k = 0; k < H; k++) {
        g[w2 + j * H + k]! += dz * first[i * H + k]!;
        down[k]! += dz * p[w2 + j * H + k]!;
      }
    }
    for (let j = 0; j < H; j++) {
      const unit = first[i * H + j]!;
      const dz = down[j]! * (1 - unit * unit);
      g[2 * j]! += dz * x;
      g[2 * j + 1]! += dz * y;
      g[b1 + j]! += dz;
    }
  }
  return g;
}
