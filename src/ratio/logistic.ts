/**
 * Dense logistic regression solved to machine precision: the oracle of the kernels, and the length-only baseline.
 * Objective: sum s_i logloss_i / sum s + (l2/2) |w|^2; the bias is not penalised.
 */
import { choleskyFactor, solveLower } from "../base/cholesky.ts";
import { sigmoid, softplus } from "./numerics.ts";

export interface LogisticFit {
  readonly weights: Float64Array;
  readonly bias: number;
  readonly objective: number;
}

export interface LogisticOptions {
  readonly l2: number;
  readonly sampleWeights?: ArrayLike<number>;
}

/** Newton's method with step halving. @param x rows of features @param labels 0 or 1 (or soft targets) */
export function fitLogistic(
  x: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  { l2, sampleWeights }: LogisticOptions,
): LogisticFit {
  const features = x[0]?.length ?? 0;
  const size = features + 1;
  let mass = 0;
  for (let i = 0; i < x.length; i++) mass += sampleWeights ? sampleWeights[i]! : 1;
  const at = (theta: Float64Array, i: number): number => linear(theta, x[i]!);
  const objectiveAt = (theta: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const z = at(theta, i);
      sum += (sampleWeights ? sampleWeights[i]! : 1) * (softplus(z) - labels[i]! * z);
    }
    let norm = 0;
    for (let j = 0; j < features; j++) norm += theta[j]! ** 2;
    return sum / mass + (l2 / 2) * norm;
  };

  let theta = new Float64Array(size);
  let objective = objectiveAt(theta);
  for (let iteration = 0; iteration < 100; iteration++) {
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    for (let i = 0; i < x.length; i++) {
      const row = x[i]!;
      const p = sigmoid(at(theta, i));
      const share = (sampleWeights ? sampleWeights[i]! : 1) / mass;
      const curvature = share * p * (1 - p);
      for (let j = 0; j < size; j++) {
        const xj = j < features ? row[j]! : 1;
        gradient[j]! += share * (p - labels[i]!) * xj;
        for (let k = 0; k <= j; k++) hessian[j * size + k]! += curvature * xj * (k < features ? row[k]! : 1);
      }
    }
    for (let j = 0; j < size; j++) {
      if (j < features) gradient[j]! += l2 * theta[j]!;
      hessian[j * size + j]! += (j < features ? l2 : 0) + 1e-14;
    }
    const step = solveSymmetric(hessian, gradient);
    let scale = 1;
    let next = theta.map((value, j) => value - step[j]!);
    let reached = objectiveAt(next);
    while (!(reached <= objective) && scale > 1e-4) {
      scale /= 2;
      next = theta.map((value, j) => value - scale * step[j]!);
      reached = objectiveAt(next);
    }
    if (!(reached <= objective)) break;
    const gained = objective - reached;
    theta = next;
    objective = reached;
    // Newton's method doubles its digits: a gain this small leaves weights right to 1e-8.
    if (gained <= 1e-15 * objective) break;
    if (step.every((value, j) => Math.abs(value) <= 1e-12 * (1 + Math.abs(theta[j]!)))) break;
  }
  return { weights: theta.slice(0, features), bias: theta[features]!, objective };
}

/** The logit of one row. */
export function logisticLogit(fit: LogisticFit, row: ArrayLike<number>): number {
  let z = fit.bias;
  for (let j = 0; j < fit.weights.length; j++) z += fit.weights[j]! * row[j]!;
  return z;
}

function linear(theta: Float64Array, row: ArrayLike<number>): number {
  let z = theta[theta.length - 1]!;
  for (let j = 0; j + 1 < theta.length; j++) z += theta[j]! * row[j]!;
  return z;
}

/** Solves A x = b by Cholesky; only the lower triangle of A (row-major, positive definite) is read. */
function solveSymmetric(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const l = choleskyFactor(a.slice(), n);
  const x = solveLower(l, b);
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}
