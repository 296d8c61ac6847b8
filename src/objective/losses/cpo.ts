import { logSigmoid, sigmoid } from "../numerics.ts";
import { choice, real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

export const cpo = definePairLoss({
  id: "cpo",
  name: "CPO",
  explanation: "DPO with a uniform reference, plus the likelihood of the chosen response.",
  formula: "-(1-e) log σ(u) - e log σ(-u) + k·NLL_w, u = β(a_w - a_l)",
  paper: {
    title:
      "Contrastive Preference Optimization: Pushing the Boundaries of LLM Performance in Machine Translation",
    authors: "Xu et al.",
    year: 2024,
    arxiv: "2401.08417",
  },
  params: {
    beta: real(0.1, 1e-4, 100, "Scale of the margin in log-probability."),
    nll_weight: real(1, 0, 100, "k: weight of the chosen response's negative log-likelihood."),
    nll: choice(
      "mean",
      ["mean", "sum"],
      "Likelihood per token (mean) or of the whole response (sum, the paper).",
    ),
    label_smoothing: real(0, 0, 0.5, "e: assumed share of flipped labels."),
  },
  flags: { negative: "never", needsReference: false, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: false, perToken: false }),
  pair({ aw, al, nw }, { beta, nll_weight: k, nll, label_smoothing: e }) {
    const x = beta * (aw - al);
    const slope = beta * (e - sigmoid(-x));
    const share = nll === "mean" ? k / nw : k;
    return [-(1 - e) * logSigmoid(x) - e * logSigmoid(-x) - share * aw, slope - share, -slope];
  },
});
