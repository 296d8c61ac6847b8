/**
 * The ratio that a source classifier estimates out of fold. It sees who wrote what, never which response was preferred;
 * held-out rows get their h the same way.
 */
import type { Backend } from "../backend/backend.ts";
import type { Csr } from "../base/csr.ts";
import { TiltError } from "../base/errors.ts";
import { finished } from "../base/finished.ts";
import type { RatioEstimate } from "../ratio/estimate.ts";
import { groupedFolds } from "../ratio/folds.ts";
import type { RatioTask } from "../ratio/ratio_options.ts";
import { estimateOnBest } from "./best_features.ts";
import type { Control } from "./control.ts";
import { estimatorSettings } from "./estimator_settings.ts";
import type { ResponseEstimate, RunEvent } from "./events.ts";
import { evidenceOf } from "./evidence.ts";
import type { Pretrained } from "./pretrained.ts";
import type { Ratio, RatioData } from "./ratio.ts";
import { ratioDetails } from "./ratio_details.ts";
import { summariseRatio } from "./ratio_summary.ts";
import { ratioTask } from "./ratio_task.ts";
import { ngramOptions, type ResponseFeatures, responseFeatures } from "./response_features.ts";
import { byGroup, orderOfRun, type RunResponse, runResponses } from "./run_responses.ts";
import { foldKey, numbered } from "./source_order.ts";
import type { Spec } from "./spec.ts";
import { stateFeatures } from "./state_features.ts";

/**
 * Trains the classifier and calibrates it. Everything on the backend is freed at the end, when stopped as well.
 * @param reader the model whose hidden states the classifier reads, where the spec asks for them
 * @throws TiltError when the data cannot tell the target from anything; Stopped after `control.stop`
 */
export async function estimatedRatio(
  backend: Backend,
  spec: Spec,
  prepared: RatioData,
  control: Control,
  emit: (event: RunEvent) => void,
  reader?: Pretrained,
): Promise<Ratio> {
  const samples = runResponses(prepared);
  const states =
    spec.ratio.classifier === "states"
      ? await readStates(backend, prepared, samples, control, emit, reader)
      : undefined;
  const { taskFrom, first } = taskOf(spec, prepared, samples, states);
  const run = estimateOnBest(
    backend,
    first,
    taskFrom,
    estimatorSettings(spec, taskFrom(first.features), first.training),
  );
  const { estimate, task, settings, features } = await finished(run, async ({ step, steps }) => {
    emit({ kind: "stage", stage: "ratio", done: step, of: steps, note: "Training the source classifier" });
    await control.gate();
  });
  const { kind, foldWeights } = estimate.classifier;
  const { of } = orderOfRun(prepared);
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
function placesOf(samples: readonly RunResponse[], { fold, category }: RatioTask) {
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
  { dataset }: RatioData,
  samples: readonly RunResponse[],
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
  prepared: RatioData,
  samples: readonly RunResponse[],
  states?: ResponseFeatures,
): { taskFrom: (features: Csr) => RatioTask; first: ResponseFeatures } {
  const { dataset } = prepared;
  const { names, of } = orderOfRun(prepared);
  const { folds } = spec.ratio;
  const keys = samples.map(({ group }) => foldKey(dataset.groups[group]!, group));
  const texts = samples.map(({ response }) => response.text);
  return {
    first: states ?? responseFeatures(dataset.format, texts, ngramOptions(spec)),
    taskFrom: ratioTask({
      texts,
      category: Int32Array.from(samples, ({ response }) => of(response.source)),
      names,
      fold: groupedFolds(keys, folds, spec.seed),
      folds,
      prompt: numbered(keys),
    }),
  };
}

function estimateOf({ probs, logRatio, h }: RatioEstimate, i: number): ResponseEstimate {
  return { probability: probs[i]!, logRatio: logRatio[i]!, h: h[i]! };
}
