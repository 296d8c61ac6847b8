/** The controls of a playground, by name: which settings each moves, and how far. Lessons and embedded pages name them. */
import type { FieldValue } from "../experiment/spec.ts";

type Changes = Readonly<Record<string, FieldValue>>;

interface ControlBase {
  /** Setting that the control shows; its label and help are the spec's own. */
  readonly path: string;
  /** Shorter label, where the spec's is long. */
  readonly label?: string;
}

/** A slider over places, evenly spaced whatever their values. */
export interface StopControl extends ControlBase {
  readonly kind: "stops";
  readonly stops: readonly number[];
  /** Stops that carry a number. */
  readonly ticks: readonly number[];
  readonly decimals: number;
}

/** One of a few named values. */
export interface ChoiceControl extends ControlBase {
  readonly kind: "choice";
  readonly values: readonly { readonly value: string; readonly words: string }[];
}

export type Control = StopControl | ChoiceControl;

const range = (low: number, high: number, step: number): number[] =>
  Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => Number((low + i * step).toFixed(4)));

const CONTROLS = {
  shift: {
    kind: "stops",
    path: "data.shift",
    stops: range(0, 1.5, 0.05),
    ticks: [0, 0.5, 1, 1.5],
    decimals: 2,
  },
  share: {
    kind: "stops",
    path: "data.shareTarget",
    label: "Share of people",
    stops: [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    ticks: [0.02, 0.1, 0.3, 0.8],
    decimals: 2,
  },
  kappa: { kind: "stops", path: "data.kappa", stops: range(0, 1, 0.1), ticks: [0, 0.5, 1], decimals: 1 },
  noise: {
    kind: "stops",
    path: "data.corruption",
    label: "Wrong labels",
    stops: range(0, 0.5, 0.05),
    ticks: [0, 0.25, 0.5],
    decimals: 2,
  },
  groups: {
    kind: "stops",
    path: "data.groups",
    label: "Pairs",
    stops: [50, 100, 200, 500, 1000],
    ticks: [50, 200, 1000],
    decimals: 0,
  },
  lambda: {
    kind: "stops",
    path: "train.lambda",
    stops: [0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10],
    ticks: [0.1, 1, 10],
    decimals: 2,
  },
  batch: {
    kind: "stops",
    path: "train.batch",
    label: "Batch",
    stops: [1, 2, 4, 8, 16, 32, 64],
    ticks: [1, 8, 64],
    decimals: 0,
  },
  hidden: {
    kind: "stops",
    path: "model.planeHidden",
    label: "Hidden units",
    stops: [0, 4, 6, 8, 12, 16],
    ticks: [0, 6, 16],
    decimals: 0,
  },
  ratio: {
    kind: "choice",
    path: "ratio.source",
    values: [
      { value: "true", words: "exact" },
      { value: "classifier", words: "from a classifier" },
    ],
  },
  pair: {
    kind: "choice",
    path: "ratio.reduction",
    label: "Ratio of a pair",
    values: [
      { value: "joint", words: "joint" },
      { value: "product", words: "product" },
      { value: "mean", words: "mean" },
    ],
  },
  estimator: {
    kind: "choice",
    path: "train.estimator",
    label: "Log-mean-exp from",
    values: [
      { value: "exact", words: "the batch" },
      { value: "running", words: "a running average" },
    ],
  },
} as const satisfies Record<string, Control>;

export type ControlId = keyof typeof CONTROLS;

export const CONTROL_IDS = Object.keys(CONTROLS) as readonly ControlId[];

export const controlOf = (id: ControlId): Control => CONTROLS[id];

/**
 * The settings that moving a control to a value changes. Shares of the sources still sum to 1: the scrape keeps its fifth, and
 * source A gets the rest, unless the settings have no source A.
 * @param now the settings before the move
 */
export function changesFor(id: ControlId, value: FieldValue, now: Changes = {}): Changes {
  const { path } = CONTROLS[id];
  if (id !== "share" || typeof value !== "number") return { [path]: value };
  const first = now["data.shareFirst"] === 0 ? 0 : Number((0.8 - value).toFixed(4));
  return { [path]: value, "data.shareFirst": first };
}
