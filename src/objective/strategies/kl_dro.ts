import { real } from "../params.ts";
import { defineTilt } from "./strategy.ts";

export const LAMBDA = real(
  1,
  1e-6,
  1e6,
  "λ: temperature of the tilt. Small: only the worst groups count; large: back to the average.",
);

export const klDro = defineTilt({
  id: "kl_dro",
  name: "KL-DRO",
  explanation:
    "Worst case over distributions near the training mixture, with a KL penalty: large losses count more.",
  formula: "λ log mean exp(ℓ/λ)",
  paper: {
    title: "Kullback-Leibler Divergence Constrained Distributionally Robust Optimization",
    authors: "Hu, Hong",
    year: 2013,
  },
  params: { lam: LAMBDA },
  flags: { usesRatio: false, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  logMeanExp: ({ losses }, { lam }) => ({
    exponents: Array.from(losses, (loss) => loss / lam),
    slopes: Array.from(losses, () => 1),
    value: (logMean) => lam * logMean,
    lambda: lam,
  }),
});
