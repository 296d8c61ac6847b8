/** Whether a re-run gave what was promised: bit-identical, within tolerance, or different, and where it parts. */
import type { Curve, Digest } from "./digest.ts";

export type Verdict = "bit-identical" | "within tolerance" | "different" | "unknown";

/** How one metric of two runs compares. */
export interface MetricDifference {
  readonly name: string;
  /** Largest relative difference over the compared steps; Infinity where only one side has a finite number. */
  readonly largest: number;
  /** Step of that difference. */
  readonly at: number;
  /** First step at which the curves are further apart than the tolerance; null when they never are. */
  readonly partsAt: number | null;
}

export interface Comparison {
  readonly verdict: Verdict;
  /** The verdict as a sentence. */
  readonly text: string;
  readonly tolerance: number;
  /** The metrics compared, the largest difference first. */
  readonly metrics: readonly MetricDifference[];
  /** Metrics or steps that only the expectation has. */
  readonly missing: readonly string[];
  /** First step at which any curve parts; null when none does. */
  readonly partsAt: number | null;
  /** What differs between the machines, in words. */
  readonly environment: readonly string[];
}

/** A relative difference up to this counts as agreement between adapters: float32 rounding, amplified by training. */
export const TOLERANCE = 0.01;

/**
 * Compares a run with what was expected of it.
 *
 * The difference of two values is taken relative to the larger of them, but to no less than a hundredth of the
 * curve's largest magnitude, so that a curve crossing zero is not judged by its smallest value.
 * @param expected from a link (a few points) or a stored run (all of them)
 * @param actual with all of its curves
 */
export function compareDigests(expected: Digest, actual: Digest, tolerance = TOLERANCE): Comparison {
  const identical = expected.hash === actual.hash;
  const curves = new Map(actual.curves.map((curve) => [curve.name, curve]));
  const metrics: MetricDifference[] = [];
  const missing: string[] = [];
  for (const curve of expected.curves) {
    const other = curves.get(curve.name);
    if (!other) {
      missing.push(curve.name);
      continue;
    }
    const { difference, absent } = compareCurves(curve, other, tolerance);
    if (absent > 0) missing.push(`${curve.name} at ${absent} of ${curve.steps.length} steps`);
    if (difference) metrics.push(difference);
  }
  metrics.sort((a, b) => b.largest - a.largest);
  const parted = metrics.flatMap(({ partsAt }) => (partsAt === null ? [] : [partsAt]));
  const partsAt = parted.length > 0 ? Math.min(...parted) : null;
  const compared = metrics.length > 0 || missing.length > 0;
  const verdict: Verdict = identical
    ? "bit-identical"
    : !compared
      ? "unknown"
      : partsAt === null && missing.length === 0
        ? "within tolerance"
        : "different";
  const environment = environmentChanges(expected, actual);
  const text = sentence(verdict, metrics[0], missing, partsAt, tolerance, environment);
  return { verdict, text, tolerance, metrics, missing, partsAt, environment };
}

function compareCurves(expected: Curve, actual: Curve, tolerance: number) {
  const at = new Map(actual.steps.map((step, i) => [step, actual.values[i]!]));
  const scale = expected.values.reduce(
    (max, x) => (Number.isFinite(x) ? Math.max(max, Math.abs(x)) : max),
    0,
  );
  let worst: { largest: number; at: number } | null = null;
  let partsAt: number | null = null;
  let absent = 0;
  expected.steps.forEach((step, i) => {
    const want = expected.values[i]!;
    const got = at.get(step);
    if (got === undefined) {
      absent++;
      return;
    }
    const difference = relativeDifference(want, got, scale / 100);
    if (!worst || difference > worst.largest) worst = { largest: difference, at: step };
    if (difference > tolerance) partsAt = partsAt === null ? step : Math.min(partsAt, step);
  });
  const found = worst as { largest: number; at: number } | null;
  return { difference: found ? { name: expected.name, ...found, partsAt } : null, absent };
}

/** |a - b| over the largest of |a|, |b| and `floor`; 0 when neither is finite, Infinity when only one is. */
export function relativeDifference(a: number, b: number, floor: number): number {
  const finite = Number.isFinite(a);
  if (a === b || (!finite && !Number.isFinite(b))) return 0;
  if (!finite || !Number.isFinite(b)) return Number.POSITIVE_INFINITY;
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), floor, Number.MIN_VALUE);
}

function environmentChanges(expected: Digest, actual: Digest): string[] {
  const parts = [
    ["backend", "Backend"],
    ["adapter", "Adapter"],
    ["engine", "Engine"],
    ["variant", "Variant"],
  ] as const;
  return parts.flatMap(([key, label]) => {
    const [before, after] = [expected.environment[key], actual.environment[key]];
    return before === after ? [] : [`${label}: ${before || "not said"} there, ${after || "not said"} here`];
  });
}

function sentence(
  verdict: Verdict,
  worst: MetricDifference | undefined,
  missing: readonly string[],
  partsAt: number | null,
  tolerance: number,
  environment: readonly string[],
): string {
  const where = environment.length > 0 ? ` ${environment.join(". ")}.` : "";
  switch (verdict) {
    case "bit-identical":
      return "Bit-identical: every metric at every step has the same bits.";
    case "unknown":
      return `Not bit-identical, and no curves came with the expectation to say by how much.${where}`;
    case "within tolerance":
      return `Within tolerance: the largest relative difference is ${percent(worst!.largest)} (${worst!.name}, step ${worst!.at}); up to ${percent(tolerance)} counts as agreement.${where}`;
    case "different": {
      const gap = missing.length > 0 ? ` This run lacks ${missing.join(", ")}.` : "";
      const parts =
        partsAt === null
          ? ""
          : ` The curves part at step ${partsAt}; the largest relative difference is ${percent(worst!.largest)} (${worst!.name}, step ${worst!.at}).`;
      return `Different.${parts}${gap}${where}`;
    }
  }
}

function percent(fraction: number): string {
  if (!Number.isFinite(fraction)) return "beyond measure";
  return `${Number((100 * fraction).toPrecision(2))} %`;
}
