/** How much a spec computes, relative to another: what an estimate of its time is scaled from. Pure arithmetic. */
import type { RunRecord, Stage } from "./events.ts";
import type { Spec } from "./spec.ts";

/** Weights of a fresh transformer, about; what a pretrained model has is not in its spec. */
export function parameterCount({ model }: Pick<Spec, "model">): number | null {
  if (model.kind === "pretrained") return null;
  const { dim, layers, heads, kvHeads, hidden, vocab, tied } = model;
  const attention = 2 * dim * dim + 2 * dim * (dim / heads) * kvHeads;
  return layers * (attention + 3 * dim * hidden + 2 * dim) + vocab * dim * (tied ? 1 : 2) + dim;
}

/** Work by stage in a unit of its own: only ratios between two specs on the same data mean anything. */
function workOf(spec: Spec): Record<Stage, number> {
  const { data, ratio, sft, train, eval: judged } = spec;
  const size = parameterCount(spec) ?? 1;
  const { responses } = data;
  const folds = ratio.source === "classifier" ? ratio.folds + 1 : 0;
  const evaluations = 1 + (train.evalEvery > 0 ? Math.ceil(train.steps / train.evalEvery) : 0);
  const heldOut = evaluations * (judged.groups || data.groups) * responses * size;
  // A backward pass costs about two forward passes; STORM evaluates each batch twice.
  const passes = train.estimator === "storm" ? 6 : 3;
  return {
    data: data.groups * responses,
    ratio: folds * data.groups * responses * (ratio.classifier === "hidden" ? ratio.hidden : 1),
    sft: 3 * sft.steps * sft.batch * size,
    reference: Math.min(train.steps * train.batch, data.groups) * responses * size,
    train: passes * train.steps * train.batch * responses * size + heldOut,
    evaluate: (judged.groups || data.groups) * responses * size,
  };
}

/** A measured run that an estimate may be scaled from. */
export type MeasuredRun = Pick<RunRecord, "spec" | "seconds" | "outcome" | "startedAt" | "environment">;

export interface Estimate {
  readonly seconds: number;
  /** When the run it was scaled from began, ISO 8601. */
  readonly from: string;
  /** Whether that run was of the very same settings but for names and seeds. */
  readonly same: boolean;
}

/**
 * Seconds that a spec should take on this machine, scaled from the finished run here whose work is nearest to it.
 * @param adapter of this machine; runs of other adapters say nothing about it
 * @returns null when nothing comparable was measured
 */
export function estimateSeconds(spec: Spec, runs: readonly MeasuredRun[], adapter: string): Estimate | null {
  const wanted = workOf(spec);
  const comparable = runs.filter(
    (run) =>
      run.outcome === "done" &&
      run.environment.adapter === adapter &&
      (run.seconds.train ?? 0) > 0 &&
      run.spec.model.kind === spec.model.kind &&
      run.spec.model.pretrained === spec.model.pretrained &&
      (run.spec.data.source === "builtin:plane") === (spec.data.source === "builtin:plane"),
  );
  const ranked = comparable
    .map((run) => ({ run, distance: distance(wanted, workOf(run.spec), run.seconds) }))
    .sort((a, b) => a.distance - b.distance);
  const nearest = ranked[0];
  if (!nearest) return null;
  const { run } = nearest;
  const done = workOf(run.spec);
  let seconds = 0;
  for (const [stage, measured] of Object.entries(run.seconds) as [Stage, number][]) {
    seconds += done[stage] > 0 ? measured * (wanted[stage] / done[stage]) : 0;
  }
  return { seconds, from: run.startedAt, same: nearest.distance === 0 };
}

/** How far apart two amounts of work are: by the stages that the measured run spent its time in. */
function distance(
  a: Record<Stage, number>,
  b: Record<Stage, number>,
  seconds: MeasuredRun["seconds"],
): number {
  return (Object.entries(seconds) as [Stage, number][]).reduce(
    (sum, [stage, time]) => sum + time * Math.abs(Math.log((a[stage] + 1) / (b[stage] + 1))),
    0,
  );
}
