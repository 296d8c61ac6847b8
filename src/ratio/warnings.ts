/** What a reader should know before trusting h, in words, each with a way out. */
import type { ScoreReport } from "./score_report.ts";
import type { SampleSize } from "./weights.ts";

export interface RatioWarning {
  readonly id: "separable" | "inseparable" | "length" | "small" | "calibration" | "mean" | "sample-size";
  readonly what: string;
  readonly remedy: string;
}

export interface RatioFacts {
  readonly target: string;
  /** Reports by synthetic source. */
  readonly sources: readonly { readonly name: string; readonly score: ScoreReport }[];
  /** E_P h before clipping and normalising. */
  readonly meanH: number;
  readonly size: SampleSize;
}

/** AUC from which h is as good as an indicator of the source. */
const SEPARABLE = 0.99;
const MEAN_TOLERANCE = 0.1;
/** Calibration error that counts, beyond what binned samples show when calibration is perfect. */
const LARGE_ECE = 0.05;
const FEW = 100;
const SMALL_ESS = 0.1;

/** Everything that is worth a warning, each with what to do; none where h can be taken as it is. */
export function ratioWarnings({ target, sources, meanH, size }: RatioFacts): RatioWarning[] {
  const warnings: RatioWarning[] = [];
  for (const { name, score } of sources) {
    const area = score.auc.toFixed(3);
    const lengthGap = Math.max(score.lengthOnlyAuc, 1 - score.lengthOnlyAuc);
    if (score.auc >= SEPARABLE) {
      const artefact = lengthGap >= 0.9 ? ` Length alone already reaches ${lengthGap.toFixed(3)}.` : "";
      warnings.push({
        id: "separable",
        what: `The classifier tells ${target} from ${name} almost perfectly (AUC ${area}): h is little more than an indicator of the source, about 1/alpha for ${target} and 0 for ${name}.${artefact}`,
        remedy: `Look for what gives the source away (length, formatting, a stock phrase, encoding) and strip it from both; or use the stabilised form or a lower clip on h, which keep ${name} in the sample; or accept that DoRA then counts a group by how much of it is ${target}.`,
      });
    } else if (score.auc - score.aucHalfWidth <= 0.5) {
      warnings.push({
        id: "inseparable",
        what: `The classifier cannot tell ${target} from ${name} (AUC ${area} ± ${score.aucHalfWidth.toFixed(3)}): h is flat, and DoRA is the same as KL-DRO.`,
        remedy: `If you know that the sources differ, add data or try the other classifier; if they do not differ, use plain training or KL-DRO.`,
      });
    }
    if (score.auc < SEPARABLE && lengthGap >= 0.6 && lengthGap >= score.auc - 0.02) {
      warnings.push({
        id: "length",
        what: `Length alone separates ${target} from ${name} as well as the words do (AUC ${lengthGap.toFixed(3)} against ${area}).`,
        remedy: "Cut responses to comparable lengths, or expect h to reward a length and nothing else.",
      });
    }
    if (Math.min(score.targets, score.synthetic) < FEW) {
      warnings.push({
        id: "small",
        what: `Only ${score.targets} responses of ${target} and ${score.synthetic} of ${name} teach the classifier.`,
        remedy: "Treat single values of h as rough; add responses, or merge similar sources.",
      });
    }
    if (score.ece > LARGE_ECE + score.eceNoise) {
      warnings.push({
        id: "calibration",
        what: `Probabilities for ${target} against ${name} are off by ${(100 * score.ece).toFixed(1)} % on average after calibration.`,
        remedy: "Try Platt or isotonic calibration, or fewer features; the error goes straight into h.",
      });
    }
  }
  if (Math.abs(meanH - 1) > MEAN_TOLERANCE) {
    warnings.push({
      id: "mean",
      what: `The mean of h over the mixture is ${meanH.toFixed(2)}, but should be 1.`,
      remedy: "Use the mixture or posterior form, check the shares, or keep the normalisation to mean 1 on.",
    });
  }
  if (size.fraction < SMALL_ESS) {
    warnings.push({
      id: "sample-size",
      what: `After weighting, the data are worth ${Math.round(size.ess)} responses (${(100 * size.fraction).toFixed(1)} %); one of them holds ${(100 * size.maxShare).toFixed(1)} % of the weight.`,
      remedy: "Clip h lower or use the stabilised form; both trade bias for variance.",
    });
  }
  return warnings;
}
