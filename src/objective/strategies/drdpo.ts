import { real } from "../params.ts";
import { defineTilt } from "./strategy.ts";

export const BETA_PRIME = real(
  1,
  1e-4,
  1e6,
  "β′: temperature. Small: only the groups that already fit count; large: back to the average.",
);

export const drDpo = defineTilt({
  id: "drdpo",
  name: "Dr.DPO",
  explanation:
    "Optimistic tilt: trusts groups with small losses, so it resists flipped labels. Not a worst case.",
  formula: "-β′ log mean exp(-ℓ/β′)",
  paper: {
    title:
      "Towards Robust Alignment of Language Models: Distributionally Robustifying Direct Preference Optimization",
    authors: "Wu et al.",
    year: 2024,
    arxiv: "2407.07880",
  },
  params: { beta_prime: BETA_PRIME },
  flags: { usesRatio: false, stance: "optimistic", needsNonNegativeLoss: false, couplesBatch: true },
  logMeanExp: ({ losses }, { beta_prime }) => ({
    exponents: Array.from(losses, (loss) => -loss / beta_prime),
    slopes: Array.from(losses, () => 1),
    value: (logMean) => -beta_prime * logMean,
    lambda: beta_prime,
  }),
});
