/** One tanh layer over the sparse features, all folds at once, trained with Adam on the full batch. */
import { type Backend, scalar } from "../backend/backend.ts";
import { stream } from "../base/random.ts";
import { classifierAdam } from "../ops/classifier_adam.ts";
import {
  classifierHiddenBackward,
  classifierHiddenForward,
  classifierOuterBackward,
} from "../ops/classifier_hidden.ts";
import type { Columns } from "./columns.ts";
import { type Learner, learnerBase, tensorPool } from "./learner.ts";
import type { ClassifierTask } from "./task.ts";

export interface HiddenSettings {
  /** Units, a multiple of 4. */
  readonly hidden: number;
  readonly rate: number;
  readonly seed: number;
}

/** Spread of the first layer's start: small, or n-grams that training never sees would add noise to every score. */
const START = 0.02;

/** Every fold's model starts from the same weights, so that folds differ by their data alone. */
export async function hiddenLearner(
  backend: Backend,
  task: ClassifierTask,
  columns: Columns,
  { hidden, rate, seed }: HiddenSettings,
): Promise<Learner> {
  const pool = tensorPool(backend);
  const samples = task.category.length;
  const models = columns.count / columns.heads;
  const units = models * hidden;
  const outputs = models * columns.heads;
  const outerWidth = hidden + 4;
  const base = learnerBase(backend, pool, task, columns, Math.max(units, columns.padded));
  const { features, featureSegment, logits, residual } = base;

  const draw = stream(seed, "ratio/hidden");
  const inner = pool.put(
    "inner weights",
    "f32",
    tiled(features, models, hidden, () => START * draw.normal()),
  );
  const start = new Float32Array(outputs * outerWidth);
  for (let k = 0; k < columns.heads; k++) {
    for (let j = 0; j < hidden; j++) {
      const value = draw.normal() / Math.sqrt(hidden);
      for (let m = 0; m < models; m++) start[(m * columns.heads + k) * outerWidth + j] = value;
    }
  }
  const outer = pool.put("outer weights", "f32", start);
  const identity = Uint32Array.from({ length: outputs + 1 }, (_, i) => i);
  const outerSegment = pool.put("segments of outputs", "u32", identity);
  const pre = pool.room("before tanh", (samples + 1) * units);
  const a = pool.room("hidden", samples * units);
  const douter = pool.room("outer gradient", outputs * outerWidth);
  const innerMoments = {
    first: pool.room("inner first moment", features * units),
    second: pool.room("inner second moment", features * units),
  };
  const outerMoments = {
    first: pool.room("outer first moment", outputs * outerWidth),
    second: pool.room("outer second moment", outputs * outerWidth),
  };
  const stepSize = scalar("rate", 0);
  const bound = scalar("bound", 0);
  const shape = { rows: samples, models, hidden, heads: columns.heads, columns: columns.padded };

  const forward = await backend.plan("hidden classifier forward", (recorder) => {
    base.forward(recorder, inner, pre, units);
    recorder.dispatch(classifierHiddenForward, { pre, outer, a, logits }, shape);
  });
  const update = await backend.plan("hidden classifier update", (recorder) => {
    base.loss(recorder);
    recorder.dispatch(classifierOuterBackward, { a, residual, douter }, shape);
    recorder.dispatch(classifierHiddenBackward, { a, outer, residual, dpre: pre }, shape);
    const sums = base.backward(recorder, pre, units);
    const l2 = columns.models[0]?.l2 ?? 0;
    recorder.dispatch(
      classifierAdam,
      { featureSegment, sums, weight: inner, ...innerMoments },
      { features, columns: units, segments: base.featureSegments, l2, rate: stepSize, bound },
    );
    recorder.dispatch(
      classifierAdam,
      { featureSegment: outerSegment, sums: douter, weight: outer, ...outerMoments },
      { features: outputs, columns: outerWidth, segments: outputs, l2: 0, rate: stepSize, bound },
    );
  });

  let done = 0;
  return {
    step() {
      if (done > 0) {
        const root = Math.sqrt(1 - 0.999 ** done);
        stepSize.value = (rate * root) / (1 - 0.9 ** done);
        bound.value = 1e-8 * root;
        update.run();
      }
      done++;
      forward.run();
    },
    logits: base.readLogits,
    destroy() {
      forward.destroy();
      update.destroy();
      pool.freeAll();
    },
  };
}

/** [rows, models * width], each row's first `width` values drawn and then repeated for every model. */
function tiled(rows: number, models: number, width: number, draw: () => number): Float32Array {
  const values = new Float32Array(rows * models * width);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < width; j++) {
      const value = draw();
      for (let m = 0; m < models; m++) values[(r * models + m) * width + j] = value;
    }
  }
  return values;
}
