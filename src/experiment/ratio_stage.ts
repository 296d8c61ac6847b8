/**
 * The ratio stage: one h per response, estimated out of fold, taken from the world, or taken from the file. The
 * classifier sees who wrote what, never which response was preferred; held-out rows get their h the same way.
 */
import type { Backend } from "../backend/backend.ts";
import type { Csr } from "../base/csr.ts";
import { TiltError } from "../base/errors.ts";
import type { Dataset, Response } from "../data/dataset.ts";
import { chatterTruth } from "../data/worlds/chatter_truth.ts";
import { calibrateRatios, type Reduction, recommendReduction, reduceRatios } from "../objective/reduction.ts";
import type { ClassifierOptions } from "../ratio/classifier.ts";
import type { RatioEstimate, RatioTask } from "../ratio/estimate.ts";
import { groupedFolds } from "../ratio/folds.ts";
import { clipRatios, selfNormalise } from "../ratio/weights.ts";
import { estimateOnBest } from "./best_features.ts";
import type { Control } from "./control.ts";
import type { RatioSummary, ResponseEstimate, RunEvent } from "./events.ts";
import { type EvidenceOf, evidenceOf, type KeptEvidence } from "./evidence.ts";
import type { Prepared as PreparedData } from "./prepare.ts";
import type { Pretrained } from "./pretrained.ts";
import { ratioDetails } from "./ratio_details.ts";
import { mixtureOf, perSource } from "./ratio_shares.ts";
import { summariseRatio } from "./ratio_summary.ts";
import { ngramOptions, type ResponseFeatures, responseFeatures } from "./response_features.ts";
import { foldKey, numbered, sourceOrder } from "./source_order.ts";
import type { Spec } from "./spec.ts";
import { stateFeatures } from "./state_features.ts";

/** What of the prepared data a ratio needs. */
type Prepared = Pick<PreparedData, "dataset" | "train" | "heldOut" | "units">;

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
export function noRatio(prepared: Prepared): Ratio {
  return {
    estimates: null,
    logSourceRatios: null,
    shares: prepared.dataset.sources.map(() => 0),
    summary: null,
  };
}

/** One response and where it stands. */
interface Sample {
  readonly group: number;
  readonly response: Response;
  readonly trueLogRatio: number | undefined;
}

function samplesOf({ dataset, train, heldOut }: Prepared): Sample[] {
  return [...train, ...heldOut].flatMap((group) => {
    const { responses, trueLogRatio } = dataset.groups[group]!;
    return responses.map((response, k) => ({ group, response, trueLogRatio: trueLogRatio?.[k] }));
  });
}

/** The order of the sources among the groups that a run looks at. */
function orderOf({ dataset, train, heldOut }: Prepared) {
  return sourceOrder(
    dataset,
    [...train, ...heldOut].map((index) => dataset.groups[index]!),
  );
}

/**
 * @param reader the model whose hidden states the classifier reads, where the spec asks for them
 * @throws TiltError when the data cannot tell the target from anything
 */
export async function estimateRatio(
  backend: Backend,
  spec: Spec,
  prepared: Prepared,
  control: Control,
  emit: (event: RunEvent) => void,
  reader?: Pretrained,
): Promise<Ratio> {
  const samples = samplesOf(prepared);
  if (spec.ratio.source !== "classifier") return givenRatio(spec, prepared, samples);

  const states =
    spec.ratio.classifier === "states"
      ? await readStates(backend, prepared, samples, control, emit, reader)
      : undefined;
  const { taskFrom, first } = taskOf(spec, prepared, samples, states);
  const run = estimateOnBest(
    backend,
    first,
    taskFrom,
    optionsOf(spec, taskFrom(first.features), first.training),
  );
  let step = await run.next();
  while (!step.done) {
    emit({
      kind: "stage",
      stage: "ratio",
      done: step.value.step,
      of: step.value.steps,
      note: "Training the source classifier",
    });
    await control.gate();
    step = await run.next();
  }
  const { estimate, task, settings, features } = step.value;
  const { kind, foldWeights } = estimate.classifier;
  const { of } = orderOf(prepared);
  return {
    estimates: byGroup(prepared, samples, (i) => ({ ...estimateOf(estimate, i), fold: task.fold[i]! })),
    logSourceRatios: byGroup(prepared, samples, (i) => estimate.logSourceRatios.map((column) => column[i]!)),
    shares: [estimate.mixture.alpha, ...estimate.mixture.beta],
    summary: summariseRatio(
      estimate,
      task,
      ratioDetails(
        spec,
        task,
        settings,
        estimate,
        samples.map((sample) => sample.trueLogRatio),
        features.table?.chars?.[1] ?? null,
      ),
    ),
    evidence: evidenceOf({
      sampleOf: placesOf(samples, task),
      names: task.names,
      classifier: { kind, foldWeights },
      features,
    }),
    ...(foldWeights &&
      features.fitted && {
        kept: {
          names: task.names,
          categories: prepared.dataset.sources.map((_, source) => of(source)),
          kind,
          foldWeights,
          ngrams: features.fitted,
        },
      }),
  };
}

