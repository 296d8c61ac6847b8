import { TiltError } from "../../base/errors.ts";
import { logMeanExp, meanOf, softmax } from "../numerics.ts";
import { DORA_PAPER } from "./dora_inside.ts";
import { normalised } from "./reweight.ts";
import { defineStrategy } from "./strategy.ts";

export const releasedRrhf = defineStrategy({
  id: "released_rrhf",
  name: "DoRA as released for RRHF",
  explanation:
    "The batch's mean loss times every response's weight, inside one log-mean-exp: ERM with another step size.",
  formula: "log mean over b,j of exp(L·t_bj), L = mean ℓ",
  paper: DORA_PAPER,
  params: {},
  flags: { usesRatio: true, stance: "neutral", needsNonNegativeLoss: true, couplesBatch: true },
  evaluate({ losses, responseWeights }) {
    if (!responseWeights) {
      throw new TiltError("This form needs one weight per response, not per group.", {
        where: "strategy released_rrhf",
        remedy: "Use the preset released-rrhf, which makes the weights it needs.",
      });
    }
    const weights = responseWeights.flatMap((row) => Array.from(row));
    const loss = meanOf(losses);
    const exponents = weights.map((weight) => weight * loss);
    const slope = softmax(exponents).reduce((sum, share, i) => sum + share * weights[i]!, 0);
    const gradient = Array.from(losses, () => slope / losses.length);
    return { value: logMeanExp(exponents), gradient, q: normalised(gradient), lambda: 1 };
  },
});
