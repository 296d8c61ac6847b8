/** One calibration map from logits to calibrated logits, whatever the method. */
import { type CalibrationMethod, fitPlatt, fitTemperature } from "./calibration.ts";
import { applyIsotonic, fitIsotonic } from "./isotonic.ts";
import { logit, sigmoid } from "./numerics.ts";

export interface Calibrator {
  readonly method: CalibrationMethod;
  /** Slope and offset in logit space; null for isotonic. */
  readonly slope: number | null;
  readonly offset: number | null;
  /** Calibrated logit; isotonic gives plus and minus infinity where it has seen one class only: clip it. */
  apply(logit: number): number;
}

/** Fits on out-of-fold logits. @param weights usually `balancedWeights`, then the logits are under equal shares */
export function fitCalibrator(
  method: CalibrationMethod,
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Calibrator {
  if (method === "isotonic") {
    const map = fitIsotonic(labels, Float64Array.from(logits, sigmoid), weights);
    return { method, slope: null, offset: null, apply: (z) => logit(applyIsotonic(map, sigmoid(z))) };
  }
  const { a, b } =
    method === "none"
      ? { a: 1, b: 0 }
      : method === "temperature"
        ? fitTemperature(labels, logits, weights)
        : fitPlatt(labels, logits, {
            smoothed: method === "platt_smoothed",
            ...(weights && { weights }),
          });
  return { method, slope: a, offset: b, apply: (z) => a * z + b };
}
