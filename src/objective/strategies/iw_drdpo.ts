import { BETA_PRIME } from "./drdpo.ts";
import { OURS } from "./iw_kl_dro.ts";
import { logRatios, normalised } from "./reweight.ts";
import { defineTilt } from "./strategy.ts";

export const iwDrDpo = defineTilt({
  id: "iw_drdpo",
  name: "Importance-weighted Dr.DPO",
  explanation: "Dr.DPO around the estimated target: believes what most target-like groups say.",
  formula: "-β′ log Σ (h/Σh) exp(-ℓ/β′)",
  paper: OURS,
  params: { beta_prime: BETA_PRIME },
  flags: { usesRatio: true, stance: "optimistic", needsNonNegativeLoss: false, couplesBatch: true },
  logMeanExp: ({ losses, h, meanH }, { beta_prime }) => {
    const { logs, logMean: logMeanH } = logRatios(h);
    const shift = meanH === undefined ? logMeanH : Math.log(meanH);
    return {
      exponents: logs.map((log, i) => log - losses[i]! / beta_prime),
      slopes: logs.map(() => 1),
      value: (logMean) => -beta_prime * (logMean - shift),
      lambda: beta_prime,
      base: normalised(h),
    };
  },
});
