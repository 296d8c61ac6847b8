/** How good out-of-fold scores are: what the classifier's steps and penalties are chosen by. */
import { fitPlatt } from "./calibration.ts";
import { judgedSamples } from "./columns.ts";
import { logSumExp } from "./numerics.ts";
import { type ClassifierTask, type HeadKind, headWeights, NO_FOLD, nwayWeights } from "./task.ts";

/** By head, or one for all heads of "nway". */
export function judgesOf(
  task: ClassifierTask,
  kind: HeadKind,
  folds: readonly number[],
): ((scores: Float64Array[]) => number)[] {
  return Array.from({ length: kind === "nway" ? 1 : task.synthetic }, (_, head) =>
    judgeOf(task, kind, head, folds),
  );
}

/** Balanced log loss of out-of-fold scores after Platt scaling: what stopping and penalties are chosen by. */
function judgeOf(
  task: ClassifierTask,
  kind: HeadKind,
  head: number,
  folds: readonly number[],
): (scores: Float64Array[]) => number {
  const samples = judgedSamples(task, kind, head, folds);
  if (kind === "binary") {
    const labels = Float64Array.from(samples, (i) => (task.category[i] === 0 ? 1 : 0));
    const all = headWeights(task, NO_FOLD, head, true);
    const weights = Float64Array.from(samples, (i) => all[i]! * samples.length);
    return ([scores]) => {
      const own = Float64Array.from(samples, (i) => scores![i]!);
      return fitPlatt(labels, own, { weights }).objective;
    };
  }
  const weights = nwayWeights(task, NO_FOLD, true);
  return (scores) => {
    let sum = 0;
    for (const i of samples) {
      const own = scores.map((column) => column[i]!);
      sum += (logSumExp(own) - own[task.category[i]!]!) * weights[i]!;
    }
    return sum;
  };
}
