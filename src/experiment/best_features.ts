/** Ratios from the features that suit the data: short runs of characters, or longer ones where those tell more. */
import type { Backend } from "../backend/backend.ts";
import type { Csr } from "../base/csr.ts";
import type { TrainedClassifier } from "../ratio/classifier.ts";
import { estimateRatios, type RatioEstimate } from "../ratio/estimate.ts";
import { type ClassifierProgress, NEARLY_APART } from "../ratio/penalty_search.ts";
import type { RatioOptions, RatioTask } from "../ratio/ratio_options.ts";
import type { ResponseFeatures } from "./response_features.ts";

/** Entries of the features beyond which a file says enough by its size. */
const LARGE = 2_000_000;

/** Steps after which features that are behind others at the same step stay behind. */
const TELLING_STEPS = 24;

/** An estimate, and what it was made from. */
export interface EstimateOnBest {
  readonly estimate: RatioEstimate;
  readonly task: RatioTask;
  readonly settings: Partial<RatioOptions>;
  readonly features: ResponseFeatures;
}

/**
 * Estimates on `first` and, where that may help, on its longer runs of characters under the penalties found; keeps
 * what has the lower out-of-fold log loss; the longer ones are given up early where they are behind. Yields progress; stop
 * iterating to cancel.
 * @throws TiltError when a source has too few samples for the folds
 */
export async function* estimateOnBest(
  backend: Backend,
  first: ResponseFeatures,
  taskOf: (features: Csr) => RatioTask,
  settings: Partial<RatioOptions>,
): AsyncGenerator<ClassifierProgress, EstimateOnBest> {
  const short = yield* estimateOn(backend, first, taskOf, settings);
  const { classifier } = short.estimate;
  // Sources that are nearly told apart differ in a few places, and a longer run may be one; where they are not, longer runs
  // add noise and cost three times as much.
  const worthIt = lossOf(classifier) < NEARLY_APART && first.features.column.length <= LARGE;
  if (!first.longer || !worthIt || lossOf(classifier) === 0) return short;
  const l2 = [...new Set(classifier.chosen.map((choice) => choice.l2))];
  const run = estimateOn(backend, first.longer(), taskOf, {
    ...settings,
    classifier: { ...settings.classifier, l2 },
  });
  try {
    for (;;) {
      const next = await run.next();
      if (next.done) {
        const long = next.value;
        return lossOf(long.estimate.classifier) < lossOf(classifier) ? long : short;
      }
      yield next.value;
      if (next.value.step >= TELLING_STEPS && behind(next.value, classifier)) return short;
    }
  } finally {
    await run.return(short);
  }
}

/** Whether a training has a higher loss than another had at the same step, under any penalty. */
function behind({ step, logLoss }: ClassifierProgress, { history }: TrainedClassifier): boolean {
  return history.some((other) => other.step === step && sum(other.logLoss) < sum(logLoss));
}

async function* estimateOn(
  backend: Backend,
  features: ResponseFeatures,
  taskOf: (features: Csr) => RatioTask,
  settings: Partial<RatioOptions>,
): AsyncGenerator<ClassifierProgress, EstimateOnBest> {
  const task = taskOf(features.features);
  const estimate = yield* estimateRatios(backend, task, settings);
  return { estimate, task, settings, features };
}

/** Mean over heads of the out-of-fold log loss that the penalty and the step were chosen by. */
function lossOf({ chosen }: TrainedClassifier): number {
  return sum(chosen.map(({ logLoss }) => logLoss)) / chosen.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
