/** One seed's data: training groups of all sources, and target groups that choose λ and that are reported. */
import { stream } from "../../base/random.ts";
import { corruptGroup } from "../../data/corrupt.ts";
import type { Dataset, Response } from "../../data/dataset.ts";
import { chatterWorld } from "../../data/worlds/chatter.ts";
import { encodeGroups } from "../../text/encoding.ts";
import type { Prepared } from "../prepare.ts";
import type { Pretrained } from "../pretrained.ts";
import type { Spec } from "../spec.ts";
import { sftExamples } from "../units.ts";
import type { AblationSettings } from "./settings.ts";

export interface AblationData {
  /** Labels as they were given; the training set is that of every corruption. */
  readonly clean: Prepared;
  /** Indices of groups of the target alone, drawn apart from the training set; no prompt is new in Chatter. */
  readonly validation: readonly number[];
  readonly test: readonly number[];
  /**
   * The same with the scores of a share of the training and validation groups permuted; a higher rate spares fewer of the same.
   * Texts, and with them the reference and the ratio, stay as they are.
   */
  noisy(rate: number): Prepared;
}

/** Seeds of the held-out groups, apart from each other and from the training sets of small seeds. */
const VALIDATION_SEED = 1_000_000;
const TEST_SEED = 2_000_000;

export function ablationData(
  { shift, groups, responses, shareTarget, shareFirst, judge }: AblationSettings,
  spec: Spec,
  pretrained: Pretrained,
): AblationData {
  const { seed } = spec;
  const world = (from: number, count: number, shares: readonly [number, number, number]): Dataset =>
    chatterWorld({ seed: from, groups: count, responses, shift, shares });
  const training = world(seed, groups, [shareTarget, shareFirst, 1 - shareTarget - shareFirst]);
  const validation = world(VALIDATION_SEED + seed, judge.validation, [1, 0, 0]);
  const test = world(TEST_SEED + seed, judge.test, [1, 0, 0]);
  const dataset: Dataset = {
    ...training,
    groups: [...training.groups, ...validation.groups, ...test.groups],
  };
  const indices = dataset.groups.map((_, index) => index);
  const train = indices.slice(0, groups);
  const firstTest = groups + judge.validation;
  const { tokenizer } = pretrained;
  const encoding = encodeGroups(dataset.groups, tokenizer, spec.data.maxTokens);
  const { groups: encoded, promptsCut, responsesCut } = encoding;
  const clean: Prepared = {
    dataset,
    train,
    // The ratio is estimated on training responses alone.
    heldOut: [],
    units: [],
    targetUnits: [],
    mixtureUnits: [],
    // Every response of the target: which one was preferred plays no part, so one reference serves every corruption.
    sft: sftExamples(dataset, train, "target"),
    tokenizer,
    pretrained,
    encoded,
    promptsCut,
    responsesCut,
  };
  return {
    clean,
    validation: indices.slice(groups, firstTest),
    test: indices.slice(firstTest),
    noisy(rate) {
      const noise = stream(seed, "data/corruption");
      const noisy = dataset.groups.map((group, i) =>
        i < firstTest ? corruptGroup(group, i, rate, noise) : group,
      );
      return {
        ...clean,
        dataset: { ...dataset, groups: noisy },
        encoded: encoded.map((own, i) => ({ ...own, scores: noisy[i]!.responses.map(scoreOf) })),
      };
    },
  };
}

function scoreOf({ score }: Response): number {
  return score!;
}
