import { TiltError } from "../../base/errors.ts";
import { sigmoid } from "../numerics.ts";
import { real } from "../params.ts";
import { defineLoss } from "./loss.ts";

export const kto = defineLoss({
  id: "kto",
  name: "KTO",
  family: "unpaired",
  explanation:
    "Judged single responses: raises desirable ones above a moving baseline and lowers the others below it.",
  formula: "desirable: W_D σ(-u); undesirable: W_U σ(u); u = β((a-r) - z0)",
  paper: {
    title: "KTO: Model Alignment as Prospect Theoretic Optimization",
    authors: "Ethayarajh et al.",
    year: 2024,
    arxiv: "2402.01306",
  },
  params: {
    beta: real(0.1, 1e-4, 100, "Strength of the pull towards the reference: larger stays closer."),
    desirable_weight: real(1, 0, 100, "W_D: weight of desirable responses."),
    undesirable_weight: real(1, 0, 100, "W_U: weight of undesirable responses."),
  },
  flags: { negative: "never", needsReference: true, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  evaluate({ logps, refLogps, scores }, { beta, desirable_weight, undesirable_weight }, { kl }) {
    const u = beta * (logps[0]! - refLogps[0]! - kl);
    const slope = beta * sigmoid(u) * sigmoid(-u);
    return scores[0]! > 0
      ? { loss: desirable_weight * sigmoid(-u), gradient: [-desirable_weight * slope] }
      : { loss: undesirable_weight * sigmoid(u), gradient: [undesirable_weight * slope] };
  },
});

/**
 * z0 of KTO (arXiv 2402.01306): mean log-ratio of mismatched pairs, prompt j with the response of prompt j-1
 * (cyclically), clamped at 0. A constant.
 * @param logps,refLogps summed log-probs of the mismatched pairs, `[B]`
 * @throws TiltError for fewer than two pairs: the only "mismatch" would then be the true pair
 */
export function ktoBaseline(logps: ArrayLike<number>, refLogps: ArrayLike<number>): number {
  if (logps.length < 2) {
    throw new TiltError("KTO's baseline needs at least two examples in a batch.", {
      where: "batch size",
      remedy: "Raise the batch size to 2 or more, or choose a pairwise loss.",
    });
  }
  let sum = 0;
  for (let j = 0; j < logps.length; j++) sum += logps[j]! - refLogps[j]!;
  return Math.max(0, sum / logps.length);
}
