/** The optimiser's step over a pool: global norm, clipping factor, AdamW. Its numbers are scalars, so a plan is kept. */
import { type Backend, type Recorder, type Scalar, scalar, type Tensor } from "../backend/backend.ts";
import { adamw } from "../ops/adamw.ts";
import { gradNormFinish, gradNormPartials, partialCount } from "../ops/grad_norm.ts";
import type { AdamWOptions } from "./optim.ts";
import type { Trained } from "./pool.ts";

/** What the update reads at each run. */
export interface OptimizerScalars {
  readonly lr: Scalar;
  readonly beta1: Scalar;
  readonly beta2: Scalar;
  readonly eps: Scalar;
  readonly weightDecay: Scalar;
  /** Largest global gradient norm; 0 clips nothing. */
  readonly maxNorm: Scalar;
  /** 1 / (1 - beta^t) */
  readonly correction1: Scalar;
  readonly correction2: Scalar;
}

export function optimizerScalars(options: AdamWOptions & { readonly maxNorm: number }): OptimizerScalars {
  return {
    lr: scalar("learning rate", 0),
    beta1: scalar("beta1", options.beta1),
    beta2: scalar("beta2", options.beta2),
    eps: scalar("eps", options.eps),
    weightDecay: scalar("weight decay", options.weightDecay),
    maxNorm: scalar("max norm", options.maxNorm),
    correction1: scalar("correction 1", 1),
    correction2: scalar("correction 2", 1),
  };
}

/** Sets the scalars for one update. @param step 1 for the first update */
export function setStep(scalars: OptimizerScalars, step: number, learningRate: number): void {
  scalars.lr.value = learningRate;
  scalars.correction1.value = 1 / (1 - scalars.beta1.value ** step);
  scalars.correction2.value = 1 / (1 - scalars.beta2.value ** step);
}

/** A pool's update, with the memory of its norm. */
export interface Optimizer {
  /** [2] global gradient norm before clipping, and the factor that was applied. */
  readonly clip: Tensor;
  record(recorder: Recorder, scalars: OptimizerScalars): void;
  free(): void;
}

/** What of a pool its update needs. */
export interface TrainedPool {
  /** Parameters, and how many of them in front are weights that decay. */
  readonly layout: { readonly count: number; readonly decayed: number };
  readonly parameters: Tensor;
  readonly trained: Trained | undefined;
}

/** @param decayNorms let weight decay reach the norms too */
export function createOptimizer(backend: Backend, pool: TrainedPool, decayNorms: boolean): Optimizer {
  const { layout, parameters, trained } = pool;
  if (!trained) throw new Error("a frozen pool has no optimiser");
  const { count } = layout;
  const decayed = decayNorms ? count : layout.decayed;
  const partials = partialCount(count);
  const partial = backend.tensor("norm partial sums", "f32", partials);
  const clip = backend.tensor("gradient norm and clipping factor", "f32", 2);
  return {
    clip,
    record(recorder, { maxNorm, ...rest }) {
      recorder.dispatch(gradNormPartials, { gradient: trained.gradient, partial }, { count, partials });
      recorder.dispatch(gradNormFinish, { partial, clip }, { partials, maxNorm });
      recorder.dispatch(
        adamw,
        { gradient: trained.gradient, clip, parameter: parameters, m: trained.m, v: trained.v },
        { count, decayed, ...rest },
      );
    },
    free() {
      backend.free(partial);
      backend.free(clip);
    },
  };
}
