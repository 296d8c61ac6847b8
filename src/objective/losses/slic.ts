import { real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

export const slic = definePairLoss({
  id: "slic",
  name: "SLiC-HF",
  explanation: "Margin loss on raw log-probs, without a reference, plus likelihood of the chosen response.",
  formula: "max(0, m - a_w + a_l) - k·a_w",
  paper: {
    title: "SLiC-HF: Sequence Likelihood Calibration with Human Feedback",
    authors: "Zhao et al.",
    year: 2023,
    arxiv: "2305.10425",
  },
  params: {
    margin: real(1, 0, 1000, "m: gap in log-probability (nats) at which a pair stops pushing."),
    sft_weight: real(0.1, 0, 100, "k: weight of the chosen response's own likelihood."),
  },
  flags: { negative: "never", needsReference: false, lengthNormalised: false },
  reward: () => ({ scale: 1, reference: false, perToken: false }),
  pair({ aw, al }, { margin, sft_weight: k }) {
    const gap = Math.max(0, margin - aw + al);
    const active = gap > 0 ? 1 : 0;
    return [gap - k * aw, -active - k, active];
  },
});
