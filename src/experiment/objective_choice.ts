/** The objective of a spec, checked against the data before anything is trained. */
import { TiltError } from "../base/errors.ts";
import { checkObjective } from "../objective/compat.ts";
import { DEFAULT_LAMBDA } from "../objective/estimators/lambda.ts";
import { DEFAULT_RUNNING } from "../objective/estimators/running.ts";
import { makeObjective, type Objective } from "../objective/objective.ts";
import type { Prepared } from "./prepare.ts";
import { type Spec, strategyValues } from "./spec.ts";

/** @throws TiltError with the reason and the safe alternatives where the mathematics forbids the combination */
export function objectiveOf(spec: Spec, prepared: Prepared): Objective {
  const { loss, lossParams, strategy, estimator, gamma, batch, microBatches } = spec.train;
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
  const running = estimator === "running" && objective.strategy.logMeanExp !== undefined;
  const learns =
    lambdaBudget > 0 && objective.strategy.logMeanExp !== undefined && "lam" in objective.strategy.params;
  if (learns && estimator === "storm") {
    throw new TiltError("Variance-reduced steps need a fixed λ.", {
      where: "train.lambdaBudget",
      remedy: "Set the budget to 0, or use the exact batch or the running normaliser.",
    });
  }
  const storm = estimator === "storm" && objective.strategy.logMeanExp !== undefined;
  const chosen: Objective = {
    ...objective,
    ...(running && { running: { ...DEFAULT_RUNNING, gamma } }),
    ...(storm && { storm: { a: gamma } }),
    ...(learns && { learnLambda: { ...DEFAULT_LAMBDA, rho: lambdaBudget, learningRate: lambdaRate } }),
  };
  const { dataset, units } = prepared;
  const [worst] = checkObjective(chosen, {
    batchSize: Math.min(batch, units.length),
    data: {
      pairs: true,
      lists: units.some((unit) => unit.kind === "list"),
      unpaired: dataset.unpaired.length > 0,
      sourcesKnown: dataset.sources.length > 0,
    },
  });
  if (worst?.severity === "refused") {
    const remedy = worst.alternatives.map((alternative) => alternative.label).join(", or: ");
    throw new TiltError(worst.reason, { where: "train.strategy", ...(remedy && { remedy: `${remedy}.` }) });
  }
  return chosen;
}
