/** What is kept of a finished cell: its last metrics and short curves, small enough for thousands. */
import type { Environment, Problem, RunRecord, Stage, StepRecord } from "../events.ts";
import { isTiming } from "../metrics.ts";
import type { OnlineRound } from "../online/round.ts";

/** One metric over steps, thinned. */
export interface ShortCurve {
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

export interface CellResult {
  readonly id: string;
  readonly outcome: "done" | "failed";
  readonly problem?: Problem;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: Readonly<Partial<Record<Stage, number>>>;
  /** By name; of the last evaluation and the last training step, and of the ratio as `ratio/…`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly curves: readonly ShortCurve[];
  /** Self-training rounds, where the spec asks for any. */
  readonly rounds?: readonly OnlineRound[];
  readonly digest: string;
  readonly environment: Environment;
}

/** Points kept of a curve, the first and the last among them. */
const POINTS = 60;
/** Curves that are kept, beside those of the held-out split. */
const TRAINING = ["loss", "rewards/accuracies", "rewards/margins", "robust/ess", "robust/value", "grad_norm"];

export function cellResult(id: string, record: RunRecord): CellResult {
  const { startedAt, seconds, digest, environment, problem, rounds } = record;
  return {
    id,
    outcome: record.outcome === "done" ? "done" : "failed",
    ...(problem && { problem }),
    startedAt,
    seconds,
    metrics: finalMetrics(record),
    curves: [
      ...shortCurves(record.evaluation, (name) => !isTiming(name)),
      ...shortCurves(record.train, (name) => TRAINING.includes(name)),
    ],
    ...(rounds && { rounds }),
    digest,
    environment,
  };
}

/** A cell that could not even begin. */
export function failedCell(
  id: string,
  problem: Problem,
  environment: Environment,
  startedAt: string,
): CellResult {
  return {
    id,
    outcome: "failed",
    problem,
    startedAt,
    seconds: {},
    metrics: {},
    curves: [],
    digest: "",
    environment,
  };
}

function finalMetrics({ train, evaluation, ratio }: RunRecord): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const record of [train.at(-1), evaluation.at(-1)]) {
    for (const [name, value] of Object.entries(record?.values ?? {})) {
      if (!isTiming(name) && Number.isFinite(value)) metrics[name] = value;
    }
  }
  if (ratio) {
    metrics["ratio/auc"] = ratio.auc;
    metrics["ratio/ess_fraction"] = ratio.essFraction;
    metrics["ratio/ece"] = ratio.ece;
    if (ratio.correlation !== null) metrics["ratio/correlation"] = ratio.correlation;
  }
  return metrics;
}

function shortCurves(records: readonly StepRecord[], wanted: (name: string) => boolean): ShortCurve[] {
  const names = [...new Set(records.flatMap(({ values }) => Object.keys(values).filter(wanted)))];
  return names.map((name) => {
    const own = records.filter(({ values }) => values[name] !== undefined);
    const every = Math.max(1, (own.length - 1) / (POINTS - 1));
    const kept = [
      ...new Set(Array.from({ length: Math.min(POINTS, own.length) }, (_, i) => Math.round(i * every))),
    ];
    return {
      name,
      steps: kept.map((i) => own[i]!.step),
      values: kept.map((i) => own[i]!.values[name]!),
    };
  });
}
