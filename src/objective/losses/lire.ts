import { softmax, sumOf } from "../numerics.ts";
import { choice, real } from "../params.ts";
import { defineLoss } from "./loss.ts";

export const lire = defineLoss({
  id: "lire",
  name: "LIRE",
  family: "listwise",
  explanation:
    "Expected reward under the policy's own preference among the listed responses, negated; always below 0.",
  formula: "-c Σ_k P_k R̃_k, P = softmax(a/T)",
  paper: {
    title: "LIRE: listwise reward enhancement for preference alignment",
    authors: "Zhu et al.",
    year: 2024,
    arxiv: "2405.13516",
  },
  params: {
    temperature: real(2, 1e-3, 1000, "T: flattens the policy's preference; small makes it one-hot."),
    reward: choice(
      "softmax",
      ["softmax", "raw"],
      "Rewards as a softmax over the list (the code) or as given.",
    ),
    reduction: choice("sum", ["sum", "mean"], "mean divides by K, as DoRA's release does."),
  },
  flags: { negative: "always", needsReference: false, lengthNormalised: false },
  reward: ({ temperature }) => ({ scale: 1 / temperature, reference: false, perToken: false }),
  evaluate({ logps, scores }, { temperature, reward, reduction }) {
    const P = softmax(Array.from(logps, (a) => a / temperature));
    const R = reward === "softmax" ? softmax(scores) : Array.from(scores);
    const expected = sumOf(P.map((p, k) => p * R[k]!));
    const scale = reduction === "mean" ? 1 / P.length : 1;
    return {
      loss: -scale * expected,
      gradient: P.map((p, k) => (-scale / temperature) * p * (R[k]! - expected)),
    };
  },
});
