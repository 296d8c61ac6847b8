/**
 * Trains the source classifier: every fold's model at once, stopped where the out-of-fold log loss is lowest.
 * h of a sample then comes from a model that did not see it, nor any other response to its prompt.
 */
import type { Backend } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { fitPlatt } from "./calibration.ts";
import { type Columns, judgedSamples, layOutColumns, type Model } from "./columns.ts";
import { hiddenLearner } from "./hidden.ts";
import type { Learner } from "./learner.ts";
import { linearLearner } from "./linear.ts";
import { logSumExp } from "./numerics.ts";
import { type ClassifierTask, checkTask, type HeadKind, headWeights, NO_FOLD, nwayWeights } from "./task.ts";

export interface ClassifierOptions {
  readonly model: "linear" | "hidden";
  readonly kind: HeadKind;
  /** Penalties on the squared weights, trained side by side; the best per head is kept. None: the best of `candidates`. */
  readonly l2: readonly number[];
  /**
   * Penalties to choose from, rising. Training starts from `first` with its neighbours beside it, these on as few folds as
   * tell; a neighbour that does better is trained next, with the one behind it beside it.
   */
  readonly candidates: readonly number[];
  /** One of them. */
  readonly first: number;
  /** Most steps taken, and how often the out-of-fold loss is looked at. */
  readonly steps: number;
  readonly every: number;
  /** Stop after this many looks without a better loss in any head. */
  readonly patience: number;
  /** Weigh target and synthetic samples equally (then gamma = 1), or as they occur. */
  readonly balanced: boolean;
  /** Width of the hidden layer, a multiple of 4. */
  readonly hidden: number;
  /** Learning rate of the hidden model's Adam. */
  readonly rate: number;
  readonly seed: number;
}

export const CLASSIFIER_DEFAULTS: ClassifierOptions = {
  model: "linear",
  kind: "binary",
  l2: [],
  candidates: [1e-6, 1e-4, 1e-3, 1e-2],
  first: 1e-4,
  steps: 160,
  every: 4,
  patience: 2,
  balanced: true,
  hidden: 16,
  rate: 0.02,
  seed: 1,
};

/** A look counts as better when it lowers the loss by this share. */
const GAIN = 1e-3;
/** To train on, it must lower it by this much, too, in nats: less is far below what the samples at hand can tell. */
const WORTH = 2e-4;
/** Below this loss all is told apart, and more steps only stretch the logits. */
const PERFECT = 1e-6;
/** Mean log loss of the heads below which sources count as nearly told apart. */
export const NEARLY_APART = 0.1;
/** Samples of every source that the folds have together by which neighbours are judged. */
const TELLING = 80;

export interface ClassifierProgress {
  readonly step: number;
  readonly steps: number;
  /** Balanced out-of-fold log loss after Platt scaling, per head (one entry for "nway"), at this step. */
  readonly logLoss: readonly number[];
}

/** One head's choice among penalties and steps. */
export interface HeadChoice {
  readonly l2: number;
  readonly step: number;
  readonly logLoss: number;
}

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
  const search: Search = { best: [], history: [] };
  const linear = settings.model === "linear";
  if (settings.l2.length === 0 && linear) yield* climb(backend, task, settings, search);
  else {
    // The hidden model's columns are hidden units: one penalty, which nobody chooses.
    const named = linear ? settings.l2 : [settings.l2[0] ?? settings.first];
    yield* trainOn(backend, task, settings, named, [], search);
  }
  const { best, history } = search;
  return {
    kind: settings.kind,
    logits: best.flatMap((head) => head.logits),
    chosen: best.map((head) => head.choice),
    history,
    ...(linear && weightsOf(best, task.folds)),
  };
}

/** What training has found so far. */
interface Search {
  /** By head, or one for all heads of "nway". */
  readonly best: Best[];
  readonly history: ClassifierProgress[];
}

/**
 * Trains under one penalty, then under its neighbour for as long as that does better. Where sources are nearly told apart
 * a few folds hold too few mistakes to tell, and less of a penalty is likely right: the weaker neighbour is trained anyway.
 */
async function* climb(
  backend: Backend,
  task: ClassifierTask,
  settings: ClassifierOptions,
  search: Search,
): AsyncGenerator<ClassifierProgress, void> {
  const { candidates, first } = settings;
  const tried = new Set<number>();
  let next: number | undefined = first;
  while (next !== undefined) {
    const here: number = next;
    const at = candidates.indexOf(here);
    const beside = candidates.filter((l2, i) => Math.abs(i - at) === 1 && !tried.has(l2));
    for (const l2 of [here, ...beside]) tried.add(l2);
    next = yield* trainOn(backend, task, settings, [here], beside, search);
    if (next === undefined && here === first && nearlyApart(search)) next = candidates[at - 1];
  }
}

function nearlyApart({ best }: Search): boolean {
  return best.reduce((sum, { choice }) => sum + choice.logLoss, 0) < NEARLY_APART * best.length;
}

