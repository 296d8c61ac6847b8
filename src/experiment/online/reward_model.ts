/**
 * A Bradley-Terry reward model on hashed n-grams: p(w beats l) = sigmoid(r(w) - r(l)), r linear in a response's features
 * (Bradley and Terry 1952; Christiano et al. 2017, arXiv 1706.03741). A pair is the difference of two rows, so the
 * source classifier's learner fits it as it is: each pair once as a win and once, negated, as a loss.
 */
import type { Backend } from "../../backend/backend.ts";
import type { Csr } from "../../base/csr.ts";
import { TiltError } from "../../base/errors.ts";
import { finished } from "../../base/finished.ts";
import { pairsOf } from "../../data/dataset.ts";
import { trainSourceClassifier } from "../../ratio/classifier.ts";
import { groupedFolds } from "../../ratio/folds.ts";
import type { Control } from "../control.ts";
import type { Prepared } from "../prepare.ts";
import { ngramOptions, responseFeatures } from "../response_features.ts";
import { foldKey } from "../source_order.ts";
import type { Spec } from "../spec.ts";

export interface RewardModel {
  score(texts: readonly string[]): number[];
  /** Share of pairs ranked as judged, by models that saw no response to their prompt. */
  readonly accuracy: number;
  readonly pairs: number;
}

const FOLDS = 5;

/** Learns from the preferences of the training groups, label noise included. @throws TiltError when there are too few */
export async function trainRewardModel(
  backend: Backend,
  spec: Spec,
  { dataset, train }: Pick<Prepared, "dataset" | "train">,
  control: Control,
): Promise<RewardModel> {
  const texts: string[] = [];
  const pairs: (readonly [number, number])[] = [];
  const keys: string[] = [];
  for (const index of train) {
    const group = dataset.groups[index]!;
    const first = texts.length;
    texts.push(...group.responses.map(({ text }) => text));
    for (const [winner, loser] of pairsOf(group)) {
      pairs.push([first + winner, first + loser]);
      keys.push(foldKey(group, index));
    }
  }
  if (new Set(keys).size < FOLDS) {
    throw new TiltError(`A reward model needs pairs on at least ${FOLDS} prompts.`, {
      where: "online.score",
      remedy: "Give more data, or use a world's exact reward.",
    });
  }
  const made = responseFeatures(dataset.format, texts, ngramOptions(spec));
  const folds = groupedFolds(keys, FOLDS, spec.seed);
  const task = {
    features: differences(made.features, [...pairs, ...pairs.map(([w, l]) => [l, w] as const)]),
    category: Int32Array.from({ length: 2 * pairs.length }, (_, i) => (i < pairs.length ? 0 : 1)),
    synthetic: 1,
    fold: Int32Array.from({ length: 2 * pairs.length }, (_, i) => folds[i % pairs.length]!),
    folds: FOLDS,
  };
  const training = trainSourceClassifier(backend, task, { l2: [1e-5, 1e-3], seed: spec.seed });
  const { weights, logits } = await finished(training, () => control.gate());
  const own = weights![0]!;
  const right = pairs.filter((_, i) => logits[0]![i]! > 0).length;
  return {
    accuracy: right / pairs.length,
    pairs: pairs.length,
    score: (some) => products(made.transform(some), own),
  };
}

/** Row a minus row b, for each pair. Columns stay in order; entries that cancel are left out. */
export function differences(matrix: Csr, pairs: readonly (readonly [number, number])[]): Csr {
  const rowStart = new Uint32Array(pairs.length + 1);
  const column: number[] = [];
  const value: number[] = [];
  pairs.forEach(([a, b], r) => {
    const row = new Map<number, number>();
    for (const [of, sign] of [
      [a, 1],
      [b, -1],
    ] as const) {
      for (let e = matrix.rowStart[of]!; e < matrix.rowStart[of + 1]!; e++) {
        const at = matrix.column[e]!;
        row.set(at, (row.get(at) ?? 0) + sign * matrix.value[e]!);
      }
    }
    for (const at of [...row.keys()].sort((x, y) => x - y)) {
      if (row.get(at) === 0) continue;
      column.push(at);
      value.push(row.get(at)!);
    }
    rowStart[r + 1] = column.length;
  });
  return {
    rows: pairs.length,
    columns: matrix.columns,
    rowStart,
    column: Uint32Array.from(column),
    value: Float32Array.from(value),
  };
}

/** Each row times the weights; their first entry is the constant, which no preference can tell. */
function products({ rows, rowStart, column, value }: Csr, weights: ArrayLike<number>): number[] {
  return Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let e = rowStart[r]!; e < rowStart[r + 1]!; e++) sum += weights[1 + column[e]!]! * value[e]!;
    return sum;
  });
}
