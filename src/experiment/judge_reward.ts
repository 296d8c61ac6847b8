/**
 * What an answer is worth: a world's exact human reward; for other data a Bradley-Terry model that is trained here, on
 * the preferences as the file has them (no label noise is added), of groups with a target response where there are enough.
 */
import type { Backend } from "../backend/backend.ts";
import { type Dataset, pairsOf } from "../data/dataset.ts";
import { promptKey } from "../data/split.ts";
import { chatterTruth } from "../data/worlds/chatter_truth.ts";
import type { Control } from "./control.ts";
import type { RewardSource } from "./judge_types.ts";
import { trainRewardModel } from "./online/reward_model.ts";
import { resolveTarget } from "./prepare.ts";
import { worldShares } from "./source.ts";
import { defaultSpec, type Spec } from "./spec.ts";

export interface RewardJudge {
  readonly by: RewardSource;
  /** By text: its reward; null where nothing can be said. */
  score(prompt: string, texts: readonly string[]): (number | null)[];
}

/** Prompts with a target response from which on the others are left out of the reward model's data. */
const ENOUGH_PROMPTS = 40;

/** @throws TiltError when there are too few preferences to learn a reward from */
export async function openReward(
  backend: Backend,
  spec: Spec,
  dataset: Dataset,
  control: Control,
): Promise<RewardJudge> {
  if (dataset.format === "chatter") {
    const truth = chatterTruth({ shift: spec.data.shift, shares: worldShares(spec.data) });
    return {
      by: { kind: "world", name: "Chatter" },
      score: (prompt, texts) => texts.map((text) => truth.score(prompt, text)?.humanReward ?? null),
    };
  }
  const resolved = resolveTarget(dataset, spec.data.target);
  const withPairs = resolved.groups.flatMap((group, index) => (pairsOf(group).length > 0 ? [index] : []));
  const ofTarget = withPairs.filter((index) =>
    resolved.groups[index]!.responses.some(({ source }) => source >= 0 && source === resolved.target),
  );
  const promptsIn = (groups: readonly number[]): number =>
    new Set(groups.map((index) => promptKey(resolved.groups[index]!.prompt))).size;
  const targetOnly = promptsIn(ofTarget) >= ENOUGH_PROMPTS;
  const train = targetOnly ? ofTarget : withPairs;
  // The defaults' settings, whatever the run's: every run on these data is judged by the same model.
  const model = await trainRewardModel(backend, defaultSpec(), { dataset: resolved, train }, control);
  return {
    by: {
      kind: "model",
      what: "Bradley-Terry, linear in hashed n-grams of words and characters",
      accuracy: model.accuracy,
      pairs: model.pairs,
      prompts: promptsIn(train),
      learnedFrom: targetOnly ? "target" : "all",
    },
    score(_, texts) {
      const scores = model.score(texts);
      return texts.map((text, i) => (text.trim() === "" ? null : scores[i]!));
    },
  };
}
