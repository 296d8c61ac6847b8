/** The learning rate of every step, from the spec's peak, warm-up and schedule. */
import { ADAMW, type Schedule, scheduleMultiplier, warmupSteps } from "../model/optim.ts";
import { type OptimizerScalars, optimizerScalars, setStep } from "../model/optimizer.ts";

export interface Optimisation {
  readonly lr: number;
  readonly steps: number;
  readonly warmup: number;
  readonly schedule: Schedule;
  readonly weightDecay: number;
  readonly clip: number;
}

export interface Stepper {
  readonly scalars: OptimizerScalars;
  /** Sets the scalars for step number `step` (0 for the first) and returns its learning rate. */
  set(step: number): number;
}

/** Warm-up counts from 1, so that the first update already moves: a step of rate 0 would be a step wasted. */
export function stepper({ lr, steps, warmup, schedule, weightDecay, clip }: Optimisation): Stepper {
  const scalars = optimizerScalars({ ...ADAMW, weightDecay, maxNorm: clip });
  const warm = warmupSteps(steps, warmup);
  return {
    scalars,
    set(step) {
      const rate = lr * (step < warm ? (step + 1) / warm : scheduleMultiplier(schedule, step, steps, warm));
      setStep(scalars, step + 1, rate);
      return rate;
    },
  };
}
