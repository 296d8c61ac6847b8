import { logSigmoid, sigmoid } from "../numerics.ts";
import { real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

export const simpo = definePairLoss({
  id: "simpo",
  name: "SimPO",
  explanation: "Logistic loss on per-token log-probs with a target margin; no reference model.",
  formula: "-log σ(β(a_w/n_w - a_l/n_l) - γ)",
  paper: {
    title: "SimPO: Simple Preference Optimization with a Reference-Free Reward",
    authors: "Meng, Xia, Chen",
    year: 2024,
    arxiv: "2405.14734",
  },
  params: {
    beta: real(2, 1e-4, 100, "Scale of the per-token log-probs; 2 to 10 in the published settings."),
    gamma: real(1, 0, 100, "γ: margin asked for, half of β to start with."),
    label_smoothing: real(0, 0, 0.5, "Assumed share of flipped labels."),
  },
  flags: { negative: "never", needsReference: false, lengthNormalised: true },
  reward: ({ beta }) => ({ scale: beta, reference: false, perToken: true }),
  pair({ aw, al, nw, nl }, { beta, gamma, label_smoothing: e }) {
    const x = beta * (aw / nw - al / nl) - gamma;
    const slope = beta * (e - sigmoid(-x));
    return [-(1 - e) * logSigmoid(x) - e * logSigmoid(-x), slope / nw, -slope / nl];
  },
});
