/** How the models trained side by side are laid out as columns: model, then head. */
import { type ClassifierTask, type HeadKind, headWeights, inHead, nwayWeights } from "./task.ts";

/** What a model is fitted with: the penalty on its squared weights, and the fold it does not see (NO_FOLD: it sees all). */
export interface Model {
  readonly l2: number;
  readonly leftOut: number;
}

export interface Columns {
  readonly kind: HeadKind;
  /** Logits per model: one per synthetic source, or one per source for "nway". */
  readonly heads: number;
  readonly models: readonly Model[];
  /** Whether target and synthetic samples weigh the same. */
  readonly balanced: boolean;
  /** Columns in use. */
  readonly count: number;
  /** `count` rounded up to a multiple of 4. */
  readonly padded: number;
  /** [samples, padded] */
  readonly sampleWeights: Float32Array;
  /** [samples, heads], for "binary": 1 for the target. */
  readonly labels: Float32Array;
  /** [padded] */
  readonly l2: Float32Array;
  column(model: number, head: number): number;
}

/**
 * Places every (model, head) in a column, and works out each column's sample weights and labels.
 * @param balanced target and synthetic samples weigh the same
 */
export function layOutColumns(
  task: ClassifierTask,
  kind: HeadKind,
  models: readonly Model[],
  balanced: boolean,
): Columns {
  const heads = kind === "binary" ? task.synthetic : task.synthetic + 1;
  const count = models.length * heads;
  const padded = Math.ceil(count / 4) * 4;
  const column = (model: number, head: number) => model * heads + head;
  const samples = task.category.length;
  const sampleWeights = new Float32Array(samples * padded);
  const l2 = new Float32Array(padded);
  models.forEach((model, m) => {
    const shared = kind === "nway" ? nwayWeights(task, model.leftOut, balanced) : undefined;
    for (let head = 0; head < heads; head++) {
      const weights = shared ?? headWeights(task, model.leftOut, head, balanced);
      const c = column(m, head);
      l2[c] = model.l2;
      for (let i = 0; i < samples; i++) sampleWeights[i * padded + c] = weights[i]!;
    }
  });
  const labels = new Float32Array(samples * heads);
  for (let i = 0; i < samples; i++) {
    for (let head = 0; head < heads; head++) labels[i * heads + head] = task.category[i] === 0 ? 1 : 0;
  }
  return { kind, heads, models, balanced, count, padded, sampleWeights, labels, l2, column };
}

/** Samples of these folds that a head is judged on: target and its own source; all with a known source for "nway". */
export function judgedSamples(
  task: ClassifierTask,
  kind: HeadKind,
  head: number,
  folds: readonly number[],
): Int32Array {
  const judged: number[] = [];
  task.category.forEach((c, i) => {
    if (!folds.includes(task.fold[i]!)) return;
    if (kind === "nway" ? c >= 0 : c >= 0 && inHead(c, head)) judged.push(i);
  });
  return Int32Array.from(judged);
}
