/**
 * Why the source classifier took a response for the target's or for a synthetic source's: the contribution of each
 * n-gram to the logit of the model that did not see the response. A linear model's logit is its bias plus the sum of
 * weight times value over the columns of a text, so the contributions add up to it exactly.
 */
import type { Csr } from "../base/csr.ts";
import type { Dataset } from "../data/dataset.ts";
import type { TrainedClassifier } from "../ratio/classifier.ts";
import { type NgramPlaces, ngramPlaces } from "../text/ngram_places.ts";
import { type FittedNgrams, keptNgrams, NGRAM_RULES, type NgramTable } from "../text/ngrams.ts";
import type {
  HeadEvidence,
  NgramEvidence,
  ResponseEstimate,
  ResponseEvidence,
  WordEvidence,
} from "./events.ts";
import type { ResponseFeatures } from "./response_features.ts";

/** What must be kept of a ratio stage to tell. */
export interface EvidenceParts {
  /** By group and response: the sample's place among the classifier's, undefined for rows outside both splits. */
  sampleOf(
    group: number,
    response: number,
  ): { readonly text: string; readonly fold: number; readonly category: number } | undefined;
  /** Names by category, target first. */
  readonly names: readonly string[];
  readonly classifier: Pick<TrainedClassifier, "kind" | "foldWeights">;
  readonly features: Pick<ResponseFeatures, "table" | "transform">;
}

/** The same as plain data, for runs that are looked at after the page was closed; texts and folds are kept elsewhere. */
export interface KeptEvidence {
  /** By category, target first. */
  readonly names: readonly string[];
  /** Category of each source of the dataset. */
  readonly categories: readonly number[];
  readonly kind: TrainedClassifier["kind"];
  /** [head][fold][1 + columns], constant first. */
  readonly foldWeights: readonly (readonly Float32Array[])[];
  readonly ngrams: FittedNgrams;
}

/** Evidence from what was kept. @param estimates of the run that it was kept with, by group and response: they know the folds */
export function evidenceFrom(
  { names, categories, kind, foldWeights, ngrams }: KeptEvidence,
  { groups }: Pick<Dataset, "groups">,
  estimates: readonly (readonly ResponseEstimate[])[],
): EvidenceOf {
  if (ngrams.rules !== NGRAM_RULES)
    return () => ({
      ok: false,
      why: "An earlier version of Tilt read this run’s text. Run it again to see.",
    });
  return evidenceOf({
    sampleOf(group, response) {
      const fold = estimates[group]?.[response]?.fold;
      const one = groups[group]?.responses[response];
      if (fold === undefined || !one) return undefined;
      return { text: one.text, fold, category: categories[one.source] ?? -1 };
    },
    names,
    classifier: { kind, foldWeights },
    features: keptNgrams(ngrams),
  });
}

/** The strongest n-grams named on each side. */
const NAMED = 8;

/** Evidence on one response; a reason in words where there is none. */
export type EvidenceOf = (group: number, response: number) => ResponseEvidence;

export function evidenceOf(parts: EvidenceParts): EvidenceOf {
  const { names, classifier, features } = parts;
  const { foldWeights, kind } = classifier;
  const { table } = features;
  if (!table) return () => ({ ok: false, why: "This classifier’s features are numbers, not words." });
  if (!foldWeights)
    return () => ({ ok: false, why: "Only the linear classifier’s logit is a sum over n-grams." });
  return (group, response) => {
    const sample = parts.sampleOf(group, response);
    if (!sample) return { ok: false, why: "This row took no part in the ratio." };
    const { text, fold, category } = sample;
    const row = features.transform([text]);
    const places = ngramPlaces(text, table);
    const heads = names.slice(1).map((against, head): HeadEvidence => {
      const weights =
        kind === "binary"
          ? foldWeights[head]![fold]!
          : difference(foldWeights[0]![fold]!, foldWeights[head + 1]![fold]!);
      return { against, ...explained(text, row, places, weights) };
    });
    // A synthetic response is looked at against the target; the target's own against what it is mistaken for most.
    const likest = heads.reduce((least, { logit }, head) => (logit < heads[least]!.logit ? head : least), 0);
    return { ok: true, heads, head: category > 0 ? category - 1 : likest, readUpTo: readUpTo(text, table) };
  };
}

function readUpTo(text: string, table: NgramTable): number | null {
  return text.length > table.readUpTo ? table.readUpTo : null;
}

function difference(a: Float32Array, b: Float32Array): Float64Array {
  return Float64Array.from(a, (value, i) => value - b[i]!);
}

/** @param weights constant first @param row the text's features, one row */
function explained(
  text: string,
  row: Csr,
  places: ReadonlyMap<number, NgramPlaces>,
  weights: ArrayLike<number>,
): Omit<HeadEvidence, "against"> {
  const bias = weights[0]!;
  const perUnit = new Float64Array(text.length);
  const all: NgramEvidence[] = [];
  let logit = bias;
  for (let e = 0; e < row.column.length; e++) {
    const column = row.column[e]!;
    const nats = row.value[e]! * weights[column + 1]!;
    logit += nats;
    const found = places.get(column);
    if (!found) continue;
    all.push({
      forms: [...found.forms],
      kind: found.kind,
      times: found.spans.length,
      nats,
    });
    for (const [from, to] of found.spans) {
      const share = nats / found.spans.length / (to - from);
      for (let i = from; i < to; i++) perUnit[i]! += share;
    }
  }
  all.sort((a, b) => b.nats - a.nats);
  return {
    bias,
    logit,
    ngrams: all.length,
    towards: all.filter(({ nats }) => nats > 0).slice(0, NAMED),
    away: all
      .filter(({ nats }) => nats < 0)
      .slice(-NAMED)
      .reverse(),
    words: wordsOf(text, perUnit),
  };
}

/** Contributions gathered by word; white space counts to the word before it, so that nothing is lost. */
function wordsOf(text: string, perUnit: Float64Array): WordEvidence[] {
  const words: WordEvidence[] = [];
  for (const { index, 0: run } of text.matchAll(/^\s+|\S+\s*/g)) {
    let nats = 0;
    for (let i = index; i < index + run.length; i++) nats += perUnit[i]!;
    words.push({ from: index, to: index + run.length, nats });
  }
  return words;
}
