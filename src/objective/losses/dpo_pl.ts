import { logSumExp } from "../numerics.ts";
import { choice, real } from "../params.ts";
import { defineLoss } from "./loss.ts";

export const dpoPl = defineLoss({
  id: "dpo_pl",
  name: "DPO-PL",
  family: "listwise",
  explanation: "Plackett-Luce likelihood of the whole ranking; with two responses it is DPO.",
  formula: "c Σ_k [log Σ_{j≥k} exp z_(j) - z_(k)], z = β(a-r) by falling score",
  paper: {
    title: "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
    authors: "Rafailov et al.",
    year: 2023,
    arxiv: "2305.18290",
  },
  params: {
    beta: real(0.1, 1e-4, 100, "Strength of the pull towards the reference: larger stays closer."),
    reduction: choice(
      "sum",
      ["sum", "mean"],
      "sum is the likelihood; mean divides by K, as DoRA's release does.",
    ),
  },
  flags: { negative: "never", needsReference: true, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  evaluate({ logps, refLogps, scores }, { beta, reduction }) {
    const order = ranking(scores);
    const z = order.map((k) => beta * (logps[k]! - refLogps[k]!));
    const scale = reduction === "mean" ? 1 / z.length : 1;
    const tails = z.map((_, k) => logSumExp(z.slice(k)));
    const gradient = new Array<number>(z.length).fill(0);
    let loss = 0;
    for (let m = 0; m < z.length; m++) {
      loss += tails[m]! - z[m]!;
      // Its own term less 1 as one expm1, so that a response that already dominates keeps its digits.
      let slope = Math.expm1(z[m]! - tails[m]!);
      for (let k = 0; k < m; k++) slope += Math.exp(z[m]! - tails[k]!);
      gradient[order[m]!] = scale * beta * slope;
    }
    return { loss: scale * loss, gradient };
  },
});

/** Indices by falling score; ties keep their order. */
export function ranking(scores: ArrayLike<number>): number[] {
  return Array.from(scores, (_, k) => k).sort((i, j) => scores[j]! - scores[i]! || i - j);
}
