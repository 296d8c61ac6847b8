/**
 * How the models trained side by side are laid out as columns: penalty, then fold, then head. The last fold leaves
 * nothing out: its model scores texts that are not in the file.
 */
import { type ClassifierTask, type HeadKind, headWeights, inHead, NO_FOLD, nwayWeights } from "./task.ts";

export interface Columns {
  readonly kind: HeadKind;
  /** Logits per model: one per synthetic source, or one per source for "nway". */
  readonly heads: number;
  readonly penalties: readonly number[];
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
  column(penalty: number, fold: number, head: number): number;
}

export function layOutColumns(
  task: ClassifierTask,
  kind: HeadKind,
  penalties: readonly number[],
  balanced: boolean,
): Columns {
  const heads = kind === "binary" ? task.synthetic : task.synthetic + 1;
  const folds = task.folds + 1;
  const count = penalties.length * folds * heads;
  const padded = Math.ceil(count / 4) * 4;
  const column = (penalty: number, fold: number, head: number) => (penalty * folds + fold) * heads + head;
  const samples = task.category.length;
  const sampleWeights = new Float32Array(samples * padded);
  const l2 = new Float32Array(padded);
  for (let fold = 0; fold < folds; fold++) {
    const leftOut = fold < task.folds ? fold : NO_FOLD;
    const shared = kind === "nway" ? nwayWeights(task, leftOut, balanced) : undefined;
    for (let head = 0; head < heads; head++) {
      const weights = shared ?? headWeights(task, leftOut, head, balanced);
      penalties.forEach((penalty, p) => {
        const c = column(p, fold, head);
        l2[c] = penalty;
        for (let i = 0; i < samples; i++) sampleWeights[i * padded + c] = weights[i]!;
      });
    }
  }
  const labels = new Float32Array(samples * heads);
  for (let i = 0; i < samples; i++) {
    for (let head = 0; head < heads; head++) labels[i * heads + head] = task.category[i] === 0 ? 1 : 0;
  }
  return { kind, heads, penalties, count, padded, sampleWeights, labels, l2, column };
}

/** Samples that a head is judged on: target and its own source; all with a known source for "nway". */
export function judgedSamples(task: ClassifierTask, kind: HeadKind, head: number): Int32Array {
  const judged: number[] = [];
  task.category.forEach((c, i) => {
    if (kind === "nway" ? c >= 0 : c >= 0 && inHead(c, head)) judged.push(i);
  });
  return Int32Array.from(judged);
}
