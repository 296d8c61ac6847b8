/** The ratio that nobody needs to estimate: the world's closed form, or what came with the file. */
import { TiltError } from "../base/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { chatterTruth } from "../data/worlds/chatter_truth.ts";
import { allZero, clipRatios, selfNormalise } from "../ratio/weights.ts";
import type { Ratio, RatioData } from "./ratio.ts";
import { byGroup, orderOfRun, type RunResponse, runResponses } from "./run_responses.ts";
import type { Spec } from "./spec.ts";

/** What a probability or weight of 0 counts as in a logarithm. */
const SMALLEST = 1e-6;

/** Whether the ratio comes with the file, so that nobody needs to be named as the target. */
export function comesWithFile({ ratio }: Spec): boolean {
  return ratio.source === "file" || ratio.source === "weight";
}

/** The ratio from the world's closed form, or from probabilities or weights that came with the file. */
export function givenRatio(spec: Spec, prepared: RatioData): Ratio {
  const samples = runResponses(prepared);
  const { of } = orderOfRun(prepared);
  const shares = givenShares(prepared, samples);
  const given = samples.map((sample) => givenLogRatio(spec, prepared, sample, shares[0]!));
  const missing = given.indexOf(undefined);
  if (missing >= 0) {
    const { row } = prepared.dataset.groups[samples[missing]!.group]!;
    const why = {
      true: "This data does not come with its exact ratio.",
      file: `Row ${row} has a response without a probability.`,
      weight: `Row ${row} has no weight, or one below 0.`,
    };
    throw new TiltError(why[spec.ratio.source as keyof typeof why], {
      where: "ratio.source",
      remedy: "Use the source classifier, or give every row one.",
    });
  }
  if (spec.ratio.hMin === 0 && allNothing(spec, prepared, samples)) throw allZero();
  const logRatio = given as number[];
  const perSource = spec.ratio.source === "true" ? sourceTruth(spec, prepared.dataset, of) : undefined;
  const clipped = clipRatios(logRatio.map(Math.exp), { low: spec.ratio.hMin, high: spec.ratio.hMax });
  const h = spec.ratio.normalise ? selfNormalise(clipped) : clipped;
  return {
    estimates: byGroup(prepared, samples, (i) => ({
      probability: givenProbability(spec, prepared, samples[i]!, shares[0]! * Math.exp(logRatio[i]!)),
      logRatio: logRatio[i]!,
      h: h[i]!,
    })),
    logSourceRatios: perSource ? byGroup(prepared, samples, (i) => perSource(samples[i]!)) : null,
    shares,
    summary: null,
  };
}

/**
 * Exact log Q0/Qi of a Chatter response, per synthetic source: what the joint ratio of a group needs. Undefined for data
 * of which only the mixture's ratio is known.
 */
function sourceTruth(
  spec: Spec,
  dataset: Dataset,
  categoryOf: (source: number) => number,
): ((sample: RunResponse) => number[]) | undefined {
  if (dataset.format !== "chatter") return undefined;
  const truth = chatterTruth({ shift: spec.data.shift });
  return ({ group, response }) => {
    const densities = truth.score(dataset.groups[group]!.prompt, response.text)!.logDensities;
    const ratios: number[] = [];
    densities.forEach((density, source) => {
      if (categoryOf(source) > 0) ratios[categoryOf(source) - 1] = densities[dataset.target]! - density;
    });
    return ratios;
  };
}

/** That of the file as it stands there, whatever share the ratio is taken over; else the share times the ratio. */
function givenProbability(
  { ratio: { source } }: Spec,
  { dataset }: RatioData,
  { response }: RunResponse,
  shareTimesRatio: number,
): number | null {
  if (source === "file") return Math.min(1, response.prob!);
  return source === "weight" && dataset.target < 0 ? null : Math.min(1, shareTimesRatio);
}

/** log p/alpha: the ratio when `prob` is the probability of being target text within the mixture. */
function fileLogRatio({ response }: RunResponse, spec: Spec, share: number): number | undefined {
  if (response.prob === undefined) return undefined;
  return Math.log(Math.max(response.prob, SMALLEST) / (spec.ratio.alpha ?? share));
}

/**
 * Shares of the sources in the mixture, target first. Where nobody said who wrote what, the target's share is the mean of the
 * probabilities in the file: what a calibrated classifier's average is.
 */
function givenShares(prepared: RatioData, samples: readonly RunResponse[]): number[] {
  if (prepared.dataset.target < 0) {
    const probs = samples.flatMap(({ response }) => response.prob ?? []);
    const share = probs.reduce((sum, prob) => sum + prob, 0) / Math.max(1, probs.length);
    return [share, 1 - share];
  }
  const { of, names } = orderOfRun(prepared);
  const counts = names.map((_, c) => samples.filter(({ response }) => of(response.source) === c).length);
  const known = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (known > 0 ? count / known : 0));
}

/** Whether the file weighs everything with 0. */
function allNothing(
  { ratio: { source } }: Spec,
  { dataset }: RatioData,
  samples: readonly RunResponse[],
): boolean {
  if (source === "true") return false;
  return samples.every(({ group, response }) =>
    source === "file" ? response.prob === 0 : dataset.groups[group]!.weight === 0,
  );
}

function givenLogRatio(
  spec: Spec,
  { dataset }: RatioData,
  sample: RunResponse,
  share: number,
): number | undefined {
  if (spec.ratio.source === "true") return sample.trueLogRatio;
  if (spec.ratio.source === "file") return fileLogRatio(sample, spec, share);
  const { weight } = dataset.groups[sample.group]!;
  // A weight of 0 stays one where units get theirs; a logarithm needs something to be of.
  return weight !== undefined && weight >= 0 ? Math.log(Math.max(weight, SMALLEST)) : undefined;
}
