/** What can be chosen about the source classifier and its training. */
import type { HeadKind } from "./task.ts";

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
