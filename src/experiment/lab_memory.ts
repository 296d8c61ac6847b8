/** What a lab keeps from one run to the next, and by which keys: equal keys mean equal values. */
import { canonicalJson } from "../base/canonical.ts";
import { remember } from "../base/remember.ts";
import { lossById } from "../objective/losses/index.ts";
import { NGRAM_RULES } from "../text/ngrams.ts";
import type { EvidenceOf, KeptEvidence } from "./evidence.ts";
import type { Known, Progress, Reference } from "./job.ts";
import { readerName } from "./model_names.ts";
import type { Prepared } from "./prepare.ts";
import type { Ratio } from "./ratio.ts";
import type { GroupLogps } from "./scoring.ts";
import type { Spec } from "./spec.ts";

/** Evidence of one ratio. Of one dataset only: it holds a classifier's weights. */
export interface RatioEvidence {
  readonly datasetHash: string;
  readonly key: string;
  readonly of: EvidenceOf | undefined;
  readonly kept: KeptEvidence | undefined;
}

type Remembered<T> = ReturnType<typeof remember<T>>;

export interface LabMemory {
  readonly prepared: Remembered<Prepared>;
  readonly ratio: Remembered<Ratio>;
  readonly reference: Remembered<Reference>;
  readonly scores: Remembered<GroupLogps>;
  /** By hash of the dataset. */
  readonly known: Map<string, Known>;
  progress: Progress | undefined;
  evidence: RatioEvidence | undefined;
}

export function labMemory(): LabMemory {
  return {
    prepared: remember(),
    ratio: remember(),
    reference: remember(),
    scores: remember(),
    known: new Map(),
    progress: undefined,
    evidence: undefined,
  };
}

/** Of the same split and label noise of the same data, in the same groups: single judged responses are others. */
function dataKey({ seed, data, train }: Spec, dataset: string): string {
  return canonicalJson({ dataset, seed, data, single: lossById(train.loss).family === "unpaired" });
}

export function preparedKey(spec: Spec, dataset: string): string {
  return canonicalJson({
    dataKey: dataKey(spec, dataset),
    loss: spec.train.loss,
    model: spec.model,
    sft: spec.sft.on,
  });
}

export function referenceKey(spec: Spec, dataset: string): string {
  return canonicalJson({ dataKey: dataKey(spec, dataset), model: spec.model, sft: spec.sft });
}

export function ratioKey(spec: Spec, dataset: string): string {
  return canonicalJson({
    dataKey: dataKey(spec, dataset),
    ratio: spec.ratio,
    reader: readerName(spec),
    ngrams: NGRAM_RULES,
  });
}

/** @param stored form of the frozen weights that the scores come from */
export function scoresKey(spec: Spec, dataset: string, stored: string): string {
  const { loss, steps, batch } = spec.train;
  return canonicalJson({
    referenceKey: referenceKey(spec, dataset),
    stored,
    loss,
    steps,
    batch,
    judged: spec.eval.groups,
  });
}
