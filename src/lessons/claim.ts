/** What a lesson says is so, in a form that can be measured: one number per seed, and what its interval must do. */
import { type Interval, interval, mean } from "../base/statistics.ts";
import type { ArmRuns } from "../experiment/plane/arms.ts";
import type { PlaneMetrics } from "../experiment/plane/metrics.ts";
import type { LessonRun } from "./lesson.ts";

export interface Claim {
  /** The claim in one sentence. */
  readonly says: string;
  /** What is measured, e.g. "Reweighting − ERM, human reward". */
  readonly quantity: string;
  /** "share" is shown in per cent. */
  readonly unit: "reward" | "share" | "nats";
  /** One number per seed. */
  readonly values: (runs: readonly LessonRun[]) => readonly number[];
  readonly expects: Expectation;
}

export type Expectation =
  /** The whole interval on one side of a number. */
  | { readonly kind: "above" | "below"; readonly than: number }
  /** The whole interval no further than this from 0. */
  | { readonly kind: "within"; readonly than: number }
  /** The same number for every seed, but for rounding. */
  | { readonly kind: "equal" }
  /** Some seeds on either side of 0: one run cannot tell. */
  | { readonly kind: "both-signs" };

export type Verdict = "holds" | "open" | "fails";

export interface Finding extends Interval {
  readonly values: readonly number[];
  readonly verdict: Verdict;
}

/** Largest difference that is rounding. */
const ROUNDING = 1e-6;

/** Holds a claim against runs. With fewer than 3 seeds nothing is said. */
export function findingOf(claim: Claim, runs: readonly LessonRun[]): Finding {
  const values = claim.values(runs);
  const found = interval(values);
  return { ...found, values, verdict: values.length < 3 ? "open" : verdictOf(claim.expects, values, found) };
}

function verdictOf(expects: Expectation, values: readonly number[], { mean, half }: Interval): Verdict {
  const [low, high] = [mean - half, mean + half];
  switch (expects.kind) {
    case "above":
      return low > expects.than ? "holds" : high < expects.than ? "fails" : "open";
    case "below":
      return high < expects.than ? "holds" : low > expects.than ? "fails" : "open";
    case "within":
      if (low > -expects.than && high < expects.than) return "holds";
      return low > expects.than || high < -expects.than ? "fails" : "open";
    case "equal":
      return values.every((value) => Math.abs(value) < ROUNDING) ? "holds" : "fails";
    case "both-signs":
      return Math.min(...values) < 0 && Math.max(...values) > 0 ? "holds" : "open";
  }
}

type Metric = "rew" | "rewK" | "kl" | "accuracy" | "loss" | "ess" | "flippedWeight";
/** An arm's index and a strategy's index in it. */
export type At = readonly [arm: number, strategy: number];

const metricsAt = (run: LessonRun, [arm, strategy]: At): PlaneMetrics => (run as ArmRuns)[arm]![strategy]!;

/** A metric of one policy, per seed. */
export const metric =
  (name: Metric, at: At): Claim["values"] =>
  (runs) =>
    runs.map((run) => metricsAt(run, at)[name]);

/** A metric of one policy less that of another, paired by seed. */
export const difference =
  (name: Metric, a: At, b: At): Claim["values"] =>
  (runs) =>
    runs.map((run) => metricsAt(run, a)[name] - metricsAt(run, b)[name]);

/** What a difference gains between two pairs of policies: (a − b) − (c − d). */
export const gap =
  (name: Metric, [a, b]: readonly [At, At], [c, d]: readonly [At, At]): Claim["values"] =>
  (runs) =>
    runs.map(
      (run) =>
        metricsAt(run, a)[name] -
        metricsAt(run, b)[name] -
        (metricsAt(run, c)[name] - metricsAt(run, d)[name]),
    );

/** How much further one policy's metric lies from its own mean over the seeds than another's: a difference in spread. */
export const spread =
  (name: Metric, a: At, b: At): Claim["values"] =>
  (runs) => {
    const far = (at: At): readonly number[] => {
      const values = runs.map((run) => metricsAt(run, at)[name]);
      const middle = mean(values);
      return values.map((value) => Math.abs(value - middle));
    };
    const [one, other] = [far(a), far(b)];
    return one.map((value, i) => value - other[i]!);
  };

/** Share of a policy's tilt weight on a source (0 human, 1 A, 2 B), less that of another policy where one is given. */
export const weightOn =
  (source: number, at: At, less?: At): Claim["values"] =>
  (runs) =>
    runs.map(
      (run) =>
        metricsAt(run, at).weightBySource[source]! -
        (less ? metricsAt(run, less).weightBySource[source]! : 0),
    );

/** Index of the option among "a is larger", "b is larger", "they cannot be told apart", as an interval tells. */
export function sideOf(values: readonly number[]): 0 | 1 | 2 {
  const { mean: middle, half } = interval(values);
  return middle - half > 0 ? 0 : middle + half < 0 ? 1 : 2;
}
