/** Logistic regression of all folds, heads and penalties at once: one sparse product forward, one back, per step. */
import { type Backend, readFloats, scalar } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { classifierNesterov } from "../ops/classifier_nesterov.ts";
import type { Columns } from "./columns.ts";
import { type Learner, learnerBase, tensorPool } from "./learner.ts";
import type { ClassifierTask } from "./task.ts";

/** Nesterov's accelerated gradient from zero weights, full batch. */
export async function linearLearner(
  backend: Backend,
  task: ClassifierTask,
  columns: Columns,
): Promise<Learner> {
  const pool = tensorPool(backend);
  const width = columns.padded;
  const base = learnerBase(backend, pool, task, columns, width);
  const { features, featureSegment } = base;
  const rate = pool.put("rates", "f32", base.rates);
  const l2 = pool.put("l2", "f32", columns.l2);
  const ahead = pool.room("look-ahead", features * width);
  const weight = pool.room("weights", features * width);
  const momentum = scalar("momentum", 0);

  const forward = await backend.plan("classifier forward", (recorder) =>
    base.forward(recorder, ahead, base.logits, width),
  );
  const update = await backend.plan("classifier update", (recorder) => {
    base.loss(recorder);
    const sums = base.backward(recorder, base.residual, width);
    const shape = { features, columns: width, segments: base.featureSegments, momentum };
    recorder.dispatch(classifierNesterov, { featureSegment, sums, rate, l2, ahead, weight }, shape);
  });

  let done = 0;
  /** All weights as they were after some step: heads ask one after the other. */
  let held: { readonly at: number; readonly values: FloatArray } | undefined;
  return {
    step() {
      if (done > 0) {
        // Nesterov's momentum for convex problems: 0, 1/4, 2/5, ... -> 1.
        momentum.value = (done - 1) / (done + 2);
        update.run();
      }
      done++;
      forward.run();
    },
    logits: base.readLogits,
    async weights(wanted) {
      if (held?.at !== done) held = { at: done, values: await readFloats(backend, ahead) };
      const all = held.values;
      const { constant, mean, place } = base.design;
      return wanted.map((c) => {
        const weights = new Float64Array(features);
        weights[0] = all[c]! * constant;
        for (let f = 1; f < features; f++) {
          weights[f] = all[(place[f - 1]! + 1) * width + c]!;
          weights[0]! -= mean[f - 1]! * weights[f]!;
        }
        return weights;
      });
    },
    destroy() {
      forward.destroy();
      update.destroy();
      pool.freeAll();
    },
  };
}
