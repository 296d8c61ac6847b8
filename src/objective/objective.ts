import { TiltError } from "../base/errors.ts";
import { DEFAULT_LAMBDA, type LambdaOptions, lambdaStep } from "./estimators/lambda.ts";
import { type RunningOptions, type RunningState, runningStep } from "./estimators/running.ts";
import type { StormOptions } from "./estimators/storm.ts";
import { lossById } from "./losses/index.ts";
import {
  type GroupLogps,
  type Loss,
  type LossContext,
  NO_CONTEXT,
  resolveLossParams,
} from "./losses/loss.ts";
import { logMeanExp } from "./numerics.ts";
import type { ParamValues } from "./params.ts";
import { strategyById } from "./strategies/index.ts";
import {
  resolveStrategyParams,
  type Strategy,
  type StrategyInput,
  type StrategyResult,
} from "./strategies/strategy.ts";

/** What to minimise, as named in a spec. */
export interface ObjectiveChoice {
  readonly loss: { readonly id: string; readonly params?: ParamValues };
  readonly strategy: { readonly id: string; readonly params?: ParamValues };
  /** Replace the batch's own log-mean-exp by a running one. */
  readonly running?: RunningOptions;
  /** Variance-reduced steps over the current and the previous parameters; needs a trainer that takes both. */
  readonly storm?: StormOptions;
  /** Learn lambda under a KL budget; the strategy's own `lam` is where it starts. */
  readonly learnLambda?: LambdaOptions;
}

/** An objective with names looked up and settings checked. */
export interface Objective {
  readonly loss: Loss;
  readonly lossParams: ParamValues;
  readonly strategy: Strategy;
  readonly strategyParams: ParamValues;
  readonly running: RunningOptions | undefined;
  readonly storm: StormOptions | undefined;
  readonly learnLambda: LambdaOptions | undefined;
}

/** What an objective carries from step to step; part of a checkpoint. */
export interface ObjectiveState {
  readonly running?: RunningState;
  readonly lambda?: number;
  readonly sourceWeights?: readonly number[];
}

export interface ObjectiveBatch extends Omit<StrategyInput, "losses" | "sourceWeights"> {
  readonly groups: readonly GroupLogps[];
  readonly context?: LossContext;
}

export interface ObjectiveResult {
  readonly losses: readonly number[];
  /** dl/da of each group's responses. */
  readonly slopes: readonly (readonly number[])[];
  readonly strategy: StrategyResult;
  /** c = dV/da, one per response: all that the backward pass needs. */
  readonly coefficients: readonly (readonly number[])[];
  /** S, the log normaliser in use, for strategies of the log-mean-exp kind. */
  readonly logU: number | undefined;
  readonly state: ObjectiveState;
}

/** @throws TiltError on unknown names, bad settings, or an estimator that the strategy has no use for */
export function makeObjective(choice: ObjectiveChoice): Objective {
  const loss = lossById(choice.loss.id);
  const strategy = strategyById(choice.strategy.id);
  if ((choice.running || choice.storm || choice.learnLambda) && !strategy.logMeanExp) {
    throw new TiltError(`${strategy.name} has no log-mean-exp to estimate.`, {
      where: "estimator",
      remedy: "Leave the estimator and the learned λ off, or choose KL-DRO, DoRA or Dr.DPO.",
    });
  }
  if (choice.learnLambda && !("lam" in strategy.params)) {
    throw new TiltError(`${strategy.name} has no λ that a KL budget could set.`, {
      where: "learned λ",
      remedy: "Choose KL-DRO, DoRA inside, DoRA outside or importance-weighted KL-DRO.",
    });
  }
  if (choice.storm && (choice.running || choice.learnLambda)) {
    throw new TiltError(
      "The variance-reduced estimator goes with neither a running normaliser nor a learned λ.",
      {
        where: "estimator",
        remedy: "Leave the other two off.",
      },
    );
  }
  return {
    loss,
    lossParams: resolveLossParams(loss, choice.loss.params ?? {}),
    strategy,
    strategyParams: resolveStrategyParams(strategy, choice.strategy.params ?? {}),
    running: choice.running,
    storm: choice.storm,
    learnLambda: choice.learnLambda && { ...DEFAULT_LAMBDA, ...choice.learnLambda },
  };
}

/**
 * One step of the objective over a logical batch: losses, then the strategy's weights over all of it, then one
 * coefficient per response. Pure; the state to carry comes back in the result.
 */
export function evaluateObjective(
  objective: Objective,
  batch: ObjectiveBatch,
  state: ObjectiveState = {},
): ObjectiveResult {
  const { loss, lossParams, strategy, running, learnLambda } = objective;
  const perGroup = batch.groups.map((group) => loss.evaluate(group, lossParams, batch.context ?? NO_CONTEXT));
  const losses = perGroup.map((result) => result.loss);
  const slopes = perGroup.map((result) => result.gradient);
  const { groups: _groups, context: _context, ...constants } = batch;
  const input: StrategyInput = {
    ...constants,
    losses,
    ...(state.sourceWeights && { sourceWeights: state.sourceWeights }),
  };
  const params =
    state.lambda === undefined
      ? objective.strategyParams
      : { ...objective.strategyParams, lam: state.lambda };

  let result: StrategyResult;
  let logU: number | undefined;
  let next: ObjectiveState = {};
  if (running && strategy.logMeanExp) {
    const form = strategy.logMeanExp(input, params);
    const step = runningStep(form, state.running, running);
    result = { value: step.value, gradient: step.gradient, q: step.q, lambda: form.lambda };
    logU = step.logUsed;
    next = { running: step.state };
  } else {
    result = strategy.evaluate(input, params);
    const form = strategy.logMeanExp?.(input, params);
    if (form) logU = logMeanExp(form.exponents);
    if (result.sourceWeights) next = { sourceWeights: result.sourceWeights };
  }
  if (learnLambda && strategy.logMeanExp) {
    const { lambda, base } = strategy.logMeanExp(input, params);
    next = { ...next, lambda: lambdaStep(lambda, result.q, base, learnLambda) };
  }
  const coefficients = slopes.map((row, i) => row.map((slope) => result.gradient[i]! * slope));
  return { losses, slopes, strategy: result, coefficients, logU, state: next };
}
