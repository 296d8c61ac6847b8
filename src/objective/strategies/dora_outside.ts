import { meanOf } from "../numerics.ts";
import { DORA_PAPER } from "./dora_inside.ts";
import { LAMBDA } from "./kl_dro.ts";
import { defineTilt } from "./strategy.ts";

export const doraOutside = defineTilt({
  id: "dora_outside",
  name: "DoRA, outside",
  explanation:
    "KL-DRO times the batch's mean ratio: selects the same groups as KL-DRO, with another step size.",
  formula: "mean(h) · λ log mean exp(ℓ/λ)",
  paper: DORA_PAPER,
  params: { lam: LAMBDA },
  flags: { usesRatio: true, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  logMeanExp: ({ losses, h, meanH }, { lam }) => {
    const factor = meanH ?? meanOf(h);
    return {
      exponents: Array.from(losses, (loss) => loss / lam),
      slopes: Array.from(losses, () => factor),
      value: (logMean) => factor * lam * logMean,
      lambda: lam,
    };
  },
});
