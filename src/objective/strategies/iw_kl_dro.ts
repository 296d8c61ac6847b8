import type { Paper } from "../params.ts";
import { LAMBDA } from "./kl_dro.ts";
import { logRatios, normalised } from "./reweight.ts";
import { defineTilt } from "./strategy.ts";

/** Formed here, from KL-DRO and importance weighting; no publication of its own. */
export const OURS: Paper = {
  title: "Derived here from importance weighting and the strategy it extends",
  authors: "Tilt",
  year: 2026,
};

export const iwKlDro = defineTilt({
  id: "iw_kl_dro",
  name: "Importance-weighted KL-DRO",
  explanation: "Worst case near the estimated target instead of the mixture; safe for negative losses.",
  formula: "λ log Σ (h/Σh) exp(ℓ/λ)",
  paper: OURS,
  params: { lam: LAMBDA },
  flags: { usesRatio: true, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  logMeanExp: ({ losses, h, meanH }, { lam }) => {
    const { logs, logMean: logMeanH } = logRatios(h);
    const shift = meanH === undefined ? logMeanH : Math.log(meanH);
    return {
      exponents: logs.map((log, i) => log + losses[i]! / lam),
      slopes: logs.map(() => 1),
      value: (logMean) => lam * (logMean - shift),
      lambda: lam,
      base: normalised(h),
    };
  },
});
