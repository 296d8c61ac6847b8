import { TiltError } from "../base/errors.ts";

/**
 * What DoRA's public code computes where it differs from the paper (arXiv 2504.05831): the weight of one response and
 * the mixture constants that are written into it.
 */

/** Mixture constants of the release for K responses per prompt. */
export interface ReleasedMixture {
  /** Share of the target; also the stabilising term. Equal to 1/K in every shipped set. */
  readonly alpha: number;
  /** One share per response slot. */
  readonly mix: readonly number[];
}

/**
 * The constants as shipped: K = 4 for all three losses, K = 2 and K = 6 left in comments.
 * @throws TiltError for any other K, where the release would fail on the length of its weight vector
 */
export function releasedMixture(K: number): ReleasedMixture {
  if (K === 2) return { alpha: 1 / 2, mix: [1 / 2, 1 / 2] };
  if (K === 4) return { alpha: 1 / 4, mix: [1 / 4, 1 / 4, 1 / 4, 1 / 4] };
  // 1 - 4/8 - 1/6, then 1/6: written out so that the digits are the release's own.
  if (K === 6) return { alpha: 1 / 6, mix: [1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 - 4 / 8 - 1 / 6, 1 / 6] };
  throw new TiltError(`The release has no mixture constants for ${K} responses per prompt.`, {
    where: "preset, ratio weights",
    remedy: "Use lists of 2, 4 or 6 responses, or the preset paper, which takes any number.",
  });
}

/**
 * Where the golden share goes among four slots: the RRHF and LIRE code puts it last, the DPO code third. It makes no
 * difference at the shipped values, where all four are equal.
 */
export function orderedMixture(
  alpha: number,
  beta: number,
  order: "golden_last" | "golden_third",
): ReleasedMixture {
  const rest = 1 - alpha - beta;
  const half = beta / 2;
  return { alpha, mix: order === "golden_last" ? [half, half, rest, alpha] : [half, half, alpha, rest] };
}

/** t_j = 1/(alpha + m_j (1-p_j)/p_j): with m_j = alpha it collapses to p_j/alpha. */
export function releasedWeight(p: number, alpha: number, share: number): number {
  return p / (alpha * p + share * (1 - p));
}

/** `[K]` weights of a list from its classifier probabilities. */
export function releasedWeights(probs: ArrayLike<number>, { alpha, mix }: ReleasedMixture): number[] {
  return Array.from(probs, (p, j) => releasedWeight(p, alpha, mix[j]!));
}

/**
 * Which objective the release's --train_method selects: plain when it equals the loss's bare name, DoRA when it merely
 * contains it. "dora" alone, as the shipped script passes, matches nothing and the code fails on an unbound variable.
 * @throws TiltError where the release would fail
 */
export function releasedMethod(name: string): {
  readonly loss: "rrhf" | "lire" | "dpo";
  readonly dora: boolean;
} {
  for (const loss of ["rrhf", "lire", "dpo"] as const) {
    if (name.includes(loss)) return { loss, dora: name !== loss };
  }
  throw new TiltError(`The release has no branch for the method "${name}".`, {
    where: "train_method",
    remedy: 'Use a name that contains rrhf, lire or dpo, such as "dpo_dora".',
  });
}
