import { logSigmoid, sigmoid } from "../numerics.ts";
import { real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

export const rDpo = definePairLoss({
  id: "r_dpo",
  name: "R-DPO",
  explanation:
    "DPO with a length penalty: a longer chosen response already has margin, so it is pushed less.",
  formula: "-log σ(βD + A(n_w - n_l))",
  paper: {
    title: "Disentangling Length from Quality in Direct Preference Optimization",
    authors: "Park et al.",
    year: 2024,
    arxiv: "2403.19159",
  },
  params: {
    beta: real(0.1, 1e-4, 100, "Strength of the pull towards the reference: larger stays closer."),
    alpha: real(0.05, 0, 10, "A: reward taken off per token of length."),
  },
  flags: { negative: "never", needsReference: true, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  pair({ delta, nw, nl }, { beta, alpha }) {
    const x = beta * delta + alpha * (nw - nl);
    const slope = -beta * sigmoid(-x);
    return [-logSigmoid(x), slope, -slope];
  },
});
