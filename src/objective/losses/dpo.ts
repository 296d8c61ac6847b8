import { logSigmoid, sigmoid } from "../numerics.ts";
import { real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

export const dpo = definePairLoss({
  id: "dpo",
  name: "DPO",
  explanation:
    "Logistic loss on the margin between the two implicit rewards; label smoothing turns it into cDPO.",
  formula: "-(1-e) log σ(βD) - e log σ(-βD)",
  paper: {
    title: "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
    authors: "Rafailov et al.",
    year: 2023,
    arxiv: "2305.18290",
  },
  params: {
    beta: real(0.1, 1e-4, 100, "Strength of the pull towards the reference: larger stays closer."),
    label_smoothing: real(0, 0, 0.5, "e: assumed share of flipped labels (cDPO); 0 is plain DPO."),
  },
  flags: { negative: "never", needsReference: true, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  pair({ delta }, { beta, label_smoothing: e }) {
    const x = beta * delta;
    // s(x) - (1-e), written so that nothing cancels when x is large.
    const slope = beta * (e - sigmoid(-x));
    return [-(1 - e) * logSigmoid(x) - e * logSigmoid(-x), slope, -slope];
  },
});
