import { logMeanExp, softmax } from "../numerics.ts";
import { type Paper, type ParamSpecs, type ParamValues, resolveParams, type ValuesOf } from "../params.ts";

/** What a strategy sees of one logical batch of B groups. Everything but `losses` is a constant. */
export interface StrategyInput {
  /** l: one loss per group. */
  readonly losses: ArrayLike<number>;
  /** h: one calibrated ratio per group; ignored by strategies whose flags say so. */
  readonly h: ArrayLike<number>;
  /** Mean of h over the training set, where known; the batch's own mean otherwise. */
  readonly meanH?: number;
  /** `[B][S]`: which share of a group's responses comes from each source. Group DRO needs it. */
  readonly sourceShares?: readonly ArrayLike<number>[];
  /** `[S]`: Group DRO's source weights after the previous step; uniform on the first. */
  readonly sourceWeights?: ArrayLike<number>;
  /** `[B][K]`: one weight per response; only the released RRHF form reads it. */
  readonly responseWeights?: readonly ArrayLike<number>[];
}

export interface StrategyResult {
  /** V, the number being minimised. */
  readonly value: number;
  /** g_i = dV/dl_i, the tilt weights. */
  readonly gradient: readonly number[];
  /** The distribution over groups that the strategy puts in place of the uniform one; sums to 1. */
  readonly q: readonly number[];
  /** The lambda in force, where there is one (solved for, under a budget). */
  readonly lambda?: number;
  /** Threshold above which a loss gets any weight (chi-square). */
  readonly eta?: number;
  /** Weights before division by B (KLDPO). */
  readonly rawWeights?: readonly number[];
  /** Source weights to carry to the next step (Group DRO). */
  readonly sourceWeights?: readonly number[];
}

/**
 * V = value(S) with S = log mean exp(exponents): the shape shared by KL-DRO, DoRA and their relatives, and the
 * only thing that a mini-batch estimator has to know about them.
 */
export interface LogMeanExpForm {
  readonly exponents: readonly number[];
  /** dV/dl_i = slopes_i * softmax(exponents)_i. */
  readonly slopes: readonly number[];
  value(logMean: number): number;
  readonly lambda: number;
  /** Set where V is the sum of constant weights times these losses, and `value` does not apply. */
  readonly linearIn?: ArrayLike<number>;
  /** Distribution the KL of a learned lambda's budget is measured from; uniform when absent. */
  readonly base?: readonly number[];
}

export interface StrategyFlags {
  /** Does it read h? */
  readonly usesRatio: boolean;
  /** Trusts large losses (pessimistic), small ones (optimistic), or neither. */
  readonly stance: "neutral" | "pessimistic" | "optimistic";
  /** True where h multiplies the loss inside an exponent, so that negative losses turn h upside down. */
  readonly needsNonNegativeLoss: boolean;
  /** False where the batch's V is the mean of its groups' own, so that splitting a batch changes nothing. */
  readonly couplesBatch: boolean;
}

/** Everything the page, the schema, the documentation and the golden tests know about a strategy. */
export interface Strategy {
  readonly id: string;
  readonly name: string;
  readonly explanation: string;
  /** V as plain text. */
  readonly formula: string;
  readonly paper: Paper;
  readonly params: ParamSpecs;
  readonly flags: StrategyFlags;
  /** Present for strategies of the log-mean-exp kind. */
  logMeanExp?(input: StrategyInput, values: ParamValues): LogMeanExpForm;
  /** Exact value and weights over the batch given. Pure. */
  evaluate(input: StrategyInput, values: ParamValues): StrategyResult;
}

interface StrategyDefinition<S extends ParamSpecs>
  extends Omit<Strategy, "params" | "evaluate" | "logMeanExp"> {
  readonly params: S;
  evaluate(input: StrategyInput, values: ValuesOf<S>): StrategyResult;
}

/** Declares a strategy with a closed form of its own. */
export function defineStrategy<const S extends ParamSpecs>(definition: StrategyDefinition<S>): Strategy {
  return { ...definition, evaluate: (input, values) => definition.evaluate(input, values as ValuesOf<S>) };
}

interface TiltDefinition<S extends ParamSpecs> extends Omit<StrategyDefinition<S>, "evaluate"> {
  logMeanExp(input: StrategyInput, values: ValuesOf<S>): LogMeanExpForm;
}

/** Declares a strategy of the log-mean-exp kind; its exact value and weights follow from the form. */
export function defineTilt<const S extends ParamSpecs>(definition: TiltDefinition<S>): Strategy {
  return {
    ...definition,
    logMeanExp: (input, values) => definition.logMeanExp(input, values as ValuesOf<S>),
    evaluate: (input, values) => evaluateForm(definition.logMeanExp(input, values as ValuesOf<S>)),
  };
}

/** Exact V and g over the batch of a log-mean-exp form. */
export function evaluateForm(form: LogMeanExpForm): StrategyResult {
  const q = softmax(form.exponents);
  const gradient = q.map((share, i) => share * form.slopes[i]!);
  return { value: formValue(form, logMeanExp(form.exponents), gradient), gradient, q, lambda: form.lambda };
}

/** V of a form, given the log normaliser and the weights it led to. */
export function formValue(form: LogMeanExpForm, logMean: number, gradient: readonly number[]): number {
  const { linearIn } = form;
  if (!linearIn) return form.value(logMean);
  return gradient.reduce((sum, weight, i) => sum + weight * linearIn[i]!, 0);
}

/** Defaults filled in, every value checked. */
export function resolveStrategyParams(strategy: Strategy, given: ParamValues): ParamValues {
  return resolveParams(strategy.params, given, `strategy ${strategy.id}`);
}
