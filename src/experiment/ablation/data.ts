/** One seed's data: training groups of all sources, and target groups that choose λ and that are reported. */
import { stream } from "../../base/random.ts";
import { corruptGroup } from "../../data/corrupt.ts";
import type { Dataset, Group } from "../../data/dataset.ts";
import { chatterWorld } from "../../data/worlds/chatter.ts";
import { encodeGroups } from "../../text/encoding.ts";
import type { Prepared } from "../prepare.ts";
import type { Pretrained } from "../pretrained.ts";
import type { Spec } from "../spec.ts";
import { sftExamples } from "../units.ts";
import type { AblationSettings } from "./settings.ts";

export interface AblationData {
  readonly prepared: Prepared;
  /** Indices of groups of the target alone, drawn apart from the training set; no prompt is new in Chatter. */
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** Seeds of the held-out groups, apart from each other and from the training sets of small seeds. */
const VALIDATION_SEED = 1_000_000;
const TEST_SEED = 2_000_000;

/** @param rate share of training and validation groups whose scores are permuted; a higher rate spares fewer of the same */
export function ablationData(
  { shift, groups, responses, shareTarget, shareFirst, judge }: AblationSettings,
  spec: Spec,
  rate: number,
  pretrained: Pretrained,
): AblationData {
  const { seed } = spec;
  const noise = stream(seed, "data/corruption");
  const noisy = (list: readonly Group[], first: number): Group[] =>
    list.map((group, i) => corruptGroup(group, first + i, rate, noise));
  const world = (from: number, count: number, shares: readonly [number, number, number]): Dataset =>
    chatterWorld({ seed: from, groups: count, responses, shift, shares });
  const training = world(seed, groups, [shareTarget, shareFirst, 1 - shareTarget - shareFirst]);
  const validation = world(VALIDATION_SEED + seed, judge.validation, [1, 0, 0]);
  const test = world(TEST_SEED + seed, judge.test, [1, 0, 0]);
  const all = [...noisy(training.groups, 0), ...noisy(validation.groups, groups), ...test.groups];
  const dataset: Dataset = { ...training, groups: all };
  const indices = all.map((_, index) => index);
  const train = indices.slice(0, groups);
  const { tokenizer } = pretrained;
  const { groups: encoded, promptsCut, responsesCut } = encodeGroups(all, tokenizer, spec.data.maxTokens);
  return {
    prepared: {
      dataset,
      train,
      // The ratio is estimated on training responses alone.
      heldOut: [],
      units: [],
      targetUnits: [],
      mixtureUnits: [],
      sft: sftExamples(dataset, train, "target-preferred"),
      tokenizer,
      pretrained,
      encoded,
      promptsCut,
      responsesCut,
    },
    validation: indices.slice(groups, groups + judge.validation),
    test: indices.slice(groups + judge.validation),
  };
}