/** Finds a sample by its group and response. Texts are kept, features are not: they are made again when asked for. */
function placesOf(samples: readonly Sample[], { fold, category }: RatioTask) {
  const first = new Map<number, number>();
  samples.forEach(({ group }, i) => {
    if (!first.has(group)) first.set(group, i);
  });
  return (group: number, response: number) => {
    const i = (first.get(group) ?? Number.NaN) + response;
    const sample = samples[i];
    return sample && { text: sample.response.text, fold: fold[i]!, category: category[i]! };
  };
}

/** What the reader makes of every response; it never sees who wrote it. */
async function readStates(
  backend: Backend,
  { dataset }: Prepared,
  samples: readonly Sample[],
  control: Control,
  emit: (event: RunEvent) => void,
  reader: Pretrained | undefined,
): Promise<ResponseFeatures> {
  if (!reader) {
    throw new TiltError("The model whose hidden states the classifier should read is not here.", {
      where: "ratio.classifier",
      remedy: "Use the linear classifier, or start from a model that comes with Tilt.",
    });
  }
  const answered = samples.map(({ group, response }) => ({
    prompt: dataset.groups[group]!.prompt,
    text: response.text,
  }));
  return stateFeatures(backend, reader, answered, async (done) => {
    emit({ kind: "stage", stage: "ratio", done, of: answered.length, note: "Reading the responses" });
    await control.gate();
  });
}

function taskOf(
  spec: Spec,
  prepared: Prepared,
  samples: readonly Sample[],
  states?: ResponseFeatures,
): { taskFrom: (features: Csr) => RatioTask; first: ResponseFeatures } {
  const { dataset } = prepared;
  const { names, of } = orderOf(prepared);
  const { folds } = spec.ratio;
  const keys = samples.map(({ group }) => foldKey(dataset.groups[group]!, group));
  const texts = samples.map(({ response }) => response.text);
  const category = Int32Array.from(samples, ({ response }) => of(response.source));
  const fold = groupedFolds(keys, folds, spec.seed);
  const prompt = numbered(keys);
  const lengths = texts.map((text) => text.length);
  return {
    first: states ?? responseFeatures(dataset.format, texts, ngramOptions(spec)),
    taskFrom: (features) => ({
      features,
      category,
      synthetic: names.length - 1,
      fold,
      folds,
      prompt,
      lengths,
      names,
    }),
  };
}

/** @param training what fits the features, for settings that the spec leaves open */
function optionsOf(spec: Spec, task: RatioTask, training: Partial<ClassifierOptions>) {
  const { classifier, heads, hidden, steps, lr, l2, calibration, form, hMin, hMax, normalise } = spec.ratio;
  const counts = Array.from(
    { length: task.synthetic + 1 },
    (_, c) => task.category.filter((k) => k === c).length,
  );
  const known = counts.reduce((sum, count) => sum + count, 0);
  const mixture = mixtureOf(
    counts.map((count) => count / known),
    spec.ratio,
  );
  const gamma = perSource(spec.ratio.gamma, task.synthetic, "ratio.gamma");
  const penalised = classifier === "hidden" ? {} : training;
  const model: ClassifierOptions["model"] = classifier === "hidden" ? "hidden" : "linear";
  return {
    form,
    calibration,
    clip: { low: hMin, high: hMax },
    normalise,
    ...(mixture && { mixture }),
    ...(gamma && { gamma }),
    classifier: {
      ...penalised,
      model,
      ...(heads !== "auto" && { kind: heads }),
      hidden,
      rate: lr,
      seed: spec.seed,
      ...(steps > 0 && { steps }),
      ...(l2 !== null && { l2: [l2] }),
    },
  };
}

function estimateOf({ probs, logRatio, h }: RatioEstimate, i: number): ResponseEstimate {
  return { probability: probs[i]!, logRatio: logRatio[i]!, h: h[i]! };
}

/** Values of samples, put back by group and response; groups outside both splits get none. */
function byGroup<T>({ dataset }: Prepared, samples: readonly Sample[], value: (sample: number) => T): T[][] {
  const rows: T[][] = dataset.groups.map(() => []);
  samples.forEach(({ group }, i) => {
    rows[group]!.push(value(i));
  });
  return rows;
}

/**
 * Shares of the sources in the mixture, target first. Where nobody said who wrote what, the target's share is the mean of the
 * probabilities in the file: what a calibrated classifier's average is.
 */
