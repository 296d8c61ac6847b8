/** Which curves the page draws, and how they are titled. */
import type { StepRecord } from "../experiment/events.ts";
import type { Point } from "./chart/path.ts";
import type { RunView } from "./state/run_view.ts";

export interface CurveMetric {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** What will fill the chart when it is empty. */
  readonly empty: string;
  readonly from: "train" | "evaluation" | "sampled";
  readonly name: string;
  /** Factor from the engine's unit to the one shown. */
  readonly factor: number;
  readonly zero: boolean;
  readonly bounds?: readonly [number, number];
  readonly decimals: number;
  /** Leaves out step 0, where policy and reference are one and every pair ties. */
  readonly afterStart?: true;
}

const percentOf = { factor: 100, zero: true, bounds: [0, 100], decimals: 0 } as const;

export const CURVES: readonly CurveMetric[] = [
  {
    id: "held-out-accuracy",
    title: "Held-out accuracy",
    unit: "% of pairs",
    empty: "The first evaluation draws this.",
    from: "evaluation",
    name: "eval_rewards/accuracies",
    ...percentOf,
    decimals: 1,
    afterStart: true,
  },
  {
    id: "held-out-loss",
    title: "Held-out loss",
    unit: "nats per pair",
    empty: "The first evaluation draws this.",
    from: "evaluation",
    name: "eval_loss",
    factor: 1,
    zero: false,
    decimals: 3,
  },
  {
    id: "loss",
    title: "Training loss",
    unit: "nats per group",
    empty: "The first step draws this.",
    from: "train",
    name: "loss",
    factor: 1,
    zero: false,
    decimals: 3,
  },
  {
    id: "accuracy",
    title: "Reward accuracy",
    unit: "% of the batch",
    empty: "The first step draws this.",
    from: "train",
    name: "rewards/accuracies",
    ...percentOf,
  },
  {
    id: "margin",
    title: "Reward margin",
    unit: "nats",
    empty: "The first step draws this.",
    from: "train",
    name: "rewards/margins",
    factor: 1,
    zero: false,
    decimals: 3,
  },
  {
    id: "ess",
    title: "Effective sample",
    unit: "groups",
    empty: "The first step draws this.",
    from: "train",
    name: "robust/ess",
    factor: 1,
    zero: true,
    decimals: 1,
  },
  {
    id: "kl",
    title: "KL to reference",
    unit: "nats per answer",
    empty: "Samples measure this: every so many steps, or when asked.",
    from: "sampled",
    name: "kl/reference",
    factor: 1,
    zero: true,
    decimals: 2,
  },
  trained("reward-preferred", "Reward, preferred", "nats", "rewards/chosen"),
  trained("reward-other", "Reward, other", "nats", "rewards/rejected"),
  trained(
    "drift-preferred",
    "Drift of preferred responses",
    "nats from the reference",
    "displacement/chosen_delta",
  ),
  trained("drift-other", "Drift of the others", "nats from the reference", "displacement/rejected_delta"),
  {
    ...trained(
      "displaced",
      "Displaced",
      "% of pairs with a preferred response less likely than before",
      "displacement/chosen_down",
    ),
    ...percentOf,
  },
  trained("tilt", "Tilt", "nats, KL of the weights from equal ones", "robust/kl"),
  trained("largest", "Largest share", "of the batch in one group", "robust/max_weight"),
  trained("objective", "Objective", "nats", "robust/value"),
  trained("gradient", "Gradient norm", "before clipping", "grad_norm"),
];

/** Charts that are there before anybody chooses. */
export const FIRST_CURVES: readonly string[] = [
  "held-out-accuracy",
  "held-out-loss",
  "loss",
  "accuracy",
  "margin",
  "ess",
  "kl",
  "drift-preferred",
];

function trained(id: string, title: string, unit: string, name: string): CurveMetric {
  const empty = "The first step draws this.";
  return { id, title, unit, empty, from: "train", name, factor: 1, zero: false, decimals: 3 };
}

/** Share of the batch's tilt weight that goes to the groups of a source. */
export function sourceWeight(source: string): CurveMetric {
  return {
    ...trained(`weight-${source}`, source, "% of the weight", `weight/by_source/${source}`),
    ...percentOf,
  };
}

export function curveById(id: string): CurveMetric {
  return CURVES.find((one) => one.id === id)!;
}

/**
 * Points of each metric so far, by the first record of a list: lists of a run that goes on are new ones each time, and
 * begin with the same record. Only what is new is read.
 */
const read = new WeakMap<StepRecord, Map<string, { count: number; points: Point[] }>>();

/** Points (step, value) of one metric of a run, in the unit shown. */
export function pointsOf(
  run: Pick<RunView, "train" | "evaluation"> & Partial<Pick<RunView, "sampled">>,
  metric: CurveMetric,
): readonly Point[] {
  const { id, from, name, factor, afterStart } = metric;
  const records = run[from];
  const first = records?.[0];
  if (!records || !first) return [];
  // Few, and measured again where they were measured before.
  if (from === "sampled")
    return records.flatMap(({ step, values }) =>
      values[name] === undefined ? [] : [[step, values[name] * factor] as const],
    );
  let known = read.get(first);
  if (!known) read.set(first, (known = new Map()));
  let so = known.get(id);
  if (!so || so.count > records.length) known.set(id, (so = { count: 0, points: [] }));
  for (; so.count < records.length; so.count++) {
    const { step, values } = records[so.count]!;
    const value = values[name];
    if (value === undefined || (afterStart && step === 0)) continue;
    so.points.push([step, value * factor]);
  }
  return so.points.slice();
}

/** The last value of a metric among a run's records. */
export function lastValue(records: readonly StepRecord[], name: string): number | null {
  return records.findLast((record) => record.values[name] !== undefined)?.values[name] ?? null;
}