/**
 * Trains every fold and head under some penalties, and keeps what is better than anything before.
 * @param beside penalties tried on a few folds at the same time
 * @returns the one of these that did best on those folds, if it did better than all penalties in full
 */
async function* trainOn(
  backend: Backend,
  task: ClassifierTask,
  settings: ClassifierOptions,
  penalties: readonly number[],
  beside: readonly number[],
  { best, history }: Search,
): AsyncGenerator<ClassifierProgress, number | undefined> {
  const { kind, steps } = settings;
  const folds = Array.from({ length: task.folds }, (_, fold) => fold);
  const few = beside.length > 0 ? tellingFolds(task) : [];
  const judges = judgesOf(task, kind, folds);
  const trials = judgesOf(task, kind, few);
  const models: Model[] = [];
  const add = (l2: number, leftOut: readonly number[]): readonly number[] =>
    leftOut.map((fold) => models.push({ l2, leftOut: fold }) - 1);
  const full = penalties.map((l2) => ({ l2, models: add(l2, [...folds, NO_FOLD]) }));
  const tried = [
    ...full.map(({ l2, models }) => ({ l2, models: few.map((fold) => models[fold]!), full: true })),
    ...beside.map((l2) => ({ l2, models: add(l2, few), full: false })),
  ].map((one) => ({ ...one, lowest: trials.map(() => Infinity) }));

  /** By head, in these models. */
  const reached = judges.map(() => Infinity);
  let stale = 0;
  for await (const look of looks(backend, task, settings, models)) {
    const losses: number[] = [];
    let improved = false;
    for (const [j, judge] of judges.entries()) {
      let lowest = Infinity;
      for (const { l2, models } of full) {
        const scores = look.scores(models, j);
        const logLoss = judge(scores);
        lowest = Math.min(lowest, logLoss);
        if (logLoss < Math.min(reached[j]! * (1 - GAIN), reached[j]! - WORTH)) {
          reached[j] = logLoss;
          improved = true;
        }
        if (logLoss >= (best[j]?.choice.logLoss ?? Infinity) * (1 - GAIN)) continue;
        const choice = { l2, step: look.step, logLoss };
        best[j] = { choice, logits: scores, weights: await look.weights(models, j) };
      }
      losses.push(lowest);
    }
    for (const { models, lowest } of beside.length > 0 ? tried : []) {
      for (const [j, trial] of trials.entries())
        lowest[j] = Math.min(lowest[j]!, trial(look.scores(models, j)));
    }
    stale = improved ? 0 : stale + 1;
    const progress = { step: look.step, steps, logLoss: losses };
    history.push(progress);
    yield progress;
    if (stale >= settings.patience || losses.every((loss) => loss < PERFECT)) break;
  }
  const byLoss = tried
    .map(({ l2, full, lowest }) => ({ l2, full, sum: lowest.reduce((sum, loss) => sum + loss, 0) }))
    .sort((a, b) => a.sum - b.sum);
  const winner = byLoss[0];
  const inFull = Math.min(...byLoss.filter(({ full }) => full).map(({ sum }) => sum));
  return winner && !winner.full && winner.sum < inFull * (1 - GAIN) ? winner.l2 : undefined;
}

/** The fewest folds that hold enough samples of every source to tell penalties apart, or all. */
function tellingFolds(task: ClassifierTask): readonly number[] {
  const counts = new Uint32Array(task.synthetic + 1);
  const folds: number[] = [];
  for (let fold = 0; fold < task.folds && counts.some((count) => count < TELLING); fold++) {
    folds.push(fold);
    task.category.forEach((source, i) => {
      if (source >= 0 && task.fold[i] === fold) counts[source]!++;
    });
  }
  return folds;
}

/** The models as they are after a step. */
interface Look {
  readonly step: number;
  /** Logits of judge `j`'s heads, each sample's from the one of these models that left its fold out. */
  scores(models: readonly number[], j: number): Float64Array[];
  /** Weights of the same heads, those of these models one after the other; none for a hidden layer. */
  weights(models: readonly number[], j: number): Promise<readonly Float64Array[]>;
}

/** Trains models side by side, and stops for a look at them every few steps. Everything is freed when the looking ends. */
async function* looks(
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

/** What was best so far for one head, or for all heads of "nway". */
interface Best {
  readonly choice: HeadChoice;
  readonly logits: readonly Float64Array[];
  /** By head: the models without fold 0, 1, ..., then the one that saw all. */
  readonly weights: readonly Float64Array[];
}

function weightsOf(best: readonly Best[], folds: number): Pick<TrainedClassifier, "weights" | "foldWeights"> {
  const all = best.flatMap((head) => head.weights);
  const heads = Array.from({ length: all.length / (folds + 1) }, (_, head) => head * (folds + 1));
  return {
    weights: heads.map((at) => all[at + folds]!),
    foldWeights: heads.map((at) => all.slice(at, at + folds).map((one) => Float32Array.from(one))),
  };
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

/** By head, or one for all heads of "nway". */
function judgesOf(
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
