/** From a dataset and a spec to what is trained on: split, label noise, units, tokens. */
import { TiltError } from "../base/errors.ts";
import { stream } from "../base/random.ts";
import { corruptGroup } from "../data/corrupt.ts";
import type { Dataset } from "../data/dataset.ts";
import { withTarget } from "../data/sources.ts";
import { chatterVocabulary } from "../data/worlds/chatter_words.ts";
import { lossById } from "../objective/losses/index.ts";
import { type EncodedGroup, encodeGroups } from "../text/encoding.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { trainBpe } from "../text/tokenizer_bpe_train.ts";
import { byteTokenizer } from "../text/tokenizer_bytes.ts";
import { wordTokenizer } from "../text/tokenizer_words.ts";
import { asJudged } from "./judged.ts";
import { modelName } from "./model_names.ts";
import type { Pretrained } from "./pretrained.ts";
import { splitOfRun } from "./run_split.ts";
import type { Spec } from "./spec.ts";
import { sftExamples, targetUnits, type Unit, unitsOf } from "./units.ts";

/** Everything that depends on data and spec alone, before any training. */
export interface Prepared {
  /** With the spec's target; training groups carry the spec's label noise. */
  readonly dataset: Dataset;
  /** Group indices. */
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
  readonly units: readonly Unit[];
  /** Held-out units that speak for the target; all held-out units where there is no target. */
  readonly targetUnits: readonly Unit[];
  /** Held-out units of every source: the training distribution. */
  readonly mixtureUnits: readonly Unit[];
  /** [group, response] indices. */
  readonly sft: readonly (readonly [number, number])[];
  readonly tokenizer: Tokenizer;
  /** The model to start from, when the spec names one. */
  readonly pretrained: Pretrained | undefined;
  /** Tokens by group index. */
  readonly encoded: readonly EncodedGroup[];
  readonly promptsCut: number;
  readonly responsesCut: number;
}

/** The dataset with the target that the spec names. @throws TiltError when no source has that name */
export function resolveTarget(dataset: Dataset, name: string): Dataset {
  if (name === "") return dataset;
  const resolved = withTarget(dataset, name);
  if (resolved.target >= 0) return resolved;
  throw new TiltError(`No source is called "${name}".`, {
    where: "data.target",
    remedy: `Use one of: ${dataset.sources.join(", ") || "(this file names no source)"}.`,
  });
}

/**
 * @param brought the pretrained model that the spec names, if it names one
 * @throws TiltError when the data cannot carry the spec, or the model is not the one named
 */
export async function prepare(
  spec: Spec,
  given: Dataset,
  signal: AbortSignal,
  brought?: Pretrained,
): Promise<Prepared> {
  const pretrained = namedModel(spec, brought);
  const { family } = lossById(spec.train.loss);
  const judged = family === "unpaired" ? asJudged(given) : given;
  const resolved = resolveTarget(judged, spec.data.target);
  const { train, heldOut } = splitOfRun(spec, resolved);

  const noise = stream(spec.seed, "data/corruption");
  const groups = resolved.groups.slice();
  for (const index of train) groups[index] = corruptGroup(groups[index]!, index, spec.data.corruption, noise);
  const dataset: Dataset = { ...resolved, groups };

  const units = unitsOf(dataset, train, family);
  const mixtureUnits = unitsOf(dataset, heldOut, family);
  const sft = sftExamples(dataset, train, dataset.target < 0 ? "preferred" : spec.sft.on);
  if (spec.sft.steps > 0 && sft.length === 0) {
    throw new TiltError("No training group has a response of the target source.", {
      where: "sft.on",
      remedy: "Fine-tune on all responses, or name another target.",
    });
  }
  const tokenizer = pretrained?.tokenizer ?? (await makeTokenizer(spec, dataset, train, signal));
  const { groups: encoded, promptsCut, responsesCut } = encodeGroups(groups, tokenizer, spec.data.maxTokens);
  return {
    dataset,
    train,
    heldOut,
    units,
    targetUnits: dataset.target < 0 ? mixtureUnits : targetUnits(dataset, mixtureUnits),
    mixtureUnits,
    sft,
    tokenizer,
    pretrained,
    encoded,
    promptsCut,
    responsesCut,
  };
}

/** The brought model, when it is the one that the spec names and has room for the spec's texts. */
function namedModel(spec: Spec, brought: Pretrained | undefined): Pretrained | undefined {
  const { data } = spec;
  const name = modelName(spec);
  if (name === "") return undefined;
  if (brought?.id !== name) {
    throw new TiltError(`The spec starts from the pretrained model ${name}, which is not here.`, {
      where: "model.pretrained",
      remedy: "Give the model's files, or choose a fresh transformer.",
    });
  }
  const { maxPositions } = brought.checkpoint.config;
  if (data.maxTokens > maxPositions) {
    throw new TiltError(`Texts may have ${data.maxTokens} tokens, but this model reads ${maxPositions}.`, {
      where: "data.maxTokens",
      remedy: `Use at most ${maxPositions}.`,
    });
  }
  return brought;
}

async function makeTokenizer(
  spec: Spec,
  dataset: Dataset,
  train: readonly number[],
  signal: AbortSignal,
): Promise<Tokenizer> {
  const { tokenizer, vocab } = spec.model;
  const kind = tokenizer === "auto" ? (dataset.format === "chatter" ? "words" : "bpe") : tokenizer;
  if (kind === "bytes") return byteTokenizer();
  if (kind === "words") {
    const words = dataset.format === "chatter" ? chatterVocabulary() : wordsOf(dataset);
    return wordTokenizer(words);
  }
  const texts = function* () {
    for (const index of train) {
      const group = dataset.groups[index]!;
      yield group.prompt;
      for (const response of group.responses) yield response.text;
    }
  };
  return trainBpe(texts(), vocab, { signal });
}

/** Every word of the dataset: closed, so only for small ones. */
function wordsOf(dataset: Dataset): string[] {
  const words = new Set<string>();
  for (const group of dataset.groups) {
    for (const text of [group.prompt, ...group.responses.map((response) => response.text)]) {
      for (const word of text.match(/\S+/g) ?? []) words.add(word);
    }
  }
  return [...words].sort();
}

/** The tokens of a unit: its group's prompt with the unit's responses only. */
export function unitTokens(prepared: Pick<Prepared, "encoded">, unit: Unit): EncodedGroup {
  const group = prepared.encoded[unit.group]!;
  return {
    prompt: group.prompt,
    responses: unit.responses.map((k) => group.responses[k]!),
    scores: unit.responses.map((k) => group.scores[k]!),
    sources: unit.responses.map((k) => group.sources[k]!),
  };
}
