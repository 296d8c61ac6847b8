/**
 * Trains the source classifier: every fold's model at once, stopped where the out-of-fold log loss is lowest.
 * h of a sample then comes from a model that did not see it, nor any other response to its prompt.
 */
import type { Backend } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { fitPlatt } from "./calibration.ts";
import { type Columns, judgedSamples, layOutColumns } from "./columns.ts";
import { hiddenLearner } from "./hidden.ts";
import type { Learner } from "./learner.ts";
import { linearLearner } from "./linear.ts";
import { logSumExp } from "./numerics.ts";
import { type ClassifierTask, checkTask, type HeadKind, headWeights, NO_FOLD, nwayWeights } from "./task.ts";

export interface ClassifierOptions {
  readonly model: "linear" | "hidden";
  readonly kind: HeadKind;
  /** Penalties on the squared weights, trained side by side; the best per head is kept. */
  readonly l2: readonly number[];
  /** Stronger penalties, tried after those two at a time for as long as some head does best with the strongest so far. */
  readonly stronger: readonly number[];
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
  l2: [1e-6, 1e-4],
  stronger: [1e-3, 1e-2],
  steps: 160,
  every: 4,
  patience: 3,
  balanced: true,
  hidden: 16,
  rate: 0.02,
  seed: 1,
};

/** A look counts as better when it lowers the loss by this share. */
const GAIN = 1e-3;
/** Below this loss all is told apart, and more steps only stretch the logits. */
const PERFECT = 1e-6;
/** Stronger penalties tried at once. */
const AT_ONCE = 2;

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
  const settings = withDefaults(options);
  checkTask(task);
  const state: Search = {
    judges: Array.from({ length: settings.kind === "nway" ? 1 : task.synthetic }, (_, head) =>
      judge(task, settings.kind, head),
    ),
    best: [],
    history: [],
  };
  // The hidden model's penalty is not a grid: its columns are hidden units.
  const linear = settings.model === "linear";
  yield* trainOn(backend, task, settings, linear ? settings.l2 : settings.l2.slice(0, 1), state);
  let strongest = Math.max(...settings.l2);
  for (let at = 0; linear && at < settings.stronger.length; at += AT_ONCE) {
    if (!state.best.some(({ choice }) => choice.l2 === strongest)) break;
    const next = settings.stronger.slice(at, at + AT_ONCE);
    strongest = Math.max(...next);
    yield* trainOn(backend, task, settings, next, state);
  }
  const { best, history } = state;
  return {
    kind: settings.kind,
    logits: best.flatMap((head) => head.logits),
    chosen: best.map((head) => head.choice),
    history,
    ...(linear && weightsOf(best, task.folds)),
  };
}

/** Settings with what was left open filled in. Penalties that somebody names are all that is tried. */
function withDefaults(options: Partial<ClassifierOptions>): ClassifierOptions {
  return { ...CLASSIFIER_DEFAULTS, ...(options.l2 && { stronger: [] }), ...options };
}

/** What training has found so far. */
interface Search {
  readonly judges: readonly ((scores: Float64Array[]) => number)[];
  /** By head, or one for all heads of "nway". */
  readonly best: Best[];
  readonly history: ClassifierProgress[];
}

/** Trains every fold and head under some penalties at once, and keeps what is better than anything before. */
async function* trainOn(
  backend: Backend,
  task: ClassifierTask,
  settings: ClassifierOptions,
  penalties: readonly number[],
  { judges, best, history }: Search,
): AsyncGenerator<ClassifierProgress, void> {
  const columns = layOutColumns(task, settings.kind, penalties, settings.balanced);
  const learner: Learner =
    settings.model === "linear"
      ? await linearLearner(backend, task, columns)
      : await hiddenLearner(backend, task, columns, settings);
  let stale = 0;
  try {
    for (let step = 1; step <= settings.steps && stale < settings.patience; step++) {
      learner.step();
      if (step % settings.every !== 0 && step !== settings.steps) continue;
      const logits = await learner.logits();
      const losses: number[] = [];
      let improved = false;
      for (let j = 0; j < judges.length; j++) {
        let lowest = Infinity;
        for (let p = 0; p < penalties.length; p++) {
          const heads = settings.kind === "nway" ? Array.from({ length: columns.heads }, (_, k) => k) : [j];
          const scores = heads.map((head) => outOfFold(logits, task, columns, p, head));
          const logLoss = judges[j]!(scores);
          lowest = Math.min(lowest, logLoss);
          if (logLoss >= (best[j]?.choice.logLoss ?? Infinity) * (1 - GAIN)) continue;
          improved = true;
          const models = heads.flatMap((head) =>
            Array.from({ length: task.folds + 1 }, (_, fold) => columns.column(p, fold, head)),
          );
          const weights = (await learner.weights?.(models)) ?? [];
          best[j] = { choice: { l2: penalties[p]!, step, logLoss }, logits: scores, weights };
        }
        losses.push(lowest);
      }
      stale = improved ? 0 : stale + 1;
      const progress = { step, steps: settings.steps, logLoss: losses };
      history.push(progress);
      yield progress;
      if (best.every(({ choice }) => choice.logLoss < PERFECT)) return;
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

/** Each sample's logit from the model of the fold that left it out. */
function outOfFold(
  logits: FloatArray,
  task: ClassifierTask,
  columns: Columns,
  penalty: number,
  head: number,
): Float64Array {
  return Float64Array.from(
    task.fold,
    (fold, i) => logits[i * columns.padded + columns.column(penalty, fold, head)]!,
  );
}

/** Balanced log loss of out-of-fold scores after Platt scaling: what stopping and penalties are chosen by. */
function judge(task: ClassifierTask, kind: HeadKind, head: number): (scores: Float64Array[]) => number {
  const samples = judgedSamples(task, kind, head);
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
