import { real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

export const hinge = definePairLoss({
  id: "hinge",
  name: "Hinge",
  explanation: "Pushes a pair until its reward margin reaches 1, then leaves it alone.",
  formula: "max(0, 1 - βD)",
  paper: {
    title: "SLiC-HF: Sequence Likelihood Calibration with Human Feedback",
    authors: "Zhao et al.",
    year: 2023,
    arxiv: "2305.10425",
  },
  params: { beta: real(0.1, 1e-4, 100, "Scale of the margin: larger is satisfied sooner.") },
  flags: { negative: "never", needsReference: true, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  pair({ delta }, { beta }) {
    const loss = Math.max(0, 1 - beta * delta);
    const slope = loss > 0 ? -beta : 0;
    return [loss, slope, loss > 0 ? beta : 0];
  },
});
