import { choice, real } from "../params.ts";
import { defineLoss } from "./loss.ts";

export const rrhf = defineLoss({
  id: "rrhf",
  name: "RRHF",
  family: "listwise",
  explanation:
    "Hinge over every pair ranked the wrong way by per-token log-prob, plus likelihood of the best response.",
  formula: "Σ_{R_i<R_j} max(0, p_i - p_j) + sft, p = a/n^length_penalty",
  paper: {
    title: "RRHF: Rank Responses to Align Language Models with Human Feedback without tears",
    authors: "Yuan et al.",
    year: 2023,
    arxiv: "2304.05302",
  },
  params: {
    length_penalty: real(1, 0, 2, "Power of the length that log-probs are divided by."),
    rank_weight: real(1, 0, 1000, "Weight of the ranking term."),
    sft_weight: real(1, 0, 1000, "Weight of the likelihood term."),
    rank_reduction: choice(
      "sum",
      ["sum", "mean"],
      "mean divides the ranking term by K, as DoRA's release does.",
    ),
    sft: choice(
      "best_mean",
      ["best_mean", "best_sum", "none", "padded_slot"],
      "Likelihood of the best response per token, summed, or absent; padded_slot is DoRA's release: the last but one " +
        "response, divided by the padded length of the batch.",
    ),
  },
  flags: { negative: "never", needsReference: false, lengthNormalised: true },
  reward: () => ({ scale: 1, reference: false, perToken: true }),
  evaluate({ logps, lengths, scores }, values, { paddedLength }) {
    const K = logps.length;
    const unit = Array.from(lengths, (n) => 1 / n ** values.length_penalty);
    const p = unit.map((scale, k) => logps[k]! * scale);
    const weight = values.rank_weight * (values.rank_reduction === "mean" ? 1 / K : 1);
    const gradient = new Array<number>(K).fill(0);
    let rank = 0;
    for (let i = 0; i < K; i++) {
      for (let j = 0; j < K; j++) {
        const gap = p[i]! - p[j]!;
        if (scores[i]! >= scores[j]! || gap <= 0) continue;
        rank += gap;
        gradient[i]! += weight * unit[i]!;
        gradient[j]! -= weight * unit[j]!;
      }
    }
    if (values.sft === "none") return { loss: weight * rank, gradient };
    const slot = values.sft === "padded_slot" ? K - 2 : best(scores);
    const divisor =
      values.sft === "best_sum" ? 1 : values.sft === "best_mean" ? lengths[slot]! : paddedLength;
    const share = values.sft_weight / divisor;
    gradient[slot]! -= share;
    return { loss: weight * rank - share * logps[slot]!, gradient };
  },
});

/** Position of the highest score, the first on ties. */
function best(scores: ArrayLike<number>): number {
  let found = 0;
  for (let k = 1; k < scores.length; k++) if (scores[k]! > scores[found]!) found = k;
  return found;
}
