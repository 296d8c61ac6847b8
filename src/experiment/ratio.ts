/** The ratio that a run uses, wherever it comes from. */
import type { RatioSummary, ResponseEstimate } from "./events.ts";
import type { EvidenceOf, KeptEvidence } from "./evidence.ts";
import type { Prepared } from "./prepare.ts";

/** What of the prepared data a ratio needs. */
export type RatioData = Pick<Prepared, "dataset" | "train" | "heldOut" | "units">;

export interface Ratio {
  /** By group and response; null where there is no ratio. */
  readonly estimates: readonly (readonly ResponseEstimate[])[] | null;
  /** By group and response: log Q0/Qi per synthetic source, target's order removed; null where only h is known. */
  readonly logSourceRatios: readonly (readonly (readonly number[])[])[] | null;
  /** Shares of the mixture, target first. */
  readonly shares: readonly number[];
  readonly summary: RatioSummary | null;
  /** What moved the classifier; absent where there was none. */
  readonly evidence?: EvidenceOf;
  /** The same, to keep; absent where there is nothing to tell. */
  readonly kept?: KeptEvidence;
}

/** Every response counts the same: for strategies that read no ratio, on data without a target. */
export function noRatio(prepared: RatioData): Ratio {
  return {
    estimates: null,
    logSourceRatios: null,
    shares: prepared.dataset.sources.map(() => 0),
    summary: null,
  };
}
