/** The optimiser's formulas in float64: what the kernels are tested against, and what the CPU path runs. */

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** Decoupled decay; 0 for norms and biases. */
  readonly weightDecay: number;
}

export const ADAMW: AdamWOptions = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 };

/**
 * One AdamW update in place, in PyTorch's order: decay first, then the bias-corrected step
 * (Loshchilov and Hutter 2019, arXiv 1711.05101).
 * @param step 1 for the first update
 */
export function adamwStep(
  param: Float32Array | Float64Array,
  gradient: ArrayLike<number>,
  m: Float32Array | Float64Array,
  v: Float32Array | Float64Array,
  step: number,
  learningRate: number,
  { beta1, beta2, eps, weightDecay }: AdamWOptions,
): void {
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let i = 0; i < param.length; i++) {
    const g = gradient[i]!;
    m[i] = beta1 * m[i]! + (1 - beta1) * g;
    v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
    const update = m[i]! / correction1 / (Math.sqrt(v[i]! / correction2) + eps);
    param[i] = param[i]! * (1 - learningRate * weightDecay) - learningRate * update;
  }
}

/** L2 norm over all tensors together, and the factor that brings it under `maxNorm`. Log the norm before clipping. */
export function clipFactor(
  gradients: readonly ArrayLike<number>[],
  maxNorm: number,
): { readonly norm: number; readonly factor: number } {
  let squares = 0;
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) squares += gradient[i]! * gradient[i]!;
  }
  const norm = Math.sqrt(squares);
  return { norm, factor: Math.min(1, maxNorm / (norm + 1e-6)) };
}

export type Schedule = "constant" | "linear" | "cosine";

/**
 * Multiplier of the learning rate after `step` completed updates: linear warm-up, then the schedule's decay. With
 * warm-up the first update has rate 0, as in Hugging Face's schedulers.
 */
export function scheduleMultiplier(schedule: Schedule, step: number, total: number, warmup: number): number {
  if (step < warmup) return step / Math.max(1, warmup);
  if (schedule === "constant") return 1;
  const progress = (step - warmup) / Math.max(1, total - warmup);
  if (schedule === "linear") return Math.max(0, 1 - progress);
  return 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
}

/** Warm-up steps from a ratio of the total. */
export function warmupSteps(total: number, ratio: number): number {
  return Math.ceil(total * ratio);
}
