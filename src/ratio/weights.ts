/** From ratios to the weights training uses: clip, self-normalise, and say what is left of the sample. */
import { TiltError } from "../base/errors.ts";
import { mean } from "./numerics.ts";

export interface ClipRange {
  readonly low: number;
  readonly high: number;
}

/** h clipped to [low, high]. Clipping pulls towards plain training and cuts variance. */
export function clipRatios(h: ArrayLike<number>, { low, high }: ClipRange): Float64Array {
  return Float64Array.from(h, (value) => Math.min(high, Math.max(low, value)));
}

/** The error of a ratio that would leave nothing to train on. */
export function allZero(): TiltError {
  return new TiltError("Every likelihood ratio is 0, so no sample would be trained on.", {
    where: "ratio",
    remedy: "Raise the lower clip, or check that the target source is named correctly.",
  });
}

/** h / mean h. @throws TiltError when every h is 0 */
export function selfNormalise(h: ArrayLike<number>): Float64Array {
  const average = mean(h);
  if (!(average > 0)) throw allZero();
  return Float64Array.from(h, (value) => value / average);
}

export interface SampleSize {
  /** (sum h)^2 / sum h^2: how many equally weighted samples carry the same information. */
  readonly ess: number;
  /** ess / B. */
  readonly fraction: number;
  /** exp of the entropy of h / sum h. */
  readonly perplexity: number;
  /** Largest h / sum h. */
  readonly maxShare: number;
  readonly mean: number;
}

/** Effective sample size of non-negative weights. */
export function effectiveSampleSize(h: ArrayLike<number>): SampleSize {
  let sum = 0;
  let squares = 0;
  let max = 0;
  for (let i = 0; i < h.length; i++) {
    sum += h[i]!;
    squares += h[i]! ** 2;
    max = Math.max(max, h[i]!);
  }
  let entropy = 0;
  for (let i = 0; i < h.length; i++) if (h[i]! > 0) entropy -= (h[i]! / sum) * Math.log(h[i]! / sum);
  const ess = sum ** 2 / squares;
  return {
    ess,
    fraction: ess / h.length,
    perplexity: Math.exp(entropy),
    maxShare: max / sum,
    mean: sum / h.length,
  };
}
