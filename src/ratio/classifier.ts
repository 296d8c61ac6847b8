/**
 * Trains the source classifier: every fold's model at once, stopped where the out-of-fold log loss is lowest.
 * h of a sample then comes from a model that did not see it, nor any other response to its prompt.
 */
import type { Backend } from "../backend/backend.ts";
import { CLASSIFIER_DEFAULTS, type ClassifierOptions } from "./classifier_options.ts";
import { type Best, type ClassifierProgress, type HeadChoice, searchPenalties } from "./penalty_search.ts";
import { type ClassifierTask, checkTask, type HeadKind } from "./task.ts";

export interface TrainedClassifier {
  readonly kind: HeadKind;
  /** Out-of-fold logits, [head][sample], uncalibrated. For "nway" head k is the log-odds-like score of source k. */
  readonly logits: readonly Float64Array[];
  readonly chosen: readonly HeadChoice[];
  readonly history: readonly ClassifierProgress[];
  /** Linear models only: weights of the model that saw all folds, [head][1 + features], constant first. */
  readonly weights?: readonly Float64Array[];
  /** Linear models only: weights of the models that left one fold out, [head][fold][1 + features], constant first. */
  readonly foldWeights?: readonly (readonly Float32Array[])[];
}

/**
 * Trains until the loss stops falling. Yields after every look; stop iterating to cancel, and everything on the backend
 * is freed.
 * @throws TiltError when a source has samples in fewer than two folds
 */
export async function* trainSourceClassifier(
  backend: Backend,
  task: ClassifierTask,
  options: Partial<ClassifierOptions> = {},
): AsyncGenerator<ClassifierProgress, TrainedClassifier> {
  const settings = { ...CLASSIFIER_DEFAULTS, ...options };
  checkTask(task);
  const { best, history } = yield* searchPenalties(backend, task, settings);
  return {
    kind: settings.kind,
    logits: best.flatMap((head) => head.logits),
    chosen: best.map((head) => head.choice),
    history,
    ...(settings.model === "linear" && weightsOf(best, task.folds)),
  };
}

function weightsOf(best: readonly Best[], folds: number): Pick<TrainedClassifier, "weights" | "foldWeights"> {
  const all = best.flatMap((head) => head.weights);
  const heads = Array.from({ length: all.length / (folds + 1) }, (_, head) => head * (folds + 1));
  return {
    weights: heads.map((at) => all[at + folds]!),
    foldWeights: heads.map((at) => all.slice(at, at + folds).map((one) => Float32Array.from(one))),
  };
}
