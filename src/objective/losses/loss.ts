import { type Paper, type ParamSpecs, type ParamValues, resolveParams, type ValuesOf } from "../params.ts";

/** Whether a loss reads chosen/rejected pairs, scored lists, or single judged responses. */
export type LossFamily = "pairwise" | "listwise" | "unpaired";

/**
 * What a loss sees of one group: one entry per response.
 * Pairwise: entry 0 is the chosen response, entry 1 the rejected one. Unpaired: a single entry whose score is
 * positive when the response is desirable.
 */
export interface GroupLogps {
  /** a: log-probability of the response under the policy, summed over its tokens (nats). */
  readonly logps: ArrayLike<number>;
  /** r: the same under the frozen reference. */
  readonly refLogps: ArrayLike<number>;
  /** n: response tokens, end-of-sequence counted; at least 1. */
  readonly lengths: ArrayLike<number>;
  /** Preference scores, higher is better. Pairwise losses do not read them. */
  readonly scores: ArrayLike<number>;
}

/** Constants of the whole batch that some losses read. No gradient flows through them. */
export interface LossContext {
  /** KTO's z0, see `ktoBaseline`. */
  readonly kl: number;
  /** Longest sequence of the batch (prompt and response) less one; only the `padded_slot` SFT term reads it. */
  readonly paddedLength: number;
}

export const NO_CONTEXT: LossContext = { kl: 0, paddedLength: 1 };

export interface GroupLoss {
  readonly loss: number;
  /** dl/da, one per response. */
  readonly gradient: readonly number[];
}

/** How the implicit reward that practitioners log follows from log-probs: scale * (a - [reference] r) / [perToken] n. */
export interface RewardForm {
  readonly scale: number;
  readonly reference: boolean;
  readonly perToken: boolean;
}

export interface LossFlags {
  /** Can the value be negative? "always" and "sometimes" losses must not sit inside h*l/lambda. */
  readonly negative: "never" | "sometimes" | "always";
  /** Does it read the reference's log-probs? */
  readonly needsReference: boolean;
  /** Does it divide log-probs by the response length? */
  readonly lengthNormalised: boolean;
}

/** Everything the page, the schema, the documentation and the golden tests know about a loss. */
export interface Loss {
  readonly id: string;
  readonly name: string;
  readonly family: LossFamily;
  /** One line for people. */
  readonly explanation: string;
  /** The loss as plain text. */
  readonly formula: string;
  readonly paper: Paper;
  readonly params: ParamSpecs;
  readonly flags: LossFlags;
  /** @param values as returned by `resolveLossParams` */
  reward(values: ParamValues): RewardForm;
  /** The loss of one group and its derivative in each response's log-prob. Pure. */
  evaluate(group: GroupLogps, values: ParamValues, context: LossContext): GroupLoss;
}

interface LossDefinition<S extends ParamSpecs> extends Omit<Loss, "params" | "reward" | "evaluate"> {
  readonly params: S;
  reward(values: ValuesOf<S>): RewardForm;
  evaluate(group: GroupLogps, values: ValuesOf<S>, context: LossContext): GroupLoss;
}

/** Declares a loss; inside, its settings are typed by their specification. */
export function defineLoss<const S extends ParamSpecs>(definition: LossDefinition<S>): Loss {
  return {
    ...definition,
    reward: (values) => definition.reward(values as ValuesOf<S>),
    evaluate: (group, values, context) => definition.evaluate(group, values as ValuesOf<S>, context),
  };
}

interface PairDefinition<S extends ParamSpecs> extends Omit<LossDefinition<S>, "family" | "evaluate"> {
  /** Loss and its derivatives in the chosen and the rejected log-prob. */
  pair(x: PairLogps, values: ValuesOf<S>): readonly [loss: number, chosen: number, rejected: number];
}

/** One pair, unpacked: w is the chosen (winning) response, l the rejected one. */
export interface PairLogps {
  readonly aw: number;
  readonly al: number;
  readonly rw: number;
  readonly rl: number;
  readonly nw: number;
  readonly nl: number;
  /** D = (a_w - r_w) - (a_l - r_l). */
  readonly delta: number;
}

/** Declares a loss over (chosen, rejected). */
export function definePairLoss<const S extends ParamSpecs>(definition: PairDefinition<S>): Loss {
  return defineLoss<S>({
    ...definition,
    family: "pairwise",
    evaluate({ logps, refLogps, lengths }, values) {
      const [aw, al, rw, rl] = [logps[0]!, logps[1]!, refLogps[0]!, refLogps[1]!];
      const pair = { aw, al, rw, rl, nw: lengths[0]!, nl: lengths[1]!, delta: aw - rw - (al - rl) };
      const [loss, chosen, rejected] = definition.pair(pair, values);
      return { loss, gradient: [chosen, rejected] };
    },
  });
}

/** Defaults filled in, every value checked. */
export function resolveLossParams(loss: Loss, given: ParamValues): ParamValues {
  return resolveParams(loss.params, given, `loss ${loss.id}`);
}
