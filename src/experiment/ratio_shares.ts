/** Shares of the mixture and factors of the odds that somebody sets by hand, in place of those that the counts give. */
import { TiltError } from "../base/errors.ts";
import { type Mixture, mixtureByHand } from "../ratio/estimators.ts";
import { isNumberList, numberList } from "./number_list.ts";

/** What is set by hand: null or "" for what is not. */
export interface ByHand {
  /** Share of the target in P. */
  readonly alpha: number | null;
  /** Shares of the synthetic sources in proportion, separated by commas. */
  readonly beta: string;
}

/**
 * One number per synthetic source; undefined where the text is empty.
 * @throws TiltError naming `where` when there are more or fewer
 */
export function perSource(text: string, sources: number, where: string): number[] | undefined {
  if (text.trim() === "") return undefined;
  const values = numberList(text);
  if (values.length === sources && isNumberList(text)) return values;
  throw new TiltError(`"${text}" does not give one positive number to each synthetic source.`, {
    where,
    remedy: `Give ${sources} of them, separated by commas, or leave it empty.`,
  });
}

/**
 * Shares with the target's and the others' proportions set by hand; what is not set stays as it was.
 * @param shares those that the counts give, target first, summing to 1
 * @throws TiltError when beta has another number of entries than there are synthetic sources
 */
export function sharesByHand(shares: readonly number[], { alpha, beta }: ByHand): readonly number[] {
  const proportions = perSource(beta, shares.length - 1, "ratio.beta");
  if (alpha === null && !proportions) return shares;
  const target = alpha ?? shares[0]!;
  const others = proportions ?? shares.slice(1);
  const total = others.reduce((sum, share) => sum + share, 0);
  return [target, ...others.map((share) => (total > 0 ? (share / total) * (1 - target) : 0))];
}

/**
 * The mixture with shares set by hand; undefined where none is, and the counts decide.
 * @param shares those that the counts give
 */
export function mixtureOf(shares: readonly number[], byHand: ByHand): Mixture | undefined {
  const [alpha, ...beta] = sharesByHand(shares, byHand);
  if (byHand.alpha === null && byHand.beta.trim() === "") return undefined;
  // With α = 1 nothing is left for the others, and h is 1 everywhere.
  return alpha === 1 ? { alpha, beta } : mixtureByHand(alpha!, beta);
}
