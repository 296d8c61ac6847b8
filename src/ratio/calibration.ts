/**
 * Maps from a classifier's logit to a calibrated logit. Fit them on out-of-fold logits only: on training logits they
 * would learn that the classifier is always right.
 */
import { logLoss } from "./metrics.ts";
import { sigmoid } from "./numerics.ts";

export type CalibrationMethod = "none" | "temperature" | "platt" | "platt_smoothed" | "isotonic";

/** p = sigmoid(a z + b). Temperature scaling is a = 1/T, b = 0. */
export interface LinearMap {
  readonly a: number;
  readonly b: number;
  /** Mean of the objective that was minimised. */
  readonly objective: number;
}

/** Largest |a| a fit may reach: separable logits have no maximum-likelihood slope. */
const MAX_SLOPE = 1e4;

/**
 * Temperature scaling, p = sigmoid(z / T): one-dimensional and convex in a = 1/T (Guo et al., arXiv 1706.04599).
 * Logits that point the wrong way give a = 0 (T infinite).
 */
export function fitTemperature(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  weights?: ArrayLike<number>,
): LinearMap {
  // Newton's method on the derivative in a, kept inside a bracket by bisection.
  let low = 0;
  let high = MAX_SLOPE;
  let a = 1;
  for (let step = 0; step < 100; step++) {
    let gradient = 0;
    let curvature = 0;
    for (let i = 0; i < logits.length; i++) {
      const z = logits[i]!;
      const w = weights ? weights[i]! : 1;
      const p = sigmoid(a * z);
      gradient += w * (p - labels[i]!) * z;
      curvature += w * p * (1 - p) * z * z;
    }
    if (gradient < 0) low = a;
    else high = a;
    const newton = a - gradient / curvature;
    // Far out the curvature vanishes; then the bracket decides, on a logarithmic scale once it is off zero.
    const middle = low > 0 ? Math.sqrt(low * high) : high / 2;
    const next = newton > low && newton < high ? newton : newton <= 0 && low === 0 ? high / 8 : middle;
    if (Math.abs(next - a) <= 1e-13 * a || high < 1e-12) break;
    a = next;
  }
  if (high < 1e-12) a = 0;
  const scaled = Float64Array.from(logits, (z) => a * z);
  return { a, b: 0, objective: logLoss(labels, scaled, weights) };
}

/** Fall of the mean objective, as a Newton step foresees it, that rounding hides. */
const ROUNDING = 1e-15;

export interface PlattOptions {
  /** Use Platt's smoothed targets (n+ + 1)/(n+ + 2) and 1/(n- + 2), a guard against separable logits. */
  readonly smoothed?: boolean;
  readonly weights?: ArrayLike<number>;
}

/** The targets Platt (1999) fits to in place of 1 and 0. */
export function plattTargets(labels: ArrayLike<number>): Float64Array {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i]!;
  const negatives = labels.length - positives;
  return Float64Array.from(labels, (y) => (y ? (positives + 1) / (positives + 2) : 1 / (negatives + 2)));
}

/** Platt scaling, p = sigmoid(a z + b), by Newton's method with step halving. */
export function fitPlatt(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: PlattOptions = {},
): LinearMap {
  const targets = options.smoothed ? plattTargets(labels) : labels;
  const { weights } = options;
  const objectiveAt = (a: number, b: number): number =>
    logLoss(
      targets,
      Float64Array.from(logits, (z) => a * z + b),
      weights,
    );
  let a = 0;
  let b = 0;
  let objective = objectiveAt(a, b);
  for (let iteration = 0; iteration < 100; iteration++) {
    const { stepA, stepB, gain } = newtonStep(targets, logits, weights, a, b);
    if (gain <= ROUNDING * logits.length) {
      // Too near for the objective to tell: the last step squares what error is left.
      a += stepA;
      b += stepB;
      objective = objectiveAt(a, b);
      break;
    }
    let size = 1;
    let next = objectiveAt(a + stepA, b + stepB);
    while (!(next <= objective) && size > 1e-10) {
      size /= 2;
      next = objectiveAt(a + size * stepA, b + size * stepB);
    }
    if (!(next <= objective)) break;
    a += size * stepA;
    b += size * stepB;
    objective = next;
    if (Math.abs(a) > MAX_SLOPE) break;
  }
  return { a, b, objective };
}

/** One step, and by how much the sum of the objective would fall if it were a parabola. */
function newtonStep(
  targets: ArrayLike<number>,
  logits: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  a: number,
  b: number,
): { stepA: number; stepB: number; gain: number } {
  let gradA = 0;
  let gradB = 0;
  // A little ridge keeps the Hessian invertible when every p is 0 or 1.
  let haa = 1e-12;
  let hab = 0;
  let hbb = 1e-12;
  for (let i = 0; i < logits.length; i++) {
    const z = logits[i]!;
    const p = sigmoid(a * z + b);
    const w = weights ? weights[i]! : 1;
    const curvature = w * p * (1 - p);
    gradA += w * (p - targets[i]!) * z;
    gradB += w * (p - targets[i]!);
    haa += curvature * z * z;
    hab += curvature * z;
    hbb += curvature;
  }
  const determinant = haa * hbb - hab * hab;
  const stepA = (-hbb * gradA + hab * gradB) / determinant;
  const stepB = (hab * gradA - haa * gradB) / determinant;
  return { stepA, stepB, gain: -(gradA * stepA + gradB * stepB) / 2 };
}
