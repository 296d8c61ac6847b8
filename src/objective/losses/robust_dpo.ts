import { logSigmoid, sigmoid } from "../numerics.ts";
import { real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

export const robustDpo = definePairLoss({
  id: "robust_dpo",
  name: "Robust DPO",
  explanation: "DPO corrected so that its expectation is right when a known share of labels is flipped.",
  formula: "[-(1-e) log σ(βD) + e log σ(-βD)] / (1-2e)",
  paper: {
    title: "Provably Robust DPO: Aligning Language Models with Noisy Feedback",
    authors: "Chowdhury, Kini, Natarajan",
    year: 2024,
    arxiv: "2403.00409",
  },
  params: {
    beta: real(0.1, 1e-4, 100, "Strength of the pull towards the reference: larger stays closer."),
    label_smoothing: real(0.1, 0, 0.499, "e: share of labels believed to be flipped; below one half."),
  },
  flags: { negative: "sometimes", needsReference: true, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  pair({ delta }, { beta, label_smoothing: e }) {
    const x = beta * delta;
    const slope = (-beta * ((1 - e) * sigmoid(-x) + e * sigmoid(x))) / (1 - 2 * e);
    return [(-(1 - e) * logSigmoid(x) + e * logSigmoid(-x)) / (1 - 2 * e), slope, -slope];
  },
});
