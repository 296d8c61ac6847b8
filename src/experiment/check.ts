/** A run held against what a link said it would give; kept with the run's record. */
import { type Comparison, compareDigests } from "./compare.ts";
import {
  type Curve,
  curvesOf,
  type Digest,
  type DigestEnvironment,
  digestOfRecord,
  type RunCurves,
} from "./digest.ts";
import type { RunRecord } from "./events.ts";

export interface Check {
  readonly expected: Digest;
  /** Where this run's numbers were computed. */
  readonly actual: DigestEnvironment;
  readonly comparison: Comparison;
}

/** @param expected from a link, or of an earlier run */
export function checkRun(record: RunRecord, expected: Digest): Check {
  const actual = digestOfRecord(record);
  return { expected, actual: actual.environment, comparison: compareDigests(expected, actual) };
}

/** The curves of one metric on both sides, for a small chart laid over each other. */
export interface Overlay {
  readonly name: string;
  readonly expected: Curve;
  readonly actual: Curve;
  /** First step at which they are apart by more than the tolerance; null where they never are. */
  readonly partsAt: number | null;
}

/** The metric that parts first, or else the one furthest apart; null when no curve can be laid over another. */
export function overlayOf(run: RunCurves, { expected, comparison }: Check): Overlay | null {
  const { metrics } = comparison;
  const parting = metrics.find(({ partsAt }) => partsAt !== null && partsAt === comparison.partsAt);
  const chosen = parting ?? metrics[0];
  if (!chosen) return null;
  const find = (curves: readonly Curve[]) => curves.find(({ name }) => name === chosen.name);
  const [there, here] = [find(expected.curves), find(curvesOf(run))];
  return there && here ? { name: chosen.name, expected: there, actual: here, partsAt: chosen.partsAt } : null;
}
