import { logSigmoid, sigmoid } from "../numerics.ts";
import { type Paper, real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

const paper: Paper = {
  title: "Towards Efficient Exact Optimization of Language Model Alignment",
  authors: "Ji et al.",
  year: 2024,
  arxiv: "2402.00856",
};

/**
 * Reverse KL from the model's preference q = σ(x) to a target with log-probabilities (chosen, rejected).
 * q log q is formed as q * logSigmoid(x), which is 0 and not NaN where q underflows.
 */
function reverseKl(
  x: number,
  logChosen: number,
  logRejected: number,
): readonly [value: number, slope: number] {
  const q = sigmoid(x);
  const rest = sigmoid(-x);
  const value = q * (logSigmoid(x) - logChosen) + rest * (logSigmoid(-x) - logRejected);
  return [value, q * rest * (x - logChosen + logRejected)];
}

export const exo = definePairLoss({
  id: "exo",
  name: "EXO",
  explanation:
    "Reverse KL to the smoothed label: seeks the mode, and barely corrects pairs that are badly wrong.",
  formula: "KL(σ(βD) ‖ 1-e), the two-candidate form",
  paper,
  params: {
    beta: real(0.1, 1e-4, 100, "Strength of the pull towards the reference: larger stays closer."),
    label_smoothing: real(1e-3, 1e-9, 0.5, "e: probability left to the rejected response; must be above 0."),
  },
  flags: { negative: "never", needsReference: true, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  pair({ delta }, { beta, label_smoothing: e }) {
    const [loss, slope] = reverseKl(beta * delta, Math.log1p(-e), Math.log(e));
    return [loss, beta * slope, -beta * slope];
  },
});

export const exoUnnormalised = definePairLoss({
  id: "exo_unnormalised",
  name: "EXO, as released",
  explanation: "EXO with the public code's log-targets (0, E), which do not sum to one.",
  formula: "q log q + (1-q)(log(1-q) - E), q = σ(βD)",
  paper,
  params: {
    beta: real(0.5, 1e-4, 100, "Strength of the pull towards the reference: larger stays closer."),
    log_epsilon: real(-10, -100, 0, "E: log-target of the rejected response."),
  },
  // The targets' mass is 1 + e^E, so the value can sink to -log(1 + e^E): below 0, by 4.5e-5 at E = -10.
  flags: { negative: "sometimes", needsReference: true, lengthNormalised: false },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  pair({ delta }, { beta, log_epsilon }) {
    const [loss, slope] = reverseKl(beta * delta, 0, log_epsilon);
    return [loss, beta * slope, -beta * slope];
  },
});
