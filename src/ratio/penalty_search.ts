/** Looks for the penalty and the step with the lowest out-of-fold log loss, head by head. */
import type { Backend } from "../backend/backend.ts";
import type { ClassifierOptions } from "./classifier_options.ts";
import type { Model } from "./columns.ts";
import { judgesOf } from "./judges.ts";
import { looks } from "./looks.ts";
import { type ClassifierTask, NO_FOLD } from "./task.ts";

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

/** Told after every look. */
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

/** What was best so far for one head, or for all heads of "nway". */
export interface Best {
  readonly choice: HeadChoice;
  readonly logits: readonly Float64Array[];
  /** By head: the models without fold 0, 1, ..., then the one that saw all. */
  readonly weights: readonly Float64Array[];
}

/** What training has found so far. */
export interface Search {
  /** By head, or one for all heads of "nway". */
  readonly best: Best[];
  readonly history: ClassifierProgress[];
}

/**
 * Trains under the penalties that were named, or under those that do best. Yields after every look; stop iterating to
 * cancel, and everything on the backend is freed.
 */
export async function* searchPenalties(
  backend: Backend,
  task: ClassifierTask,
  settings: ClassifierOptions,
): AsyncGenerator<ClassifierProgress, Search> {
  const search: Search = { best: [], history: [] };
  const linear = settings.model === "linear";
  if (settings.l2.length === 0 && linear) yield* climb(backend, task, settings, search);
  else {
    // The hidden model's columns are hidden units: one penalty, which nobody chooses.
    const named = linear ? settings.l2 : [settings.l2[0] ?? settings.first];
    yield* trainOn(backend, task, settings, named, [], search);
  }
  return search;
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
