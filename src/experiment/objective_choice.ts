/** The objective of a spec, checked against the data before anything is trained. */
import { TiltError } from "../base/errors.ts";
import { checkObjective, type Finding } from "../objective/compat.ts";
import { DEFAULT_LAMBDA } from "../objective/estimators/lambda.ts";
import { DEFAULT_RUNNING } from "../objective/estimators/running.ts";
import { makeObjective, type Objective } from "../objective/objective.ts";
import type { Prepared } from "./prepare.ts";
import { type Spec, strategyValues } from "./spec.ts";

/** The objective a spec names. @throws TiltError where its settings contradict each other */
export function chosenObjective(spec: Spec): Objective {
  const { loss, lossParams, strategy, estimator, gamma, microBatches } = spec.train;
  const { lambdaBudget, lambdaRate } = spec.train;
  if (estimator !== "exact" && estimator !== "running" && microBatches > 1) {
    throw new TiltError("This estimator of the log-mean-exp does not go with micro-batches.", {
      where: "train.estimator",
      remedy: "Use the exact batch (micro-batches change no number), the running normaliser, or one piece.",
    });
  }
  const objective = makeObjective({
    loss: { id: loss, params: lossParams },
    strategy: { id: strategy, params: strategyValues(spec) },
  });
  const tilts = objective.strategy.logMeanExp !== undefined;
  const learns = lambdaBudget > 0 && tilts && "lam" in objective.strategy.params;
  if (learns && estimator === "storm") {
    throw new TiltError("Variance-reduced steps need a fixed λ.", {
      where: "train.lambdaBudget",
      remedy: "Set the budget to 0, or use the exact batch or the running normaliser.",
    });
  }
  return {
    ...objective,
    ...(tilts && estimator === "running" && { running: { ...DEFAULT_RUNNING, gamma } }),
    ...(tilts && estimator === "storm" && { storm: { a: gamma } }),
    ...(learns && { learnLambda: { ...DEFAULT_LAMBDA, rho: lambdaBudget, learningRate: lambdaRate } }),
  };
}

/** What the objective's rules need to know of the data. */
export interface DataFacts {
  readonly units: number;
  readonly lists: boolean;
  readonly unpaired: boolean;
  readonly sourcesKnown: boolean;
}

/**
 * Everything a person should know about the objective of a spec before running it: refusals first, each with safe
 * alternatives. The released ratio form says that the public code is being reproduced, its batch of one included.
 */
export function objectiveAdvice(spec: Spec, facts: DataFacts): Finding[] {
  return findingsFor(chosenObjective(spec), spec, facts);
}

export function findingsFor(objective: Objective, spec: Spec, { units, ...data }: DataFacts): Finding[] {
  return checkObjective(objective, {
    batchSize: Math.min(spec.train.batch, units),
    data: { pairs: true, ...data },
    responseWeights: true,
    asReleased: spec.ratio.form === "released",
  });
}

/**
 * The objective of a spec on prepared data, and what a person should know of it before it trains.
 * @throws TiltError with the reason and the safe alternatives where the mathematics forbids the combination
 */
export function objectiveOf(spec: Spec, prepared: Prepared): { objective: Objective; warnings: string[] } {
  const objective = chosenObjective(spec);
  const { dataset, units } = prepared;
  const findings = findingsFor(objective, spec, {
    units: units.length,
    lists: units.some((unit) => unit.kind === "list"),
    unpaired: units.some((unit) => unit.kind === "single"),
    sourcesKnown: dataset.sources.length > 0,
  });
  const [worst] = findings;
  if (worst?.severity === "refused") {
    const remedy = remedyOf(worst);
    throw new TiltError(worst.reason, { where: "train.strategy", ...(remedy && { remedy }) });
  }
  return { objective, warnings: findings.map((one) => [one.reason, remedyOf(one)].join(" ").trim()) };
}

/** Its safe alternatives in a sentence; empty where there are none. */
function remedyOf({ alternatives }: Finding): string {
  return alternatives.length > 0 ? `${alternatives.map(({ label }) => label).join(", or: ")}.` : "";
}