function givenShares(prepared: Prepared, samples: readonly Sample[]): number[] {
  if (prepared.dataset.target < 0) {
    const probs = samples.flatMap(({ response }) => response.prob ?? []);
    const share = probs.reduce((sum, prob) => sum + prob, 0) / Math.max(1, probs.length);
    return [share, 1 - share];
  }
  const { of, names } = orderOf(prepared);
  const counts = names.map((_, c) => samples.filter(({ response }) => of(response.source) === c).length);
  const known = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (known > 0 ? count / known : 0));
}

function givenLogRatio(spec: Spec, { dataset }: Prepared, sample: Sample, share: number): number | undefined {
  if (spec.ratio.source === "true") return sample.trueLogRatio;
  if (spec.ratio.source === "file") return fileLogRatio(sample, spec, share);
  const { weight } = dataset.groups[sample.group]!;
  return weight !== undefined && weight > 0 ? Math.log(weight) : undefined;
}

/** Whether the ratio comes with the file, so that nobody needs to be named as the target. */
export function comesWithFile({ ratio }: Spec): boolean {
  return ratio.source === "file" || ratio.source === "weight";
}

/** The ratio from the world's closed form, or from probabilities or weights that came with the file. */
function givenRatio(spec: Spec, prepared: Prepared, samples: readonly Sample[]): Ratio {
  const { of } = orderOf(prepared);
  const shares = givenShares(prepared, samples);
  const given = samples.map((sample) => givenLogRatio(spec, prepared, sample, shares[0]!));
  const missing = given.indexOf(undefined);
  if (missing >= 0) {
    const { row } = prepared.dataset.groups[samples[missing]!.group]!;
    const why = {
      true: "This data does not come with its exact ratio.",
      file: `Row ${row} has a response without a probability.`,
      weight: `Row ${row} has no weight above 0.`,
    };
    throw new TiltError(why[spec.ratio.source as keyof typeof why], {
      where: "ratio.source",
      remedy: "Use the source classifier, or give every row one.",
    });
  }
  const logRatio = given as number[];
  const perSource = spec.ratio.source === "true" ? sourceTruth(spec, prepared.dataset, of) : undefined;
  const clipped = clipRatios(logRatio.map(Math.exp), { low: spec.ratio.hMin, high: spec.ratio.hMax });
  const h = spec.ratio.normalise ? selfNormalise(clipped) : clipped;
  return {
    estimates: byGroup(prepared, samples, (i) => ({
      probability: Math.min(1, shares[0]! * Math.exp(logRatio[i]!)),
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
): ((sample: Sample) => number[]) | undefined {
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

/** log p/alpha: the ratio when `prob` is the probability of being target text within the mixture. */
function fileLogRatio({ response }: Sample, spec: Spec, share: number): number | undefined {
  const alpha = spec.ratio.alpha ?? share;
  if (response.prob === undefined || !(alpha > 0)) return undefined;
  return Math.log(Math.max(response.prob, 1e-6) / alpha);
}

/** One calibrated h per training unit: reduced over its responses, clipped, divided by its mean. */
export function unitRatios(spec: Spec, prepared: Prepared, ratio: Ratio): number[] {
  const raw = rawUnitRatios(spec, prepared, ratio);
  if (!raw) return prepared.units.map(() => 1);
  const { hMin, hMax, normalise } = spec.ratio;
  return calibrateRatios(raw, { min: hMin, max: hMax, meanOne: normalise }).h;
}

/** One ratio per training unit, before clipping; null where there is no ratio. */
export function rawUnitRatios(spec: Spec, { units, dataset }: Prepared, ratio: Ratio): number[] | null {
  const { estimates, logSourceRatios, shares } = ratio;
  if (!estimates) return null;
  // A weight in the file is the row's own: as it is, whatever the row's responses.
  if (spec.ratio.source === "weight") return units.map(({ group }) => dataset.groups[group]!.weight ?? 1);
  const oneSourcePerGroup = units.every(({ group, responses }) => {
    const sources = responses.map((k) => dataset.groups[group]!.responses[k]!.source);
    return sources.every((source) => source === sources[0]);
  });
  const perSourceRatios = logSourceRatios !== null;
  const reduction: Reduction =
    spec.ratio.reduction === "auto"
      ? recommendReduction({ oneSourcePerGroup, perSourceRatios }).reduction
      : spec.ratio.reduction;
  return units.map(({ group, responses }) =>
    reduceRatios(
      reduction,
      {
        h: responses.map((k) => Math.exp(estimates[group]![k]!.logRatio)),
        ...(logSourceRatios && { logRatios: responses.map((k) => logSourceRatios[group]![k]!) }),
      },
      { shares, slot: targetSlot(dataset, group, responses) },
    ),
  );
}

/** The slot of the target's response in a unit; the last one where it has none. */
function targetSlot(dataset: Dataset, group: number, responses: readonly number[]): number {
  return responses.findIndex((k) => dataset.groups[group]!.responses[k]!.source === dataset.target);
}
