/** Trains the classifier's models side by side, and hands them out for a look every few steps. */
import type { Backend } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import type { ClassifierOptions } from "./classifier_options.ts";
import { type Columns, layOutColumns, type Model } from "./columns.ts";
import { hiddenLearner } from "./hidden.ts";
import type { Learner } from "./learner.ts";
import { linearLearner } from "./linear.ts";
import type { ClassifierTask } from "./task.ts";

/** The models as they are after a step. */
export interface Look {
  readonly step: number;
  /** Logits of judge `j`'s heads, each sample's from the one of these models that left its fold out. */
  scores(models: readonly number[], j: number): Float64Array[];
  /** Weights of the same heads, those of these models one after the other; none for a hidden layer. */
  weights(models: readonly number[], j: number): Promise<readonly Float64Array[]>;
}

/** Trains models side by side, and stops for a look at them every few steps. Everything is freed when the looking ends. */
export async function* looks(
  backend: Backend,
  task: ClassifierTask,
  settings: ClassifierOptions,
  models: readonly Model[],
): AsyncGenerator<Look, void> {
  const { model, kind, balanced, steps, every } = settings;
  const columns = layOutColumns(task, kind, models, balanced);
  const headsOf = (j: number) => (kind === "nway" ? Array.from({ length: columns.heads }, (_, k) => k) : [j]);
  const learner: Learner =
    model === "linear"
      ? await linearLearner(backend, task, columns)
      : await hiddenLearner(backend, task, columns, settings);
  try {
    for (let step = 1; step <= steps; step++) {
      learner.step();
      if (step % every !== 0 && step !== steps) continue;
      const logits = await learner.logits();
      yield {
        step,
        scores: (of, j) => headsOf(j).map((head) => outOfFold(logits, task, columns, of, head)),
        weights: async (of, j) => {
          const wanted = headsOf(j).flatMap((head) => of.map((m) => columns.column(m, head)));
          return (await learner.weights?.(wanted)) ?? [];
        },
      };
    }
  } finally {
    learner.destroy();
  }
}

/** Each sample's logit from the one of these models that left its fold out; NaN where none did. */
function outOfFold(
  logits: FloatArray,
  task: ClassifierTask,
  columns: Columns,
  of: readonly number[],
  head: number,
): Float64Array {
  const byFold = new Map(of.map((m) => [columns.models[m]!.leftOut, m]));
  return Float64Array.from(task.fold, (fold, i) => {
    const m = byFold.get(fold);
    return m === undefined ? Number.NaN : logits[i * columns.padded + columns.column(m, head)]!;
  });
}
