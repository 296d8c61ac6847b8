/** What the source classifier is asked: who wrote each sample, and which fold's model may not see it. */
import type { Csr } from "../base/csr.ts";
import { TiltError } from "../base/errors.ts";

export interface ClassifierTask {
  /** One row per sample. */
  readonly features: Csr;
  /** 0 = target, i = synthetic source i, -1 = unknown (scored, never trained on). */
  readonly category: Int32Array;
  /** Number of synthetic sources. */
  readonly synthetic: number;
  /** Fold per sample, 0 ... folds - 1. */
  readonly fold: Int32Array;
  readonly folds: number;
}

/** "binary": one head per synthetic source, target against it. "nway": one softmax over all sources. */
export type HeadKind = "binary" | "nway";

/** Whether a sample takes part in binary head `head`. */
export function inHead(category: number, head: number): boolean {
  return category === 0 || category === head + 1;
}

/**
 * The weight of every sample in the loss of one (fold, head): 0 when it is held out or not of that head. The others sum
 * to 1, shared equally between target and synthetic when `balanced`.
 * @param fold the fold left out; -1 leaves none out
 */
export function headWeights(
  task: ClassifierTask,
  fold: number,
  head: number,
  balanced: boolean,
): Float64Array {
  const { category } = task;
  const counts = [0, 0];
  const used = (i: number) => task.fold[i] !== fold && inHead(category[i]!, head);
  for (let i = 0; i < category.length; i++) if (used(i)) counts[category[i] === 0 ? 0 : 1]!++;
  const total = counts[0]! + counts[1]!;
  return Float64Array.from(category, (c, i) => {
    if (!used(i)) return 0;
    return balanced ? 0.5 / counts[c === 0 ? 0 : 1]! : 1 / total;
  });
}

/** The same for an n-way model: every source has equal mass when `balanced`. */
export function nwayWeights(task: ClassifierTask, fold: number, balanced: boolean): Float64Array {
  const { category } = task;
  const counts = new Float64Array(task.synthetic + 1);
  const used = (i: number) => task.fold[i] !== fold && category[i]! >= 0;
  let total = 0;
  for (let i = 0; i < category.length; i++) {
    if (!used(i)) continue;
    counts[category[i]!]!++;
    total++;
  }
  return Float64Array.from(category, (c, i) => {
    if (!used(i)) return 0;
    return balanced ? 1 / (counts.length * counts[c]!) : 1 / total;
  });
}

/** @throws TiltError unless every model sees target and synthetic samples */
export function checkTask(task: ClassifierTask): void {
  if (task.synthetic < 1) {
    throw new TiltError("There is no synthetic source to compare the target with.", {
      where: "source classifier",
      remedy: "Name which responses come from another source.",
    });
  }
  for (let source = 0; source <= task.synthetic; source++) {
    const folds = new Set<number>();
    for (let i = 0; i < task.category.length; i++) if (task.category[i] === source) folds.add(task.fold[i]!);
    if (folds.size >= 2) continue;
    throw new TiltError(
      `${source === 0 ? "The target" : `Synthetic source ${source}`} has samples in ${folds.size} of ${task.folds} folds; a model that leaves that fold out would never see it.`,
      { where: "source classifier", remedy: "Add prompts with responses of that source, or merge sources." },
    );
  }
}
